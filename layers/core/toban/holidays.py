"""Days on which nobody works: Japan's public holidays and the provider's own days."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from toban.domain.calendar import BusinessCalendar
from toban.settings import listed

OFFICE_ZONE = "Asia/Tokyo"
"""Where the provider's days and hours of work are kept (P-9)."""


def office() -> BusinessCalendar:
    """Return the provider's days and hours of work."""
    return BusinessCalendar(is_holiday)


def at_the_office(at: datetime) -> datetime:
    """Return the moment in the provider's zone."""
    return at.astimezone(ZoneInfo(OFFICE_ZONE))


def first_moment(day: date) -> datetime:
    """Return when the day begins in the provider's zone."""
    return datetime.combine(day, time(), ZoneInfo(OFFICE_ZONE))


def is_holiday(day: date) -> bool:
    """Tell whether the day is a public holiday of Japan, or one that PROVIDER_HOLIDAYS names.

    The setting lists days of each year (12-30) and single days (2026-12-30).
    """
    import jpholiday

    own = listed("PROVIDER_HOLIDAYS")
    return day.isoformat() in own or f"{day:%m-%d}" in own or jpholiday.is_holiday(day)
