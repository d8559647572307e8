"""What is kept of the samples: gaps stay gaps, repeats change nothing, roll-ups tell the truth."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from toban.domain.metrics import Layout, Sample
from toban.domain.series import Period
from toban.store import samples
from toban.store.tables import RollUpItem, SampleHourItem

WEB = "acme.web01"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLAIN = Layout()
STEP = timedelta(seconds=300)
CLAUSE = pytest.mark.clause("N-9")


def keep(at: datetime, **values: float) -> None:
    named = {name.replace("_", ".", 1): value for name, value in values.items()}
    samples.keep(WEB, at, Sample(PLAIN, named))


def items() -> list[dict[str, object]]:
    hours = SampleHourItem.query(WEB, SampleHourItem.item.startswith("5min#"))
    return [item.to_simple_dict(force=True) for item in [*hours, *rolled_up()]]


def rolled_up() -> list[RollUpItem]:
    return [
        item
        for name in ("30min#", "1day#")
        for item in RollUpItem.query(WEB, RollUpItem.item.startswith(name))
    ]


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_a_sample_is_read_back_in_its_slot_and_what_is_missing_is_a_gap() -> None:
    keep(NOON, load_1=1.25)
    keep(NOON + 2 * STEP, load_1=0.0)

    load = samples.series(WEB, Period.DAY, NOON + 2 * STEP)["load.1"]

    assert load.averages[-4:] == [None, 1.25, None, 0.0]
    assert load.at(len(load) - 3) == NOON
    assert len(load) == 288


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_a_repeated_round_changes_nothing() -> None:
    keep(NOON, load_1=1.25)
    before = items()
    keep(NOON + timedelta(seconds=40), load_1=9.0)

    assert items() == before


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_an_hour_of_samples_is_one_item_of_at_most_a_kibibyte() -> None:
    dice = random.Random(7)  # noqa: S311 - the same figures in every run
    layout = Layout(("/", "/var", "/home", "/srv/backup"), ("eth0", "eth1"))
    for slot in range(12):
        values = {metric: dice.uniform(50, 100) for metric in layout.metrics()}
        values |= {f"memory.{name}": dice.uniform(1, 64) * 2**30 for name in ("used", "total")}
        values |= {
            f"memory.{name}": dice.uniform(1, 64) * 2**30 for name in ("cached", "available")
        }
        values |= {m: dice.uniform(1e8, 1e9) for m in layout.metrics() if m.startswith("traffic")}
        samples.keep(WEB, NOON + slot * STEP, Sample(layout, values))
    [item] = SampleHourItem.query(WEB)

    assert len(item.samples) == 12
    assert size_of(item.serialize()) <= 1024


def size_of(attributes: dict[str, dict[str, object]]) -> int:
    """As DynamoDB counts: names, octets, 3 for a list and 1 for each of its elements, 21 digits."""
    size = 0
    for name, typed in attributes.items():
        [(kind, value)] = typed.items()
        size += len(name.encode())
        if kind == "L":
            assert isinstance(value, list)
            size += 3 + sum(1 + len(each["B"]) for each in value)
        elif kind == "N":
            size += 21
        else:
            size += len(str(value).encode())
    return size


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_a_disk_that_comes_in_the_middle_of_an_hour_is_read_from_then_on() -> None:
    samples.keep(WEB, NOON, Sample(PLAIN, {"load.1": 1.0}))
    more = Layout(("/data",))
    samples.keep(WEB, NOON + STEP, Sample(more, {"load.1": 2.0, "disk.space:/data": 55.55}))

    found = samples.series(WEB, Period.DAY, NOON + STEP)

    assert found["load.1"].averages[-2:] == [1.0, 2.0]
    assert found["disk.space:/data"].averages[-2:] == [None, pytest.approx(55.55)]


def a_day_of_load(day: datetime) -> None:
    for slot in range(288):
        if not 100 <= slot < 150:
            keep(day + slot * STEP, load_1=float(slot % 6))


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_roll_ups_keep_minimum_average_and_maximum_and_gaps() -> None:
    day = NOON.replace(hour=0)
    a_day_of_load(day)
    later = day + timedelta(days=2, hours=2)
    not_rolled_up = samples.series(WEB, Period.MONTH, later)["load.1"]

    assert samples.roll_up(WEB, later) == 2
    load = samples.series(WEB, Period.MONTH, later)["load.1"]

    first = int((day - load.start).total_seconds()) // 1800
    assert load == not_rolled_up
    assert load.averages[first] == pytest.approx(2.5)
    assert (load.minima[first], load.maxima[first]) == (0.0, 5.0)
    assert load.averages[first + 17 : first + 24] == [None] * 7
    assert load.averages[first + 25] is not None


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_a_roll_up_that_runs_again_or_late_comes_to_the_same() -> None:
    day = NOON.replace(hour=0)
    a_day_of_load(day)
    samples.roll_up(WEB, day + timedelta(days=1, hours=2))
    once = items()
    assert samples.roll_up(WEB, day + timedelta(days=1, hours=2)) == 0
    assert items() == once
    for item in rolled_up():
        item.delete()
    samples.roll_up(WEB, day + timedelta(days=20))

    assert [each for each in items() if each in once] == once


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_a_day_that_is_not_over_is_not_rolled_up() -> None:
    day = NOON.replace(hour=0)
    a_day_of_load(day)

    assert samples.roll_up(WEB, day + timedelta(days=1, minutes=30)) == 0


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_a_year_holds_a_point_for_each_day_today_included() -> None:
    day = NOON.replace(hour=0)
    a_day_of_load(day - timedelta(days=3))
    samples.roll_up(WEB, day)
    keep(day, load_1=7.0)

    load = samples.series(WEB, Period.YEAR, day + STEP)["load.1"]

    assert len(load) == 365
    assert load.averages[-4:] == [pytest.approx(2.5, abs=0.03), None, None, 7.0]


@CLAUSE
@pytest.mark.usefixtures("aws")
def test_samples_end_after_35_days_half_hours_after_400_days_after_5_years() -> None:
    day = NOON.replace(hour=0)
    a_day_of_load(day)
    samples.roll_up(WEB, day + timedelta(days=2))
    hour = next(iter(SampleHourItem.query(WEB, SampleHourItem.item.startswith("5min#"))))
    terms = {item.item.partition("#")[0]: item.expires_at - day for item in rolled_up()}

    assert hour.expires_at == day + timedelta(days=35)
    assert timedelta(days=400) <= terms["30min"] <= timedelta(days=402)
    assert timedelta(days=5 * 365) <= terms["1day"] <= timedelta(days=5 * 367)
