"""States of a system as its agent tells them, and lines of commands that nobody should trust."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from probe.probers import resource, state
from probe.probers.extend import extend_oids
from probe.probers.facts import AgentFacts
from probe.probers.resource import Samples, measure_resource
from probe.probers.result import ProbeResult
from tests.unit.dictionary_agent import Objects, told
from toban import clock
from toban.domain.check import Resource, ResourceQuestion
from toban.domain.observation import Reason
from toban.domain.scale import Scale

READ_ONLY = ResourceQuestion(Resource.READ_ONLY, 0, subject="/data")
CLOCK = ResourceQuestion(Resource.CLOCK, 1)
REBOOT = ResourceQuestion(Resource.REBOOT, 600)
QUEUE = ResourceQuestion(Resource.EXTEND, 200, extend="toban-mail_queue", told=Scale.COUNT)
NOON = datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC)
OUTPUT, RESULT = extend_oids("toban-mail_queue")


def measured(question: ResourceQuestion, objects: Objects) -> ProbeResult:
    facts = AgentFacts()
    return told(measure_resource(question, facts, Samples(None)), facts, objects)


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("access", "reason"),
    [(1, Reason.OK), (2, Reason.READ_ONLY), (0, Reason.NOT_MEASURED), (3, Reason.NOT_MEASURED)],
)
def test_a_file_system_is_writable_read_only_or_not_known(access: int, reason: Reason) -> None:
    found = measured(READ_ONLY, {f"{state.FS_MOUNT}.4": b"/data", f"{state.FS_ACCESS}.4": access})

    assert found.reason is reason


def test_of_two_mounts_at_one_place_the_later_is_in_effect() -> None:
    mounts: Objects = {f"{state.FS_MOUNT}.4": b"/data", f"{state.FS_ACCESS}.4": 1}
    hiding: Objects = {f"{state.FS_MOUNT}.9": b"/data", f"{state.FS_ACCESS}.9": 2}

    assert measured(READ_ONLY, mounts | hiding).reason is Reason.READ_ONLY


def test_a_mount_that_the_agent_does_not_have_is_unknown_and_named() -> None:
    found = measured(READ_ONLY, {f"{state.FS_MOUNT}.4": b"/", f"{state.FS_ACCESS}.4": 2})

    assert found == (Reason.NOT_MEASURED, "no mount /data; the agent has: /", None)


def date(moment: datetime, zone: bytes = b"+\x09\x00") -> bytes:
    there = moment + timedelta(hours=9)
    parts = (there.month, there.day, there.hour, there.minute, there.second, 0)
    return there.year.to_bytes(2) + bytes(parts) + zone


def ticking(*moments: datetime) -> Callable[[], datetime]:
    return iter(moments).__next__


def clock_seen(
    value: int | bytes, asked: datetime = NOON, arrived: datetime = NOON, threshold: float = 1
) -> ProbeResult:
    facts = AgentFacts()
    question = ResourceQuestion(Resource.CLOCK, threshold)
    measure = state.measure_clock(question, facts, ticking(asked, arrived))
    return told(measure, facts, {state.SYSTEM_DATE: value})


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("off", "reason", "least"),
    [
        (0, Reason.OK, 0),
        (-1, Reason.OK, 0),  # it may still be within the second that it told
        (-2, Reason.OVER_THRESHOLD, 1),
        (1, Reason.OVER_THRESHOLD, 1),
        (3600, Reason.OVER_THRESHOLD, 3600),
    ],
)
def test_a_clock_is_judged_by_what_it_is_off_at_the_least(
    off: int, reason: Reason, least: float
) -> None:
    found = clock_seen(date(NOON + timedelta(seconds=off)))

    assert (found.reason, found.value) == (reason, least)


def test_a_slow_answer_is_no_slow_clock() -> None:
    late = NOON + timedelta(seconds=4)

    assert clock_seen(date(NOON), arrived=late).reason is Reason.OK
    assert clock_seen(date(late), arrived=late).reason is Reason.OK
    assert clock_seen(date(late + timedelta(seconds=1)), arrived=late).value == 1


def test_a_clock_is_held_against_the_machines_own_however_fast_rule_time_runs() -> None:
    clock.use(lambda: clock.system_time() + timedelta(days=9))
    try:
        facts, question = AgentFacts(), ResourceQuestion(Resource.CLOCK, 60)
        told_of: Objects = {state.SYSTEM_DATE: date(clock.system_time())}
        found = told(state.measure_state(question, facts), facts, told_of)
    finally:
        clock.use(clock.system_time)

    assert found.reason is Reason.OK


@pytest.mark.parametrize(
    "value",
    [
        7,
        b"",
        date(NOON)[:8],  # without its zone
        date(NOON) + b"\0",
        b"\x07\xea\x0d" + date(NOON)[3:],  # month 13
        date(NOON, b"+\xff\xff"),
        b"\0" * 11,
    ],
)
def test_what_is_no_date_is_unknown(value: int | bytes) -> None:
    assert clock_seen(value).reason is Reason.NOT_MEASURED


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("seconds", "reason"), [(599, Reason.REBOOTED), (600, Reason.OK), (10_000_000, Reason.OK)]
)
def test_a_host_that_is_up_for_less_than_ten_minutes_was_restarted(
    seconds: int, reason: Reason
) -> None:
    told_of: Objects = {
        resource.HOST_UPTIME: 100 * seconds,
        resource.SYS_UPTIME: 100 * seconds - 900,
    }

    assert measured(REBOOT, told_of).reason is reason


def test_a_counter_that_began_again_after_497_days_is_no_restart() -> None:
    found = measured(REBOOT, {resource.HOST_UPTIME: 500, resource.SYS_UPTIME: 2**32 - 9_000})

    assert found.reason is Reason.OK


def test_an_agent_without_the_hosts_uptime_tells_nothing_of_a_restart() -> None:
    assert measured(REBOOT, {resource.SYS_UPTIME: 500}).reason is Reason.NOT_MEASURED


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("line", "reason", "value"),
    [
        (b"199", Reason.OK, 199),
        (b"200 mails\n", Reason.OVER_THRESHOLD, 200),
        (b"0.5", Reason.OK, 0.5),
        (b"bad 1 degraded", Reason.BAD_STATE, None),
        (b"bad", Reason.BAD_STATE, None),
    ],
)
def test_a_command_prints_a_figure_or_that_the_state_is_bad(
    line: bytes, reason: Reason, value: float | None
) -> None:
    found = measured(QUEUE, {OUTPUT: line, RESULT: 0})

    assert (found.reason, found.value) == (reason, value)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"-1",
        b"1e9",
        b"many",
        b"1\n2",
        b"badly",
        b"1 \x1b[31m",
        "1 件".encode(),
        b"9" * 13,
        b"1 " + b"x" * 201,
    ],
)
def test_whatever_else_a_command_prints_is_no_measurement(line: bytes) -> None:
    assert measured(QUEUE, {OUTPUT: line, RESULT: 0}).reason is Reason.NOT_MEASURED


def test_a_command_that_fails_measured_nothing_whatever_it_printed() -> None:
    found = measured(QUEUE, {OUTPUT: b"500", RESULT: 4})

    assert found.reason is Reason.NOT_MEASURED
    assert found.evidence == "toban-mail_queue could not look (exit 4): 500"


@pytest.mark.parametrize("objects", [{}, {OUTPUT: b"1"}, {OUTPUT: 1, RESULT: 0}])
def test_an_agent_without_the_line_is_told_by_its_name(objects: Objects) -> None:
    found = measured(QUEUE, objects)

    assert found.reason is Reason.NOT_MEASURED
    assert "no line extend toban-mail_queue" in found.evidence
