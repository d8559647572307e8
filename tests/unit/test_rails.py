"""No schedule of failures can exceed a limit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.rails import (
    Circumstances,
    Rail,
    Rails,
    calls_anyway,
    decide,
    disarms,
    most_at_once,
)

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
CLEAR = Circumstances(plan_allows=True)
RAILS = Rails()


def test_nothing_in_the_way_means_a_repair() -> None:
    assert decide(RAILS, NOW, CLEAR).allowed


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    ("seen", "rail"),
    [
        (replace(CLEAR, plan_allows=False), Rail.PLAN),
        (replace(CLEAR, killed=True), Rail.KILL_SWITCH),
        (replace(CLEAR, in_maintenance=True), Rail.MAINTENANCE),
        (replace(CLEAR, failing_servers=11), Rail.STORM),
        (replace(CLEAR, disarmed=True), Rail.DISARMED),
        (replace(CLEAR, unit_restarts=[NOW - timedelta(minutes=59)]), Rail.UNIT_PER_HOUR),
        (
            replace(CLEAR, unit_restarts=[NOW - timedelta(hours=h) for h in (2, 9, 23)]),
            Rail.UNIT_PER_DAY,
        ),
        (
            replace(CLEAR, server_runs=[NOW - timedelta(hours=h) for h in (1, 2, 3, 4, 5)]),
            Rail.SERVER_PER_DAY,
        ),
    ],
)
def test_each_rail_holds_a_repair_back_and_says_so(seen: Circumstances, rail: Rail) -> None:
    decision = decide(RAILS, NOW, seen)

    assert (decision.allowed, decision.rail) == (False, rail)


def test_ten_failing_servers_are_not_yet_a_storm() -> None:
    assert decide(RAILS, NOW, replace(CLEAR, failing_servers=10)).allowed


def failing(*seconds: int) -> list[tuple[datetime, str]]:
    """Return servers that began to fail so many seconds from now, each another one."""
    return [(NOW + timedelta(seconds=at), f"web{n}") for n, at in enumerate(seconds)]


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    ("begun", "count"),
    [
        ([], 0),
        (failing(0), 1),
        (failing(-120, -60, 0), 3),
        (failing(0, 60, 120), 3),
        (failing(-90, 0, 90), 2),
        (failing(-121, 0, 121), 1),
        (failing(-200, 30, 60, 90), 0),
        ([(NOW, "web0"), (NOW + timedelta(seconds=1), "web0")], 1),
    ],
)
def test_a_storm_is_what_began_within_its_seconds_around_a_moment(
    begun: list[tuple[datetime, str]], count: int
) -> None:
    assert most_at_once(begun, NOW, 120) == count


def test_a_dry_run_decides_and_changes_nothing() -> None:
    decision = decide(replace(RAILS, dry_run=True), NOW, CLEAR)

    assert (decision.allowed, decision.rail) == (False, Rail.DRY_RUN)


def repairs_done(moments: Sequence[int], rails: Rails) -> list[datetime]:
    """Let a unit fail at these minutes and return when it was restarted."""
    done: list[datetime] = []
    for minute in sorted(moments):
        at = NOW + timedelta(minutes=minute)
        if decide(rails, at, replace(CLEAR, unit_restarts=done, server_runs=done)).allowed:
            done.append(at)
    return done


@given(
    st.lists(st.integers(0, 4 * 24 * 60), max_size=120),
    st.integers(1, 3),
    st.integers(1, 5),
    st.integers(1, 6),
)
def test_no_schedule_of_failures_exceeds_a_limit(
    moments: list[int], per_hour: int, per_day: int, per_server: int
) -> None:
    rails = Rails(per_hour, per_day, per_server)

    done = repairs_done(moments, rails)

    for at in done:
        hour = [each for each in done if at - timedelta(hours=1) < each <= at]
        day = [each for each in done if at - timedelta(days=1) < each <= at]
        assert len(hour) <= per_hour
        assert len(day) <= min(per_day, per_server)


def test_three_failed_verifications_in_a_row_disarm_a_runbook() -> None:
    assert disarms(RAILS, [True, False, False, False])
    assert not disarms(RAILS, [False, False, True, False])
    assert not disarms(RAILS, [False, False])


def test_a_repair_that_helped_three_times_in_a_week_calls_a_person_all_the_same() -> None:
    days = [NOW - timedelta(days=day) for day in (1, 3, 6)]

    assert calls_anyway(RAILS, NOW, days)
    assert not calls_anyway(RAILS, NOW, [*days[:2], NOW - timedelta(days=8)])
