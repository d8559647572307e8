"""The promise of paired mails, by random walks over the real workflows."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import zip_longest

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.host import hosts
from tests.scenarios.ledger import read_ledger
from tests.scenarios.night import Mailbox
from tests.scenarios.shift import Shift
from tests.scenarios.walk import Step, Walker, Watched, steps
from tests.scenarios.walks import Walks
from toban.domain.policy import Policy

WALKS = int(os.environ.get("TOBAN_WALKS", "0"))
"""Nights of random walks; 0 is one night, the same each time (what CI has the time for)."""
CUSTOMERS, STEPS = 4, 20
QUIET_WITHIN_S = 3600
PROMPT, PATIENT = timedelta(minutes=7), timedelta(minutes=25)
"""After which everybody knows: a round, two strikes, the wait for duplicates, a minute to spare;
and where steps are begun anew, a suspicion may have to become stale before it is taken up again.
"""


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walks]:
    folder = tmp_path_factory.mktemp("walks")
    running = LocalSystem(
        stepped_from=datetime.fromisoformat("2026-11-23T10:00:00+09:00"),
        mail=folder / "mails",
        phones=PhoneBook(),
        parameters=PARAMETERS,
    )
    with hosts(folder) as servers, running as system:
        yield Walks(Shift(system, servers, Mailbox(folder / "mails"), folder, Policy()))


@pytest.mark.timeout(3600)
@pytest.mark.clause("N-7", "P-6", "P-7", "C-5")
@settings(
    max_examples=1 + (WALKS or 1),  # the first is always the simplest: nothing happens
    derandomize=not WALKS,
    deadline=None,
    database=None,
    print_blob=True,
    phases=(Phase.generate, Phase.shrink) if WALKS else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(nights=st.lists(steps(STEPS), min_size=CUSTOMERS, max_size=CUSTOMERS))
def test_every_problem_mail_is_closed_once_whatever_happens(
    walks: Walks, nights: list[list[Step]]
) -> None:
    walkers = walks.walk(nights)
    walks.let_pass(PROMPT.total_seconds())
    over = walks.system.wait_until(lambda: not _going_on(walkers), QUIET_WITHIN_S)

    assert over, _told_of(_going_on(walkers))
    assert [mistake for walker in walkers for mistake in _mistakes(walks, walker)] == []
    assert {name: times for name, times in walks.sendings.items() if times > 1} == {}
    assert _failed(walkers) == []


def _going_on(walkers: list[Walker]) -> list[tuple[Walker, str]]:
    return [
        (walker, each.arn)
        for walker in walkers
        for each in walker.executions()
        if each.status == "RUNNING"
    ]


def _told_of(executions: list[tuple[Walker, str]]) -> str:
    return "\n".join(line for walker, arn in executions for line in (arn, *walker.told(arn)))


def _failed(walkers: list[Walker]) -> list[str]:
    return [
        f"{each.machine} {each.name}: {each.error} {each.cause}"
        for walker in walkers
        for each in walker.executions()
        if each.status not in {"SUCCEEDED", "RUNNING"}
    ]


def _mistakes(walks: Walks, walker: Walker) -> list[str]:
    ledger = read_ledger(walks.shift.mailbox.folder, walker.customer_id)
    late = [
        f"{person} {'has' if stands else 'has no'} open alert of {monitor.monitor_id} at {at}"
        for monitor in walker.monitors
        for at, failing in _settled(monitor, PATIENT if walker.disturbed else PROMPT)
        for person in map(walker.client.mail_address, range(2))
        for stands in [ledger.stands(monitor.monitor_id, person, at)]
        if stands is not failing
    ]
    return [*ledger.mistakes(), *late]


def _settled(monitor: Watched, limit: timedelta) -> Iterator[tuple[datetime, bool]]:
    """Yield moments at which everybody must know how the monitor fares, and whether it fails."""
    ends = [at for at, _ in monitor.changes[1:]]
    for (at, up), end in zip_longest(monitor.changes, ends):
        known = at + limit
        covered = any(begins <= known and at <= ends for begins, ends in monitor.windows)
        if (end is None or known < end) and (up or not covered):
            yield known, not up
