"""What lies behind the curves: the server's incidents, and announced maintenance."""

from datetime import datetime

from graphs.graph import Band, BandKind
from toban.domain.maintenance import Window
from toban.store import history, maintenance


def bands(server_id: str, start: datetime, now: datetime) -> list[Band]:
    """Return the stretches that touch the time from `start` to `now`, maintenance first."""
    windows = [each for each in maintenance.since(server_id, start) if each.starts_at <= now]
    announced = [_of_window(each) for each in windows]
    happened = [
        Band(each.opened_at, each.closed_at, BandKind.INCIDENT)
        for each in history.between(server_id, start, now)
    ]
    return [each for each in (*announced, *happened) if each.end is None or each.end > start]


def _of_window(window: Window) -> Band:
    """A window that was cancelled before it began has no length."""
    ends = [window.ends_at, *([window.cancelled_at] if window.cancelled_at else [])]
    return Band(window.starts_at, max(window.starts_at, min(ends)), BandKind.MAINTENANCE)
