"""Dates of a contract: business days in Japan, lead time, the end of a contract."""

from datetime import date, datetime

import pytest

from toban.domain.calendar import BusinessCalendar, end_of_contract
from toban.holidays import is_holiday

JAPAN = BusinessCalendar(is_holiday)


@pytest.fixture(autouse=True)
def _provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVIDER_HOLIDAYS", "12-29,12-30,12-31,01-02,01-03")


@pytest.mark.clause("C-3", "C-4")
@pytest.mark.parametrize(
    ("received", "in_force"),
    [
        pytest.param("2026-11-24T11:00", "2026-11-25", id="on an ordinary day"),
        pytest.param("2026-11-24T17:59", "2026-11-25", id="just before the office closes"),
        pytest.param("2026-11-24T18:00", "2026-11-26", id="when the office has closed"),
        pytest.param("2026-11-24T00:10", "2026-11-25", id="in the night before it opens"),
        pytest.param("2026-11-20T11:00", "2026-11-24", id="on a Friday before a holiday"),
        pytest.param("2026-11-21T11:00", "2026-11-25", id="on a Saturday"),
        pytest.param("2026-12-28T11:00", "2027-01-04", id="on the last day of the year at work"),
        pytest.param("2026-12-28T19:00", "2027-01-05", id="in the evening of that day"),
        pytest.param("2026-04-28T11:00", "2026-04-30", id="before Golden Week"),
        pytest.param("2026-05-01T11:00", "2026-05-07", id="within Golden Week"),
        pytest.param("2028-02-28T11:00", "2028-02-29", id="the day before a leap day"),
        pytest.param("2028-02-29T11:00", "2028-03-01", id="on a leap day"),
    ],
)
def test_what_arrives_is_in_force_one_business_day_after_its_receipt(
    received: str, in_force: str
) -> None:
    assert JAPAN.effective_date(datetime.fromisoformat(received)).isoformat() == in_force


@pytest.mark.clause("C-7")
@pytest.mark.parametrize(
    ("notice", "end"),
    [
        pytest.param("2026-11-01", "2026-12-31", id="on the first of a month"),
        pytest.param("2026-11-30", "2026-12-31", id="on its last day"),
        pytest.param("2026-12-01", "2027-01-31", id="over the end of the year"),
        pytest.param("2028-01-31", "2028-02-29", id="into a February of a leap year"),
        pytest.param("2027-01-31", "2027-02-28", id="into any other February"),
    ],
)
def test_a_contract_ends_with_the_month_after_the_notice(notice: str, end: str) -> None:
    assert end_of_contract(date.fromisoformat(notice)).isoformat() == end


@pytest.mark.clause("C-7")
def test_a_contract_ends_later_when_that_is_wanted_but_never_earlier() -> None:
    notice = date(2026, 11, 10)

    assert end_of_contract(notice, date(2027, 3, 15)) == date(2027, 3, 31)
    assert end_of_contract(notice, date(2026, 11, 30)) == date(2026, 12, 31)


@pytest.mark.clause("P-9")
def test_people_work_on_business_days_in_business_hours() -> None:
    def open_at(text: str) -> bool:
        return JAPAN.is_open(datetime.fromisoformat(text))

    assert open_at("2026-11-24T10:00")
    assert open_at("2026-11-24T17:59")
    assert not open_at("2026-11-24T18:00")
    assert not open_at("2026-11-23T11:00")
    assert not open_at("2026-11-22T11:00")
    assert not open_at("2026-12-30T11:00")


def test_a_calendar_without_any_business_day_is_refused() -> None:
    never = BusinessCalendar(lambda _: True)

    with pytest.raises(ValueError, match="no business day"):
        never.business_day_after(date(2026, 11, 24))


@pytest.mark.clause("M-4", "P-9")
@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24T09:00", "2026-11-24T10:00"),
        ("2026-11-24T17:59", "2026-11-24T17:59"),
        ("2026-11-24T18:00", "2026-11-25T10:00"),
        ("2026-11-20T20:00", "2026-11-24T10:00"),
        ("2026-12-28T18:00", "2027-01-04T10:00"),
    ],
)
def test_what_can_wait_waits_for_the_office_to_open(at: str, opens: str) -> None:
    assert JAPAN.next_opening(datetime.fromisoformat(at)).isoformat()[:16] == opens
