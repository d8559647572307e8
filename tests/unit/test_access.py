"""What of the daily check of the ways into a server is told, and that it is told once."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from toban.domain.access import (
    SLOTS,
    AccessNotice,
    AccessState,
    Tried,
    Way,
    WayChange,
    due,
    judge,
    slot_of,
    sudoers_line,
)

DAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WORKS = Tried(Way.SSH)
REFUSED = Tried(Way.SSH, "login_refused", "user toban")
CHANGED = Tried(Way.SSH, "host_key_changed", "it shows another")
BLIND = Tried(Way.AGENT, unknown=True)


def told(*tries: Tried) -> tuple[list[tuple[WayChange, ...]], AccessState]:
    """Try a day each; return what each day told, and the last state."""
    state: AccessState | None = None
    changes = []
    for number, tried in enumerate(tries):
        state, found = judge("acme.web01", state, [tried], DAY + timedelta(days=number))
        changes.append(found)
    assert state
    return changes, state


@pytest.mark.clause("C-8")
def test_a_fault_is_told_on_the_day_that_it_begins_and_on_the_day_that_it_is_over() -> None:
    days, _ = told(WORKS, REFUSED, REFUSED, WORKS, WORKS)

    assert [[each.finding for each in day] for day in days] == [
        [],
        [AccessNotice.FAILED],
        [],
        [AccessNotice.RESTORED],
        [],
    ]


def test_a_fault_of_the_first_day_is_told() -> None:
    (day,), _ = told(REFUSED)

    assert [each.finding for each in day] == [AccessNotice.FAILED]


def test_another_word_for_the_same_closed_door_is_not_told_again_and_the_first_day_stands() -> None:
    days, state = told(REFUSED, Tried(Way.SSH, "timeout", "192.0.2.1 port 22"))

    assert days[1] == ()
    known = state.of(Way.SSH)
    assert known
    assert (known.fault, known.since) == ("timeout", DAY)


def test_a_changed_host_key_is_told_as_such_also_where_login_failed_before() -> None:
    days, _ = told(REFUSED, CHANGED, CHANGED)

    assert [[each.finding for each in day] for day in days[1:]] == [[AccessNotice.CHANGED_KEY], []]


@pytest.mark.parametrize(
    ("fault", "theirs"),
    [("login_refused", True), ("timeout", True), ("key_unusable", False), ("no_access", False)],
)
def test_what_we_registered_wrongly_is_not_the_customers_to_mend(fault: str, theirs: bool) -> None:
    ((change,),), _ = told(Tried(Way.SSH, fault))

    assert change.customers_to_mend is theirs


@pytest.mark.clause("N-8")
def test_what_our_own_side_could_not_see_changes_nothing() -> None:
    days, state = told(Tried(Way.AGENT, "agent_silent"), BLIND, BLIND)

    assert days[1:] == [(), ()]
    known = state.of(Way.AGENT)
    assert known
    assert known.fault == "agent_silent"
    assert told(BLIND)[1].of(Way.AGENT) is None


def test_ways_are_judged_each_on_its_own() -> None:
    state, _ = judge("acme.web01", None, [WORKS, Tried(Way.SUDO)], DAY)
    later, changes = judge("acme.web01", state, [REFUSED], DAY + timedelta(days=1))

    assert [each.way for each in changes] == [Way.SSH]
    sudo = later.of(Way.SUDO)
    assert sudo
    assert sudo.fault == ""


@pytest.mark.clause("C-8")
def test_each_server_is_due_once_a_day_and_they_are_spread_over_all_of_it() -> None:
    servers = [f"customer{n}.web{n:02d}" for n in range(960)]
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    rounds = [due(servers, midnight + timedelta(minutes=15 * n)) for n in range(SLOTS)]

    assert Counter(each for one in rounds for each in one) == dict.fromkeys(servers, 1)
    assert max(map(len, rounds)) < 30  # 10 on average
    assert len({slot_of(server) for server in servers}) == SLOTS


def test_a_line_of_sudoers_escapes_what_would_mean_something_else_there() -> None:
    line = sudoers_line("toban", "/usr/bin/systemctl restart getty@tty1:a=b,c")

    assert line == r"toban ALL=(root) NOPASSWD: /usr/bin/systemctl restart getty@tty1\:a\=b\,c"
