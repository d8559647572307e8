"""Days of roll-ups put together to series, and samples made whole before they are rolled up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from toban.domain.metrics import Layout
from toban.domain.series import Bucket, Series, of_buckets

Buckets = Mapping[str, Sequence[Bucket | None]]
"""Of one day, by metric."""
Days = Mapping[datetime, Buckets]
"""By the beginning of the day (UTC)."""


def in_full(
    values: Mapping[str, list[float | None]], layout: Layout, count: int
) -> dict[str, list[float | None]]:
    """Return `count` values of every metric of the layout; what there is none of is a gap."""
    whole = {metric: list[float | None]() for metric in layout.metrics()} | dict(values)
    return {metric: (row + [None] * count)[:count] for metric, row in whole.items()}


def laid_end_to_end(days: Days, start: datetime, end: datetime, step: int) -> dict[str, Series]:
    """Return every metric that has a bucket between `start` and `end` as a series from one to the
    other; days may reach beyond both.
    """
    count = int((end - start).total_seconds()) // step
    rows: dict[str, list[Bucket | None]] = {}
    for day, buckets in days.items():
        first = int((day - start).total_seconds()) // step
        for metric, found in buckets.items():
            row = rows.setdefault(metric, [None] * count)
            begin, finish = max(0, first), min(count, first + len(found))
            if begin < finish:
                row[begin:finish] = found[begin - first : finish - first]
    return {metric: of_buckets(start, step, row) for metric, row in rows.items() if any(row)}
