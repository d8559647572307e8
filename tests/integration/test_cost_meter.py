"""The cost meter looks on while the real handlers run in the local system."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bench.cost.incidents import transitions
from bench.cost.meter import Invocation, Meter
from bench.cost.relays import Carried, StreamRelay
from contract.sheet import read_sheet
from infra.local.commands.apply import apply
from infra.local.system import LocalSystem
from tests.loopback import loopback
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.host import Port
from toban.domain.policy import Policy
from toban.store.shards import group_of

BEGINS = datetime(2026, 11, 24, 1, 0, 30, tzinfo=UTC)
ADDRESS = loopback(93)


@pytest.fixture
def port() -> Iterator[Port]:
    opened = Port(ADDRESS)
    yield opened
    opened.stop()


@pytest.fixture
def system(tmp_path: Path, port: Port) -> Iterator[LocalSystem]:
    server = {"id": "web01", "plan": "notify", "addresses": [ADDRESS]}
    sheet = {
        "customer": {"id": "acme", "name": "Acme", "locale": "en"},
        "contacts": [{"name": "Taro", "mail": "taro@acme.example", "phone": "03-1234-5678"}],
        "servers": [{**server, "monitors": [port.monitor("app")]}],
    }
    path = tmp_path / "sheet.yaml"
    path.write_text(yaml.safe_dump(sheet), encoding="utf-8")
    with LocalSystem(stepped_from=BEGINS, parameters=PARAMETERS) as running:
        apply([read_sheet(path, allow_loopback=True)], Policy())
        yield running


def rounds(meter: Meter) -> list[Invocation]:
    taken = [each for each in meter.invocations if each.duty == "run-checks"]
    return [each for each in taken if each.answer.get("observed")]


def test_a_healthy_round_is_one_request_and_writes_its_heartbeat_only(
    system: LocalSystem, port: Port
) -> None:
    with Meter().installed() as meter:
        system.client("dynamodb").list_tables()  # nobody's invocation: not counted
        system.wait_until(lambda: False, 400)
        [*_, last] = rounds(meter)
        system.put_secret("/toban/acme/other", "unseen as well")

    assert last.usage["lambda_requests"] == 1
    assert last.usage["dynamodb_write_units"] == 1
    assert last.usage["dynamodb_read_units"] < 5
    assert set(last.requests) == {"dynamodb"}
    assert group_of(last.answer["shard"]) == last.event["shard_group"]
    assert last.cpu_seconds > 0


def test_a_failure_costs_transitions_mails_and_more_writes(system: LocalSystem, port: Port) -> None:
    def told() -> bool:
        return any(each.usage.get("mails") for each in meter.invocations)

    with Meter().installed() as meter:
        port.stop()
        assert system.wait_until(told, 900)
        failed = max(rounds(meter), key=lambda each: each.usage["dynamodb_write_units"])
        mails = [each.usage["mails"] for each in meter.invocations if "mails" in each.usage]
    [confirm] = [each for each in system.executions() if each.machine == "toban-confirm"]

    assert failed.usage["dynamodb_write_units"] > 1
    assert failed.requests["stepfunctions"] == 1
    assert mails == [1]
    # wait, recheck and a choice twice; open the incident
    assert transitions(system, confirm) == 7


def rounds_of(meter: Meter) -> list[Invocation]:
    return [each for each in meter.invocations if each.duty == "run-checks"]


def test_a_relay_counts_what_passes_in_both_directions() -> None:
    carried = Carried()
    with (
        socket.create_server((ADDRESS, 0)) as server,
        StreamRelay(carried, ADDRESS, server.getsockname()[1]) as relay,
        socket.create_connection((ADDRESS, relay.port)) as asking,
    ):
        answering, _ = server.accept()
        asking.sendall(b"x" * 10)
        assert answering.recv(100) == b"x" * 10
        answering.sendall(b"y" * 5_000)
        answering.close()
        assert len(b"".join(iter(lambda: asking.recv(65_536), b""))) == 5_000
        out, back = carried.take()

    assert 10 < out < 1_000
    assert 5_000 < back < 6_000
