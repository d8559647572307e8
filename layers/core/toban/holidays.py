"""Days on which nobody works: Japan's public holidays and the provider's own days."""

from datetime import date

from toban.settings import listed


def is_holiday(day: date) -> bool:
    """Tell whether the day is a public holiday of Japan, or one that PROVIDER_HOLIDAYS names.

    The setting lists days of each year (12-30) and single days (2026-12-30).
    """
    import jpholiday

    own = listed("PROVIDER_HOLIDAYS")
    return day.isoformat() in own or f"{day:%m-%d}" in own or jpholiday.is_holiday(day)
