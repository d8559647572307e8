"""Roll-ups of samples: what is kept of them when they are too many to keep or to draw."""

from collections.abc import Iterable, Sequence

from toban.domain.series import Bucket, Series, Values

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


def consolidated(series: Series, most: int) -> Series:
    """Return the series with at most `most` points, minimum and maximum kept.

    Equally many points become one, but for the last, which may stand for fewer.
    """
    size = -(-len(series) // most)
    if size <= 1:
        return series
    groups = range(0, len(series), size)
    return Series(
        series.start,
        series.step_seconds * size,
        [_mean(series.averages[first : first + size]) for first in groups],
        [_least(series.minima[first : first + size]) for first in groups],
        [_most(series.maxima[first : first + size]) for first in groups],
    )


def _mean(values: Values) -> float | None:
    seen = [value for value in values if value is not None]
    return sum(seen) / len(seen) if seen else None


def _least(values: Sequence[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _most(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
