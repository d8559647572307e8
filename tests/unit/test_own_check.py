"""A customer's own rule: which answers are alerts, and what cannot be judged."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.probers.command import probe_agent
from toban.domain.check import Check, Kind
from toban.domain.command_terms import CommandTerms
from toban.domain.contract import Family, Monitor, Server
from toban.domain.linter import lint
from toban.domain.observation import Reason
from toban.domain.own_check import AlertRule, Answer, CommandQuestion, Comparison, judge
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.shards import checks_by_shard

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def verdict(comparison: Comparison, operand: str, text: str) -> Reason:
    return judge(AlertRule(comparison, operand), Answer(text)).reason


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("comparison", "operand", "text", "reason"),
    [
        (Comparison.ABOVE, "100", "100.5 ms", Reason.OVER_THRESHOLD),
        (Comparison.ABOVE, "100", "100", Reason.OK),
        (Comparison.ABOVE, "90", "91%", Reason.OVER_THRESHOLD),
        (Comparison.ABOVE, "-5", "-3", Reason.OVER_THRESHOLD),
        (Comparison.BELOW, "3", "2\nmore", Reason.BAD_STATE),
        (Comparison.ABOVE, "1", "", Reason.NOT_MEASURED),
        (Comparison.ABOVE, "1", "load 7", Reason.NOT_MEASURED),
        (Comparison.ABOVE, "1", "1" * 400, Reason.NOT_MEASURED),
        (Comparison.EQUALS, "2", "2.0", Reason.BAD_STATE),
        (Comparison.EQUALS, "down", " down\n", Reason.BAD_STATE),
        (Comparison.DIFFERS, "1", "1", Reason.OK),
        (Comparison.MATCHES, "*failed*", "sda ok\nsdb failed (2)", Reason.BAD_STATE),
        (Comparison.LACKS, "OK*", "OK - all well", Reason.OK),
        (Comparison.LACKS, "OK*", "", Reason.BAD_STATE),
    ],
)
def test_an_answer_is_an_alert_or_well_or_cannot_be_judged(
    comparison: Comparison, operand: str, text: str, reason: Reason
) -> None:
    assert verdict(comparison, operand, text) is reason


@given(st.sampled_from(Comparison), st.text(max_size=300))
def test_no_answer_breaks_the_judgement(comparison: Comparison, text: str) -> None:
    assert verdict(comparison, "5", text) in Reason


@given(st.text(alphabet="ab '\"$(){}`\\;|&<>*\n#/-=5", max_size=60))
def test_no_text_breaks_the_linter(text: str) -> None:
    lint(text, CommandTerms(changes=True))
    lint(text, CommandTerms())


def monitors(server: str, *kinds: Kind) -> Server:
    found = []
    for number, kind in enumerate(kinds):
        question = CommandQuestion("true", AlertRule(Comparison.EXITS_OTHERWISE, "0"))
        command = question if kind is Kind.COMMAND else None
        check = Check(f"{server}.m{number}", kind, "192.0.2.1", command=command)
        found.append(Monitor(check.monitor_id, "x", Family.STATUS, "x", "x", 97, check))
    return Server(server, Plan.MANAGED, ("192.0.2.1",), tuple(found))


@pytest.mark.clause("M-3")
def test_commands_have_shards_of_their_own_so_that_nobody_waits_for_them() -> None:
    servers = [monitors(f"acme.web{n:02d}", Kind.RESOURCE, Kind.COMMAND) for n in range(40)]

    shards = checks_by_shard(servers, Policy())

    for name, checks in shards.items():
        of_commands = ".commands-" in name
        assert all((each.kind is Kind.COMMAND) == of_commands for each in checks)
    commands = [each for name in shards if "commands" in name for each in shards[name]]
    assert len(commands) == 40
    assert all(name.startswith("every-5-min.") for name in shards if "commands" in name)


def test_all_commands_of_a_server_stand_in_one_shard() -> None:
    servers = [monitors(f"acme.web{n:02d}", *[Kind.COMMAND] * 5) for n in range(30)]

    where: dict[str, set[str]] = {}
    for name, checks in checks_by_shard(servers, Policy()).items():
        for check in checks:
            where.setdefault(check.server_id, set()).add(name)

    assert {len(names) for names in where.values()} == {1}


def test_a_function_that_cannot_be_asked_is_our_own_fault() -> None:
    [monitor] = monitors("acme.web01", Kind.COMMAND).monitors

    [seen], counters = asyncio.run(probe_agent([monitor.check], "", None, lambda: NOON))

    assert (seen.reason, counters) == (Reason.PROBER_FAULT, None)
