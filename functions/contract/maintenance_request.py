"""What somebody asks about maintenance, read whole: every mistake is told at once, with its
mend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from toban.domain.contract import Customer, Server
from toban.domain.maintenance import (
    WEEKDAYS,
    OnHolidays,
    Recurrence,
    Rule,
    Window,
    mistakes_in,
    mistakes_in_recurrence,
    rule_id,
    window_id,
)
from toban.text.plain import one_line

NAME_LIMIT, REASON_LIMIT = 120, 300
MOST_MINUTES = 1_000_000
NOBODY = "nobody is named who asks for it: say who"


class RequestError(Exception):
    """The request cannot be carried out; nothing was done."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(slots=True)
class Request:
    """A request about one server. Times without an offset are in the customer's zone."""

    event: Mapping[str, Any]
    customer: Customer
    server: Server
    now: datetime
    mistakes: list[str] = field(default_factory=list)

    def window(self) -> Window:
        """Return the window that is asked for; raises RequestError with everything wrong in it."""
        asked = self.moment("starts_at") or self.now
        ends_at = self.end(asked)
        monitor_ids = self.monitor_ids()
        window = Window(
            window_id=window_id(self.server.server_id, asked, monitor_ids),
            server_id=self.server.server_id,
            starts_at=max(asked, self.now),
            ends_at=ends_at or asked,
            requested_by=self.text("requested_by", NAME_LIMIT),
            reason=self.text("reason", REASON_LIMIT),
            monitor_ids=monitor_ids,
        )
        if ends_at is not None:
            self.mistakes += mistakes_in(window, self.now)
        elif not window.requested_by:
            self.mistakes.append(NOBODY)
        self.refuse_mistakes()
        return window

    def rule(self) -> Rule:
        """Return the rule that is asked for; raises RequestError with everything wrong in it."""
        recurrence = self.recurrence(self.event["recurrence"])
        monitor_ids = self.monitor_ids()
        requested_by = self.text("requested_by", NAME_LIMIT)
        if not requested_by:
            self.mistakes.append(NOBODY)
        self.refuse_mistakes()
        name = rule_id(self.server.server_id, recurrence, monitor_ids)
        reason = self.text("reason", REASON_LIMIT)
        server_id = self.server.server_id
        return Rule(name, server_id, recurrence, self.now, requested_by, reason, monitor_ids)

    def refuse_mistakes(self) -> None:
        """Raise RequestError when anything was found wrong."""
        if self.mistakes:
            raise RequestError(self.mistakes)

    def moment(self, name: str) -> datetime | None:
        """Return the time, aware UTC, or None when it is not given or none."""
        written = self.event.get(name)
        if not written:
            return None
        try:
            found = datetime.fromisoformat(str(written).strip())
        except ValueError:
            zone = self.customer.zone
            self.mistakes.append(
                f"{name}: {str(written)!r} is not a time: write it like 2026-11-24 02:00 ({zone})"
            )
            return None
        local = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(self.customer.zone))
        return local.astimezone(UTC)

    def end(self, starts_at: datetime) -> datetime | None:
        """Return the end, as a time or as a length from `starts_at`; every window has one."""
        if self.event.get("minutes") is not None:
            minutes = self.minutes(self.event["minutes"])
            return starts_at + timedelta(minutes=minutes) if minutes else None
        ends_at = self.moment("ends_at")
        if ends_at is None and not self.event.get("ends_at"):
            self.mistakes.append("no end is given: give a time or a length, every window ends")
        return ends_at

    def minutes(self, written: object) -> int:
        """Return the whole minutes, 0 when they are none."""
        if (
            isinstance(written, int)
            and not isinstance(written, bool)
            and 0 < written <= MOST_MINUTES
        ):
            return written
        self.mistakes.append(f"minutes: {written!r} is no length: give whole minutes above 0")
        return 0

    def monitor_ids(self) -> tuple[str, ...]:
        """Return the full ids of the monitors asked for, in order; empty for the whole server."""
        known = {monitor.monitor_id for monitor in self.server.monitors}
        short = {monitor_id.rpartition(".")[2]: monitor_id for monitor_id in known}
        asked = [str(each) for each in self.event.get("monitor_ids") or ()]
        self.mistakes += [
            f"{self.server.server_id} has no monitor {each!r}: it has {', '.join(sorted(short))}"
            for each in asked
            if each not in known and each not in short
        ]
        return tuple(sorted({short.get(each, each) for each in asked}))

    def text(self, name: str, limit: int) -> str:
        """Return what is written, on one line."""
        return one_line(str(self.event.get(name) or ""), limit)

    def recurrence(self, asked: Mapping[str, Any]) -> Recurrence:
        """Return the days and the length of a window that comes back, in the customer's zone."""
        found = Recurrence(
            weekdays=frozenset(self._weekday(each) for each in asked.get("weekdays") or ()) - {-1},
            starts=self._time_of_day(asked.get("starts")),
            minutes=self.minutes(asked.get("minutes")),
            zone=self.customer.zone,
            holidays=self._on_holidays(asked.get("holidays") or OnHolidays.AS_USUAL),
        )
        if not self.mistakes:
            self.mistakes += mistakes_in_recurrence(found)
        return found

    def _weekday(self, written: object) -> int:
        day = str(written).strip().lower()[:3]
        if day in WEEKDAYS:
            return WEEKDAYS.index(day)
        self.mistakes.append(f"{written!r} is no weekday: write one of {', '.join(WEEKDAYS)}")
        return -1

    def _time_of_day(self, written: object) -> time:
        try:
            found = time.fromisoformat(str(written))
        except ValueError:
            found = time(tzinfo=UTC)
        if found.tzinfo or found.second or found.microsecond:
            self.mistakes.append(
                f"{written!r} is not a time of day: write it like 02:00, in {self.customer.zone}"
            )
            return time()
        return found

    def _on_holidays(self, written: object) -> OnHolidays:
        try:
            return OnHolidays(str(written).replace("-", "_"))
        except ValueError:
            words = ", ".join(OnHolidays)
            self.mistakes.append(f"holidays: {written!r} is unknown: write one of {words}")
            return OnHolidays.AS_USUAL
