"""Times and durations as the customer reads them: in the customer's own zone."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def moment(at: datetime, zone: str) -> str:
    """Return e.g. "2026-11-23 19:03:00 JST"."""
    local = at.astimezone(_zone(zone))
    return f"{local:%Y-%m-%d %H:%M:%S} {zone_name(local)}"


def rough_moment(at: datetime, zone: str) -> str:
    """Return e.g. "2026-11-23 19:03 JST", for what is only planned."""
    local = at.astimezone(_zone(zone))
    return f"{local:%Y-%m-%d %H:%M} {zone_name(local)}"


def time_of_day(at: datetime, zone: str) -> str:
    """Return e.g. "19:03:00", for lists whose date stands elsewhere."""
    return f"{at.astimezone(_zone(zone)):%H:%M:%S}"


def local_time(at: datetime, zone: str) -> datetime:
    """Return the moment as the clocks of the zone show it."""
    return at.astimezone(_zone(zone))


def split_duration(duration: timedelta) -> tuple[int, int, int]:
    """Return whole hours, minutes and seconds, never negative."""
    seconds = max(0, round(duration.total_seconds()))
    return seconds // 3600, seconds % 3600 // 60, seconds % 60


def zone_name(local: datetime) -> str:
    """Return the abbreviation of a local time's zone, such as JST, or UTC-03:00 for the many that
    have none.
    """
    name, offset = local.tzname() or "", f"{local:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"


def _zone(name: str) -> tzinfo:
    """Fall back to UTC (and say so in the text): a wrong zone in a sheet must not stop an alert."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
