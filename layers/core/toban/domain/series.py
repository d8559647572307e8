"""Figures of one metric at equal distances: what a graph shows. A gap is None, never a zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, cast

DAY_SECONDS = 86_400
Values = Sequence[float | None]


class Bucket(NamedTuple):
    """What a roll-up keeps of several samples."""

    lowest: float
    average: float
    highest: float


class Period(StrEnum):
    """How far back a graph looks."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def seconds(self) -> int:
        """How long the period is."""
        return _SPANS[self][0]

    @property
    def step_seconds(self) -> int:
        """The distance of its points: samples of 5 min, roll-ups of 30 min or of a day."""
        return _SPANS[self][1]

    def bounds(self, end: datetime) -> tuple[datetime, datetime]:
        """Return the first moment of the first point and the end of the last one, which holds
        `end`; both are multiples of the step since 1970 (UTC).
        """
        last = slot_start(end, self.step_seconds) + timedelta(seconds=self.step_seconds)
        return last - timedelta(seconds=self.seconds), last


_SPANS = {
    Period.DAY: (DAY_SECONDS, 300),
    Period.WEEK: (7 * DAY_SECONDS, 1_800),
    Period.MONTH: (30 * DAY_SECONDS, 1_800),
    Period.YEAR: (365 * DAY_SECONDS, DAY_SECONDS),
}


class Summary(NamedTuple):
    """The figures beside a graph; all None when nothing was measured."""

    last: float | None
    lowest: float | None
    average: float | None
    highest: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """Point i stands for the `step_seconds` from `start` + i * step_seconds on (aware UTC)."""

    start: datetime
    step_seconds: int
    averages: Values
    minima: Values
    maxima: Values

    def __len__(self) -> int:
        return len(self.averages)

    @property
    def end(self) -> datetime:
        """The end of the last point."""
        return self.start + timedelta(seconds=len(self) * self.step_seconds)

    def at(self, index: int) -> datetime:
        """Return when the point begins."""
        return self.start + timedelta(seconds=index * self.step_seconds)

    def summary(self) -> Summary:
        """Return last, minimum, average and maximum of what was measured; `last` is that of the
        newest point that was, and the average counts every point alike.
        """
        seen = measured(self.averages)
        if not seen:
            return Summary(None, None, None, None)
        lows = seen if self.minima is self.averages else measured(self.minima)
        highs = seen if self.maxima is self.averages else measured(self.maxima)
        return Summary(seen[-1], min(lows), sum(seen) / len(seen), max(highs))


def of_samples(start: datetime, step_seconds: int, values: Values) -> Series:
    """Return a series of single samples, each its own minimum and maximum."""
    return Series(start, step_seconds, values, values, values)


def of_buckets(start: datetime, step_seconds: int, buckets: Sequence[Bucket | None]) -> Series:
    """Return a series of roll-ups."""
    gap = (None, None, None)
    minima, averages, maxima = map(list, zip(*(bucket or gap for bucket in buckets), strict=True))
    return Series(start, step_seconds, averages, minima, maxima)


def measured(values: Values) -> Sequence[float]:
    """Return the values without the gaps."""
    if gapless(values):
        return cast("Sequence[float]", values)
    return [value for value in values if value is not None]


def gapless(values: Values) -> bool:
    """Tell whether every point was measured."""
    try:
        sum(cast("Sequence[float]", values))  # several times as fast as looking for None
    except TypeError:
        return False
    return True


def slot_start(at: datetime, seconds: int) -> datetime:
    """Return the last multiple of `seconds` since 1970 (UTC) that is not after `at`."""
    return at - timedelta(seconds=int(at.timestamp()) % seconds, microseconds=at.microsecond)
