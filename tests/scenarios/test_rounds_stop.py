"""Somebody switches a schedule off: the operators hear of it, and that it is on again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contract.compilation import compile_shards
from infra.local.system import LocalSystem
from tests.functions.acme import ALICE, SERVER
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.night import OPERATOR, Mailbox
from toban.domain.check import Check, Kind
from toban.domain.contract import Customer, Family, Monitor, Server
from toban.domain.plan import Plan
from toban.domain.policy import PORT_PROCESS
from toban.domain.revision import Terms
from toban.domain.shards import shard_group
from toban.store import revisions

BEGINS = datetime(2026, 11, 23, 1, 0, 30, tzinfo=UTC)
MINUTE = 60


@pytest.fixture
def system(tmp_path: Path) -> Iterator[LocalSystem]:
    mails = tmp_path / "mail"
    with LocalSystem(stepped_from=BEGINS, mail=mails, parameters=PARAMETERS) as running:
        yield running


def switch(system: LocalSystem, name: str, state: str) -> None:
    """Do what an operator does with a tick in the console."""
    scheduler = system.client("scheduler")
    group = system.resource("ScheduleGroup")
    found: dict[str, Any] = scheduler.get_schedule(Name=name, GroupName=group)
    kept = ("ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(
        Name=name, GroupName=group, State=state, **{key: found[key] for key in kept}
    )


def watch(port: int) -> str:
    """Let a contract begin with one port; return the schedule that looks at it."""
    check = Check(f"{SERVER}.http", Kind.TCP, "127.0.0.1", port)
    monitor = Monitor(check.monitor_id, "http", Family.PORT, "HTTP", "HTTP", 70, check)
    server = Server(SERVER, Plan.NOTIFY, ("127.0.0.1",), (monitor,))
    revisions.begin_with(Terms(Customer("acme", "Acme", (ALICE,)), (server,)), BEGINS.date())
    compile_shards()
    return shard_group(SERVER, PORT_PROCESS)


@pytest.mark.clause("N-8")
def test_a_schedule_that_is_switched_off_is_noticed_and_that_it_is_on_again(
    system: LocalSystem, tmp_path: Path
) -> None:
    group = watch(system.endpoint.port)
    system.wait_until(lambda: False, 9 * MINUTE)
    mailbox = Mailbox(tmp_path / "mail")
    assert mailbox.mails() == []

    switch(system, group, "DISABLED")
    system.wait_until(lambda: False, 25 * MINUTE)
    (stopped,) = mailbox.mails()
    assert (stopped.kind, stopped.to) == ("operator_notice", OPERATOR)
    assert "監視の実行が停止" in stopped.subject
    assert group in stopped.text

    switch(system, group, "ENABLED")
    system.wait_until(lambda: False, 20 * MINUTE)
    _, back = sorted(mailbox.mails(), key=lambda mail: mail.number)
    assert "監視の実行が再開" in back.subject
