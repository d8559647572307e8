"""Hours in which a contact may be called, and the gaps that the hours of all of them leave."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.hours import HOURS
from contract.sign_off import sign_off
from tests.unit.acme_sheet import ACME, read
from toban.catalogue.mistake import Refusal
from toban.domain.acceptance import Acceptance
from toban.domain.contract import Contact
from toban.domain.coverage import AFTER_HOLIDAY, Gap, gaps
from toban.domain.hours import DAY_MINUTES, WEEK, WORKDAYS, Day, WeeklyHours, day_of, within
from toban.domain.plan import Plan
from toban.domain.policy import Policy

SERVERS = read(ACME).servers
MONDAY = date(2026, 11, 2)
STRETCHES = st.builds(
    lambda days, starts, lasts: WeeklyHours(
        tuple(d for d in Day if d in days), starts, starts + lasts
    ),
    st.sets(st.sampled_from(list(Day)), min_size=1),
    st.sampled_from(range(0, DAY_MINUTES, 60)),
    st.sampled_from(range(60, DAY_MINUTES + 1, 60)),
)
HOURS_OF_ONE = st.lists(STRETCHES, max_size=3).map(tuple)


def hours(*texts: str) -> tuple[WeeklyHours, ...]:
    return tuple(stretch for text in texts if (stretch := HOURS.parse(text)))


def people(*each: tuple[WeeklyHours, ...]) -> list[Contact]:
    return [Contact("N", "n@acme.example", "+81312345678", one) for one in each]


def free(*days: int) -> Callable[[date], bool]:
    """Return whether a day is a holiday, by how many days it is after the Monday."""
    return lambda day: (day - MONDAY).days in days


def local(days: int, minutes: int) -> datetime:
    """Return a moment after the Monday's midnight."""
    midnight = datetime.combine(MONDAY, time(), ZoneInfo("Asia/Tokyo"))
    return midnight + timedelta(days=days, minutes=minutes)


def told(contacts: list[Contact]) -> list[str]:
    return [str(gap) for gap in gaps(contacts, SERVERS)]


@pytest.mark.clause("N-2", "P-4")
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("mon-fri 09:00-18:00", "mon/tue/wed/thu/fri 09:00-18:00"),
        ("平日 ９：００〜１８：００", "mon/tue/wed/thu/fri 09:00-18:00"),
        ("土日祝 0:00-24:00", "sat/sun/holiday 00:00-24:00"),
        ("sat-mon 8:30-12:00", "mon/sat/sun 08:30-12:00"),
        ("daily 18:00-9:00", "mon/tue/wed/thu/fri/sat/sun/holiday 18:00-09:00"),
        ("wed/月・祝日 00:00-24:00", "mon/wed/holiday 00:00-24:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, written: str) -> None:
    (stretch,) = hours(text)

    assert str(stretch) == written
    assert hours(written) == (stretch,)


@pytest.mark.parametrize(
    "text",
    [
        *("always", "09:00-18:00", "mon 9-18", "mon 25:00-26:00", "mon 9:60-10:00"),
        *("mon 9:00-9:00", "mon-holiday 9:00-10:00", "moon 9:00-10:00", "mon 24:00-10:00"),
    ],
)
def test_hours_that_say_nothing_are_refused_with_their_mend(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        HOURS.parse(text)

    assert "mon-fri 09:00-18:00" in refused.value.mend


def test_a_night_lasts_until_the_next_morning_whatever_day_that_is() -> None:
    night = hours("fri 18:00-09:00")
    friday = local(4, 8 * 60 + 59)

    assert not within(night, friday, free())
    assert within(night, friday + timedelta(days=1), free())
    assert not within(night, friday + timedelta(days=1, minutes=1), free())


def test_a_holiday_is_no_weekday_but_a_weekend_stays_one() -> None:
    assert day_of(MONDAY, free(0)) is Day.HOLIDAY
    assert day_of(MONDAY + timedelta(days=5), free(5)) is Day.SAT


@pytest.mark.clause("P-4")
def test_one_contact_without_hours_leaves_no_gap() -> None:
    assert told(people((), hours("mon-fri 09:00-18:00"))) == []


@pytest.mark.clause("P-4")
def test_nights_weekends_and_holidays_that_nobody_takes_are_gaps() -> None:
    assert told(people(hours("mon-fri 09:00-18:00"))) == [
        "mon/tue/wed/thu/fri 00:00-09:00",
        "sat/sun/holiday 00:00-24:00",
        "mon/tue/wed/thu/fri 18:00-24:00",
    ]


def test_the_morning_after_a_holiday_is_a_gap_when_only_nights_of_weekdays_are_taken() -> None:
    found = told(people(hours("mon-fri 18:00-09:00", "土日祝 0:00-24:00", "mon-fri 9:00-18:00")))

    assert found == ["mon 00:00-09:00", "after_holiday 00:00-09:00"]


def test_a_contact_without_a_number_covers_nothing() -> None:
    (nobody,) = people(())

    assert told([replace(nobody, phone="")]) == ["mon/tue/wed/thu/fri/sat/sun/holiday 00:00-24:00"]


@pytest.mark.clause("P-4")
def test_where_no_plan_has_a_telephone_nobody_has_to_be_reached() -> None:
    servers = [replace(each, plan=Plan.NOTIFY) for each in SERVERS]

    assert gaps(people(hours("mon 9:00-10:00")), servers) == ()


@pytest.mark.clause("P-4")
@settings(max_examples=60, deadline=None)
@given(st.lists(HOURS_OF_ONE, min_size=1, max_size=3), st.sets(st.integers(0, 13), max_size=5))
def test_whenever_nobody_may_be_called_it_is_within_a_gap(
    each: list[tuple[WeeklyHours, ...]], holidays: set[int]
) -> None:
    found, is_holiday = gaps(people(*each), SERVERS), free(*holidays)
    for ahead in range(14 * 24):
        at = local(0, ahead * 60)
        if not any(within(one, at, is_holiday) for one in each):
            assert any(_in_gap(gap, at, is_holiday) for gap in found), at


@pytest.mark.clause("P-4")
@settings(max_examples=60, deadline=None)
@given(st.lists(HOURS_OF_ONE, min_size=1, max_size=3))
def test_every_gap_is_a_time_at_which_nobody_may_be_called_on_some_calendar(
    each: list[tuple[WeeklyHours, ...]],
) -> None:
    calendars = [free(), *(free(day) for day in range(7, 12)), free(7, 8, 9, 10, 11)]
    for gap in gaps(people(*each), SERVERS):
        for day in gap.days:
            assert any(_nobody(each, day, gap, is_holiday) for is_holiday in calendars), gap


def _nobody(
    each: list[tuple[WeeklyHours, ...]], day: str, gap: Gap, is_holiday: Callable[[date], bool]
) -> bool:
    """Tell whether nobody may be called when the gap begins, on some such day of this calendar."""
    return any(
        _in_gap(replace(gap, days=(day,)), at, is_holiday)
        and not any(within(one, at, is_holiday) for one in each)
        for ahead in range(7, 14)
        for at in [local(ahead, gap.starts)]
    )


def _in_gap(gap: Gap, at: datetime, is_holiday: Callable[[date], bool]) -> bool:
    today = day_of(at.date(), is_holiday)
    after = day_of(at.date() - timedelta(days=1), is_holiday) is Day.HOLIDAY
    on = today in gap.days or (after and AFTER_HOLIDAY in gap.days)
    return on and gap.starts <= at.hour * 60 + at.minute < gap.ends


def test_the_days_of_the_week_are_those_of_the_calendar() -> None:
    assert [day_of(MONDAY + timedelta(days=n), free()) for n in range(7)] == [*WEEK]
    assert set(WORKDAYS) < set(WEEK)


@pytest.mark.parametrize(("plan", "told"), [("respond", True), ("notify", False)])
def test_the_sheet_to_sign_promises_calls_only_where_a_plan_has_them(plan: str, told: bool) -> None:
    terms = read(ACME.replace("plan: respond", f"plan: {plan}")).terms

    found = Acceptance("acme", datetime(2026, 11, 24, tzinfo=UTC), ())
    page = sign_off(found, terms, date(2026, 11, 25), Policy(), [])

    assert ("a contact whom we may call at every hour" in page) == told
