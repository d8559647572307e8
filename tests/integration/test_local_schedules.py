"""The template's schedules fire by rule time; a late slot is not run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.clock import RuleClock
from infra.local.scheduler import Scheduler
from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import machine, notes, sample

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _slots(system: LocalSystem) -> list[datetime]:
    return [datetime.fromisoformat(row["item"]["S"]) for row in notes(system, "slot")]


def _let_pass(system: LocalSystem, rule_seconds: float) -> None:
    system.wait_until(lambda: False, rule_seconds)


def test_every_slot_of_the_template_fires_once_with_its_scheduled_time() -> None:
    with sample(stepped_from=TEN) as system:
        _let_pass(system, 480)

        assert _slots(system) == [TEN + minutes * MINUTE for minutes in (2, 4, 6, 8)]
        assert {row["seen"]["N"] for row in notes(system, "slot")} == {"1"}


def test_schedules_fire_by_themselves_while_time_runs() -> None:
    # a slot that this machine is too slow for is not run: there are enough of them
    with sample(speed=240.0) as system:
        assert system.wait_until(lambda: len(_slots(system)) >= 2, 60 * 240)

        assert {slot.minute % 2 for slot in _slots(system)} == {0}


def test_a_schedule_can_start_a_machine() -> None:
    with sample(stepped_from=TEN) as system:
        arn = machine(system, "hourly", {"Pass": {"Type": "Pass", "End": True}})
        _create(system.client("scheduler"), "rate(1 minutes)", arn, Input='{"from": "a schedule"}')
        _let_pass(system, 61)

        assert [each.input for each in _started(system)] == [{"from": "a schedule"}]


def _started(system: LocalSystem) -> list[Any]:
    return [each for each in system.executions() if each.machine == "hourly"]


def _create(client: Any, expression: str, arn: str, name: str = "own", **target: Any) -> None:
    client.create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": "arn:aws:iam::123456789012:role/any", **target},
    )


def test_slots_missed_while_the_process_was_down_are_not_run(tmp_path: Path) -> None:
    with sample(stepped_from=TEN, state=tmp_path):
        pass

    with sample(stepped_from=TEN + 10 * MINUTE, state=tmp_path) as second:
        _let_pass(second, 240)

        assert _slots(second) == [TEN + minutes * MINUTE for minutes in (12, 14)]


class _Target:
    """Keeps what was fired; holds an invocation until `release`."""

    def __init__(self) -> None:
        self.fired: list[str] = []
        self.done: list[Callable[[], None]] = []

    def fire(self, arn: str, payload: str, done: Callable[[], None]) -> None:
        self.fired.append(payload)
        self.done.append(done)


class _StandingClock(RuleClock):
    """Rule time that a test sets."""

    def __init__(self, at: datetime) -> None:
        super().__init__(1.0, at)
        self.at = at

    def now(self) -> datetime:
        return self.at


@contextmanager
def _scheduler(age: int = 60) -> Iterator[tuple[Scheduler, _StandingClock, _Target]]:
    clock, target = _StandingClock(datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)), _Target()
    with sample() as system:
        system.client("scheduler").delete_schedule(Name="every-2-min")
        arn = system.resource("NoteFunction")
        policy = {"MaximumEventAgeInSeconds": age, "MaximumRetryAttempts": 0}
        _create(
            system.client("scheduler"),
            "cron(0/3 * * * ? *)",
            arn,
            Input="<aws.scheduler.scheduled-time>",
            RetryPolicy=policy,
        )
        scheduler = Scheduler(clock, target, "123456789012", system.region)
        scheduler.look()
        yield scheduler, clock, target


def _at(minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, 10, minute, second, tzinfo=UTC)


def _look(scheduler: Scheduler, clock: _StandingClock, moment: datetime) -> None:
    clock.at = moment
    scheduler.look()


def test_a_slot_fires_when_it_is_due_and_not_before() -> None:
    with _scheduler() as (scheduler, clock, target):
        _look(scheduler, clock, _at(2, 59))
        assert target.fired == []

        _look(scheduler, clock, _at(3))
        assert target.fired == ["2026-11-23T10:03:00Z"]


def test_a_slot_older_than_the_maximum_age_is_not_run() -> None:
    with _scheduler(age=60) as (scheduler, clock, target):
        # the machine slept for two minutes
        _look(scheduler, clock, _at(5))

        assert target.fired == []
        assert scheduler.missed == 1

        _look(scheduler, clock, _at(6, 59))
        assert target.fired == ["2026-11-23T10:06:00Z"]


def test_after_a_long_sleep_only_the_newest_slot_is_run() -> None:
    with _scheduler(age=600) as (scheduler, clock, target):
        _look(scheduler, clock, _at(20))

        assert target.fired == ["2026-11-23T10:18:00Z"]


def test_an_invocation_that_takes_too_long_lets_nothing_pile_up() -> None:
    with _scheduler(age=600) as (scheduler, clock, target):
        _look(scheduler, clock, _at(3))
        _look(scheduler, clock, _at(6))
        _look(scheduler, clock, _at(9))
        assert target.fired == ["2026-11-23T10:03:00Z"]

        target.done[0]()
        _look(scheduler, clock, _at(9, 30))
        assert target.fired == ["2026-11-23T10:03:00Z", "2026-11-23T10:09:00Z"]


def test_a_disabled_schedule_does_not_fire() -> None:
    with sample(stepped_from=TEN) as system:
        client = system.client("scheduler")
        known = client.get_schedule(Name="every-2-min")
        client.update_schedule(
            Name="every-2-min",
            State="DISABLED",
            ScheduleExpression=known["ScheduleExpression"],
            FlexibleTimeWindow=known["FlexibleTimeWindow"],
            Target=known["Target"],
        )
        _let_pass(system, 600)

        assert _slots(system) == []
