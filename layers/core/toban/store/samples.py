"""Samples of each server and their roll-ups: written once, read as series."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from toban.domain.days import Buckets, Days, in_full, laid_end_to_end
from toban.domain.metrics import SAMPLE_SECONDS, Layout, Sample, layout_of
from toban.domain.packing import (
    packed_buckets,
    packed_sample,
    unpacked_buckets,
    unpacked_sample,
)
from toban.domain.rollup import (
    DAILY_DAYS,
    HALF_HOUR_DAYS,
    HALF_HOUR_SECONDS,
    RAW_DAYS,
    bucket_of,
    rolled_up,
)
from toban.domain.series import (
    DAY_SECONDS,
    Period,
    Series,
    of_samples,
    slot_start,
)
from toban.store.claims import raise_unless_lost
from toban.store.tables import RollUpItem, SampleHourItem

_DAY = timedelta(days=1)
_SLOTS_IN_A_DAY = DAY_SECONDS // SAMPLE_SECONDS
_OF_HALF_HOUR = HALF_HOUR_SECONDS // SAMPLE_SECONDS
_FINISHED = timedelta(hours=1)
"""After the end of a day, until when a late round may still add to it."""


def keep(server_id: str, at: datetime, sample: Sample) -> None:
    """Store the sample of the 5 minutes that hold `at`; a slot that has one keeps it."""
    hour = slot_start(at, 3_600)
    slot = int((at - hour).total_seconds()) // SAMPLE_SECONDS
    item = SampleHourItem(server_id, f"5min#{_hour(hour)}#{sample.layout.digest()}")
    empty = SampleHourItem.samples | []
    actions: list[Action] = [
        SampleHourItem.samples.set(empty.append([packed_sample(slot, sample)])),
        SampleHourItem.newest.set(slot),
        SampleHourItem.parts.set(_parts(sample.layout)),
        SampleHourItem.expires_at.set(hour + timedelta(days=RAW_DAYS)),
    ]
    first = SampleHourItem.newest.does_not_exist() | (SampleHourItem.newest < slot)
    try:
        item.update(actions, condition=first)
    except UpdateError as error:
        raise_unless_lost(error)


def series(server_id: str, period: Period, now: datetime) -> dict[str, Series]:
    """Return every metric that was measured in the period up to `now`, by its name."""
    start, end = period.bounds(now)
    if period.step_seconds == SAMPLE_SECONDS:
        return {
            metric: of_samples(start, SAMPLE_SECONDS, values)
            for metric, values in _values(server_id, start, end).items()
        }
    return rolled(server_id, start, end, period.step_seconds)


def rolled(server_id: str, start: datetime, end: datetime, step: int) -> dict[str, Series]:
    """Return every metric that was measured from `start` to before `end` in steps of 30 min or of a
    day, of which both are multiples.
    """
    days = _days(server_id, slot_start(start, DAY_SECONDS), end, step)
    return laid_end_to_end(days, start, end, step)


def between(server_id: str, start: datetime, end: datetime) -> dict[str, Series]:
    """Return the samples (5 min) from `start` to before `end`, both multiples of 5 min."""
    return {
        metric: of_samples(start, SAMPLE_SECONDS, values)
        for metric, values in _values(server_id, start, end).items()
    }


def roll_up(server_id: str, now: datetime) -> int:
    """Roll up every finished day that has samples and was not rolled up yet; return how many.

    Samples of a finished day do not change: whenever and however often this runs, the same comes
    out.
    """
    today = slot_start(now - _FINISHED, DAY_SECONDS)
    oldest = today - timedelta(days=RAW_DAYS - 1)
    done = {item.item for item in _rolled(server_id, "1day", oldest, today)}
    missing = [day for day in _each_day(oldest, today) if f"1day#{_date(day)}" not in done]
    if not missing:
        return 0
    values = _values(server_id, missing[0], today)
    layout = layout_of(values)
    begun = min(done, default="~")
    count = 0
    for day in missing:
        of_day = _of_day(values, int((day - missing[0]).total_seconds()) // SAMPLE_SECONDS)
        # a silent day after the first sample is kept as such, or it would be looked for for weeks
        if f"1day#{_date(day)}" > begun or any(map(_measured, of_day.values())):
            begun = ""
            _save_day(server_id, day, layout, of_day)
            count += 1
    return count


def _measured(values: Iterable[float | None]) -> bool:
    return any(value is not None for value in values)


def _save_day(
    server_id: str, day: datetime, layout: Layout, values: Mapping[str, list[float | None]]
) -> None:
    rows = in_full(values, layout, _SLOTS_IN_A_DAY)
    halves = {metric: rolled_up(row, _OF_HALF_HOUR) for metric, row in rows.items()}
    whole = {metric: [bucket_of(row)] for metric, row in rows.items()}
    for name, buckets, days in (("30min", halves, HALF_HOUR_DAYS), ("1day", whole, DAILY_DAYS)):
        item = RollUpItem(server_id, f"{name}#{_date(day)}")
        item.parts = _parts(layout)
        item.buckets = packed_buckets(layout, buckets)
        item.expires_at = day + timedelta(days=days + 1)
        item.save()


def _days(server_id: str, first: datetime, end: datetime, step: int) -> Days:
    """Return the buckets of every day that has any; what is not rolled up yet is, in passing."""
    found: dict[datetime, Buckets] = {}
    for item in _rolled(server_id, "1day" if step == DAY_SECONDS else "30min", first, end):
        day = datetime.strptime(item.item.partition("#")[2], "%Y-%m-%d").replace(tzinfo=UTC)
        unpacked: Buckets = unpacked_buckets(
            item.buckets, _layout_of(item.parts), DAY_SECONDS // step
        )
        found[day] = unpacked
    open_from = max(max(found, default=first - _DAY) + _DAY, first, end - timedelta(days=RAW_DAYS))
    open_from = slot_start(open_from, DAY_SECONDS)
    values = _values(server_id, open_from, end)
    for day in _each_day(open_from, end):
        of_day = _of_day(values, int((day - open_from).total_seconds()) // SAMPLE_SECONDS)
        found[day] = {m: rolled_up(row, step // SAMPLE_SECONDS) for m, row in of_day.items()}
    return found


def _values(server_id: str, start: datetime, end: datetime) -> dict[str, list[float | None]]:
    """Return the samples of every metric measured, one for each 5 min from `start` to `end`."""
    count = int((end - start).total_seconds()) // SAMPLE_SECONDS
    rows: dict[str, list[float | None]] = {}
    for item in _hours(server_id, start, end):
        layout = _layout_of(item.parts)
        hour = datetime.strptime(item.item.split("#")[1], "%Y-%m-%dT%H").replace(tzinfo=UTC)
        first = int((hour - start).total_seconds()) // SAMPLE_SECONDS
        for packed in item.samples or ():
            slot, values = unpacked_sample(packed, layout)
            if 0 <= first + slot < count:
                for metric, value in values.items():
                    if metric not in rows:
                        rows[metric] = [None] * count
                    rows[metric][first + slot] = value
    return rows


def _of_day(values: Mapping[str, list[float | None]], first: int) -> dict[str, list[float | None]]:
    return {metric: row[first : first + _SLOTS_IN_A_DAY] for metric, row in values.items()}


def _hours(server_id: str, start: datetime, end: datetime) -> Iterable[SampleHourItem]:
    keys = SampleHourItem.item.between(f"5min#{_hour(start)}", f"5min#{_hour(end)}~")
    return SampleHourItem.query(server_id, keys)


def _rolled(server_id: str, name: str, start: datetime, end: datetime) -> Iterable[RollUpItem]:
    keys = RollUpItem.item.between(f"{name}#{_date(start)}", f"{name}#{_date(end)}")
    return RollUpItem.query(server_id, keys)


def _each_day(start: datetime, end: datetime) -> Iterator[datetime]:
    day = start
    while day < end:
        yield day
        day += _DAY


def _parts(layout: Layout) -> list[list[str]]:
    return [list(layout.mounts), list(layout.interfaces)]


def _layout_of(parts: list[list[str]]) -> Layout:
    mounts, interfaces = parts
    return Layout(tuple(mounts), tuple(interfaces))


def _hour(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H}"


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
