"""Business days, and the dates of a contract that follow from them (clauses C-3 to C-7, P-9)."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LAST_WEEKDAY = 4
FURTHEST_DAYS = 60
"""Days without a business day among them after which the calendar itself must be wrong."""


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The provider's days and hours of work, in the provider's own zone.

    `is_holiday` tells of the days of the week that are free: public holidays and the provider's
    own. The hours are those of reading 32 of the catalogue.
    """

    is_holiday: Callable[[date], bool]
    opens: time = time(10)
    closes: time = time(18)

    def is_business_day(self, day: date) -> bool:
        """Tell whether people work on that day."""
        return day.weekday() <= LAST_WEEKDAY and not self.is_holiday(day)

    def is_open(self, at: datetime) -> bool:
        """Tell whether people work at that moment, which is in the provider's zone (P-9)."""
        return self.is_business_day(at.date()) and self.opens <= at.time() < self.closes

    def next_opening(self, at: datetime) -> datetime:
        """Return the moment itself when people work then, else when they begin again."""
        if self.is_open(at):
            return at
        early = self.is_business_day(at.date()) and at.time() < self.opens
        day = at.date() if early else self.business_day_after(at.date())
        return datetime.combine(day, self.opens, at.tzinfo)

    def business_day_after(self, day: date) -> date:
        """Return the first business day after that day; raises ValueError when there is none."""
        days = (day + timedelta(days=ahead) for ahead in range(1, FURTHEST_DAYS + 1))
        for candidate in days:
            if self.is_business_day(candidate):
                return candidate
        raise ValueError(f"There is no business day in the {FURTHEST_DAYS} days after {day}.")

    def day_of_receipt(self, at: datetime) -> date:
        """Return the business day on which counts as received what arrives at that moment.

        What arrives after hours or on a free day is received on the next business day.
        """
        day = at.date()
        if self.is_business_day(day) and at.time() < self.closes:
            return day
        return self.business_day_after(day)

    def effective_date(self, at: datetime) -> date:
        """Return the first date from which an application or a change that arrives at that moment
        can be in force: one business day after its receipt (C-3, C-4, C-6).
        """
        return self.business_day_after(self.day_of_receipt(at))


def last_of_month(day: date) -> date:
    """Return the last day of that day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def end_of_contract(notice: date, wanted: date | None = None) -> date:
    """Return the last day of the contract when its end is asked for on the day of `notice` (C-7).

    Notice is due by the end of the month before, so the contract ends with the month after the
    notice, or with the month of `wanted` where that is later.
    """
    earliest = last_of_month(last_of_month(notice) + timedelta(days=1))
    return max(earliest, last_of_month(wanted)) if wanted else earliest
