"""Roll-ups of samples: what is kept of them when they are too many to keep or to draw."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add

from toban.domain.series import Bucket, Series, Values, gapless

RAW_DAYS = 35
"""How long samples are kept (5 min apart)."""
HALF_HOUR_DAYS = 400
DAILY_DAYS = 5 * 366
HALF_HOUR_SECONDS = 1_800


def bucket_of(values: Iterable[float | None]) -> Bucket | None:
    """Return minimum, average and maximum of what was measured, None when nothing was."""
    seen = [value for value in values if value is not None]
    return Bucket(min(seen), sum(seen) / len(seen), max(seen)) if seen else None


def rolled_up(values: Values, size: int) -> list[Bucket | None]:
    """Return one bucket for each `size` samples, the last for what is left."""
    return [bucket_of(values[first : first + size]) for first in range(0, len(values), size)]


def consolidated(series: Series, size: int, *, extremes: bool = True) -> Series:
    """Return the series with one point for each `size` of its points, the last for what is left.

    Without `extremes` minimum and maximum are not worked out: they are the averages.
    """
    averages = _joined(series.averages, size, mean)
    return Series(
        series.start,
        series.step_seconds * size,
        averages,
        _joined(series.minima, size, min) if extremes else averages,
        _joined(series.maxima, size, max) if extremes else averages,
    )


def mean(*values: float) -> float:
    """Return the arithmetic mean."""
    return sum(values) / len(values)


def _joined(values: Values, size: int, by: Callable[..., float]) -> Values:
    if size == 1:
        return values
    whole = len(values) - len(values) % size
    joined: list[float | None] = []
    if not gapless(values[:whole]):
        for first in range(0, whole, size):
            joined.append(_of_group(values[first : first + size], by))
    elif by is mean:
        columns = (values[first:whole:size] for first in range(size))
        joined += [total / size for total in reduce(_added, columns)]  # type: ignore[operator]
    else:
        joined += map(by, *(values[first:whole:size] for first in range(size)))
    return [*joined, _of_group(values[whole:], by)] if whole < len(values) else joined


def _added(ones: Values, others: Values) -> Values:
    return list(map(add, ones, others))


def _of_group(values: Values, by: Callable[..., float]) -> float | None:
    seen = [value for value in values if value is not None]
    if len(seen) > 1:
        return by(*seen)
    return seen[0] if seen else None
