"""Which failing monitors are in announced maintenance (C-5); a healthy monitor is never asked
about.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from toban.domain.identifier import server_of
from toban.domain.maintenance import Window, covering
from toban.domain.observation import Observation, Reason
from toban.store import maintenance


class AnnouncedMaintenance:
    """The windows of the servers with a failing monitor, each server's read once a round."""

    def __init__(self) -> None:
        self._windows: dict[str, Sequence[Window]] = {}

    def withholds(self, seen: Observation) -> bool:
        """Tell whether nothing may follow from the failure, and put that on record."""
        windows = self._of(seen)
        window = covering(windows, seen.monitor_id, seen.observed_at)
        if window is None:
            return _restarted_within(windows, seen)
        maintenance.note_failing(window, seen)
        return True

    def _of(self, seen: Observation) -> Sequence[Window]:
        server_id = server_of(seen.monitor_id)
        if server_id not in self._windows:
            self._windows[server_id] = maintenance.near(server_id, seen.observed_at)
        return self._windows[server_id]


def _restarted_within(windows: Sequence[Window], seen: Observation) -> bool:
    """A restart in maintenance was announced, although it may be seen only when that is over."""
    if seen.reason is not Reason.REBOOTED or seen.value is None:
        return False
    started_at = seen.observed_at - timedelta(seconds=seen.value)
    return covering(windows, seen.monitor_id, started_at) is not None


def watched(server_id: str, monitor_ids: Sequence[str], at: datetime) -> list[str]:
    """Return those of the monitors that no window covers at `at`."""
    windows = maintenance.near(server_id, at)
    return [each for each in monitor_ids if covering(windows, each, at) is None]
