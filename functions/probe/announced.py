"""Which failing monitors are in announced maintenance (C-5); a healthy monitor is never asked
about.
"""

from collections.abc import Sequence
from datetime import datetime

from toban.domain.identifier import server_of
from toban.domain.maintenance import Window, covering
from toban.domain.observation import Observation
from toban.store import maintenance


class AnnouncedMaintenance:
    """The windows of the servers with a failing monitor, each server's read once a round."""

    def __init__(self) -> None:
        self._windows: dict[str, Sequence[Window]] = {}

    def withholds(self, seen: Observation) -> bool:
        """Tell whether nothing may follow from the failure, and put that on record."""
        window = covering(self._of(seen), seen.monitor_id, seen.observed_at)
        if window is None:
            return False
        maintenance.note_failing(window, seen)
        return True

    def _of(self, seen: Observation) -> Sequence[Window]:
        server_id = server_of(seen.monitor_id)
        if server_id not in self._windows:
            self._windows[server_id] = maintenance.near(server_id, seen.observed_at)
        return self._windows[server_id]


def watched(server_id: str, monitor_ids: Sequence[str], at: datetime) -> list[str]:
    """Return those of the monitors that no window covers at `at`."""
    windows = maintenance.near(server_id, at)
    return [each for each in monitor_ids if covering(windows, each, at) is None]
