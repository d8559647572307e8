"""Fires the schedules that EventBridge Scheduler holds (moto only stores them), by rule time.

A slot that is older than the target's MaximumEventAgeInSeconds is not run: not after the process
was down, not after the machine slept. A schedule runs one invocation at a time; the slots that fall
due meanwhile become one that waits, the latest.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from moto.scheduler.models import scheduler_backends

from infra.local.clock import RuleClock
from infra.local.cron import Expression, ExpressionError, parse

_log = logging.getLogger("toban.local")

# A new or changed schedule is noticed within this many real seconds.
_LOOK_S = 0.5
_AT_ONCE_S = 0.01  # a slot waits for the invocation before it


class Invoker(Protocol):
    """Where a schedule's invocations go; `done` is called when one has ended."""

    def fire(self, arn: str, payload: str, done: Callable[[], None]) -> None:
        """Start one invocation."""


@dataclass
class _Plan:
    """One schedule: its next slot, and the one that waits for the running invocation to end."""

    text: str
    expression: Expression
    due: datetime | None
    waiting: datetime | None = None
    running: threading.Event = field(default_factory=threading.Event)


class Scheduler:
    """One thread that looks at all schedules of the account."""

    def __init__(self, clock: RuleClock, target: Invoker, account: str, region: str) -> None:
        self._clock, self._target = clock, target
        self._account, self._region = account, region
        self._plans: dict[str, _Plan] = {}
        self._halt = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self.missed = 0

    def start(self) -> None:
        """Begin to fire; a schedule's first slot is the first one after now."""
        self.look()
        self._thread.start()

    def stop(self) -> None:
        """Fire nothing more."""
        self._halt.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._halt.is_set():
            try:
                self.look()
            except Exception:
                _log.exception("The scheduler could not look at the schedules.")
            self._halt.wait(self._pause())

    def _pause(self) -> float:
        """Return the real seconds until there may be something to fire."""
        if any(plan.waiting for plan in self._plans.values()):
            return _AT_ONCE_S
        due = self.next_due()
        if due is None:
            return _LOOK_S
        left = self._clock.real_seconds((due - self._clock.now()).total_seconds())
        return max(0.001, min(_LOOK_S, left))

    def next_due(self) -> datetime | None:
        """Return the next slot of all schedules that `look` has seen."""
        return min((plan.due for plan in self._plans.values() if plan.due), default=None)

    def look(self) -> None:
        """Fire what is due; a schedule that was deleted or disabled has no slots to wait for."""
        now, enabled = self._clock.now(), list(self._enabled())
        for arn in self._plans.keys() - {schedule.arn for schedule in enabled}:
            del self._plans[arn]
        for schedule in enabled:
            plan = self._planned(schedule, now)
            if plan:
                self._pass_slots(plan, now)
                self._fire_waiting(schedule, plan, now)

    def _enabled(self) -> Iterator[Any]:
        for group in list(scheduler_backends[self._account][self._region].schedule_groups.values()):
            yield from [s for s in group.schedules.values() if s.state == "ENABLED"]

    def _planned(self, schedule: Any, now: datetime) -> _Plan | None:
        text = f"{schedule.schedule_expression} {schedule.schedule_expression_timezone}"
        plan = self._plans.get(schedule.arn)
        if plan is None or plan.text != text:
            try:
                expression = parse(
                    schedule.schedule_expression, schedule.schedule_expression_timezone, now
                )
            except ExpressionError as error:
                _log.error("%s: %s", schedule.name, error)
                return None
            plan = self._plans[schedule.arn] = _Plan(text, expression, expression.next_after(now))
        return plan

    def _pass_slots(self, plan: _Plan, now: datetime) -> None:
        while plan.due and plan.due <= now:
            if plan.waiting:
                self.missed += 1
            plan.waiting, plan.due = plan.due, plan.expression.next_after(plan.due)

    def _fire_waiting(self, schedule: Any, plan: _Plan, now: datetime) -> None:
        slot = plan.waiting
        if slot is None:
            return
        if now - slot > _oldest(schedule):
            _log.warning(
                "%s: the slot %s was not run, it is too old.", schedule.name, slot.isoformat()
            )
            plan.waiting, self.missed = None, self.missed + 1
        elif not plan.running.is_set():
            plan.waiting = None
            plan.running.set()
            self._fire(schedule, slot, plan)

    def _fire(self, schedule: Any, slot: datetime, plan: _Plan) -> None:
        target = schedule.target
        try:
            self._target.fire(target["Arn"], _input(schedule, slot), plan.running.clear)
        except Exception:
            plan.running.clear()
            _log.exception("%s could not be fired.", schedule.name)


def _oldest(schedule: Any) -> timedelta:
    policy = schedule.target.get("RetryPolicy") or {}
    return timedelta(seconds=int(policy.get("MaximumEventAgeInSeconds", 86_400)))


def _input(schedule: Any, slot: datetime) -> str:
    """Return the target's input with the context attributes filled in.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    filled = str(schedule.target.get("Input") or json.dumps({}))
    attributes = {
        "<aws.scheduler.scheduled-time>": f"{slot:%Y-%m-%dT%H:%M:%SZ}",
        "<aws.scheduler.schedule-arn>": schedule.arn,
        "<aws.scheduler.execution-id>": str(uuid4()),
        "<aws.scheduler.attempt-number>": "1",
    }
    for attribute, value in attributes.items():
        filled = filled.replace(attribute, value)
    return filled
