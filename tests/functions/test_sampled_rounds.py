"""Rounds of the schedule write samples, the daily function rolls them up, and a graph is drawn."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from graphs import roll_up
from graphs.panels import ServerView, panels
from graphs.plot import plotted
from graphs.png import drawn_png
from infra.local.demo.servers.agent import SnmpdServer, free_udp_port, snmpd_program
from probe.round import run_round
from tests.functions.conftest import RuleClock
from toban import clock
from toban.clients import client
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.contract import Server
from toban.domain.plan import Plan
from toban.domain.series import Period
from toban.store import samples, shards
from toban.store.tables import RollUpItem

HERE = "127.0.0.1"
WEB, SHARD = "acme.web01", "every-5-min.phase-1.shard-000"
SECRET = "/toban/acme/community"
pytestmark = [
    pytest.mark.clause("N-9"),
    pytest.mark.skipif(
        snmpd_program() is None,
        reason="the real SNMP agent is not asked: install the Debian package snmpd",
    ),
]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnmpdServer]:
    started = SnmpdServer(HERE, free_udp_port(HERE), tmp_path_factory.mktemp("agent"))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def watched(aws: None, agent: SnmpdServer, rule_clock: RuleClock) -> RuleClock:
    """A shard with one load monitor of a real agent."""
    store = boto3.client("ssm")
    store.put_parameter(Name=SECRET, Value=agent.secret(), Type="SecureString", Overwrite=True)
    question = ResourceQuestion(Resource.LOAD, 1e6)
    where = agent.where(SECRET)
    check = Check(f"{WEB}.load", Kind.RESOURCE, HERE, agent=where, resource=question)
    shards.save({SHARD: [check]})
    return rule_clock


def test_a_round_writes_one_sample_and_a_repeated_one_changes_nothing(watched: RuleClock) -> None:
    at = clock.now()
    run_round(SHARD, at)
    once = samples.series(WEB, Period.DAY, at)
    watched.pass_by(20)
    run_round(SHARD, at)

    assert samples.series(WEB, Period.DAY, at) == once
    assert once["memory.total"].averages[-1]
    assert once["load.5"].averages[:-1] == [None] * 287
    assert "disk.space:/" in once


def test_a_round_reads_the_secrets_of_its_agents_ahead(watched: RuleClock) -> None:
    asked: list[str] = []
    events = client("ssm").meta.events
    events.register("before-call.ssm", lambda model, **_: asked.append(model.name), "asked")
    run_round(SHARD, clock.now())
    events.unregister("before-call.ssm", unique_id="asked")

    assert asked == ["GetParameters"]


def test_rounds_that_were_lost_are_gaps(watched: RuleClock) -> None:
    for seconds in (0, 300, 1200):
        run_round(SHARD, clock.now() + timedelta(seconds=seconds))
    watched.pass_by(1200)

    load = samples.series(WEB, Period.DAY, clock.now())["load.5"]

    measured = [value is not None for value in load.averages[-5:]]
    assert measured == [True, True, False, False, True]


def test_what_a_real_agent_told_is_rolled_up_and_drawn(watched: RuleClock) -> None:
    run_round(SHARD, clock.now())
    watched.pass_by(36 * 3600)

    assert roll_up.handler({"shard": SHARD}, None) == {"servers": 1, "days": 1}
    assert roll_up.handler({"shard": SHARD}, None) == {"servers": 1, "days": 0}
    assert len(list(RollUpItem.query(WEB, RollUpItem.item.startswith("1day#")))) == 1
    found = samples.series(WEB, Period.WEEK, clock.now())
    graphs = panels(
        Server(WEB, Plan.NOTIFY, (HERE,), ()), found, ServerView(Period.WEEK, clock.now())
    )
    assert [drawn_png(plotted(each))[:4] for each in graphs] == [b"\x89PNG"] * 5


def test_the_daily_function_hands_every_shard_on(
    watched: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[Any] = []
    monkeypatch.setenv("ROLL_UP_FUNCTION", "toban-roll-up")
    monkeypatch.setattr(roll_up, "invoke_later", lambda *event: handed.append(event))

    assert roll_up.handler({"scheduled_at": "2026-11-23T01:20:00Z"}, None) == {"handed_on": 1}
    assert handed == [("toban-roll-up", {"scheduled_at": "2026-11-23T01:20:00Z", "shard": SHARD})]
