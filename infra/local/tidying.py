"""What AWS does by itself in the long run: forgets what is out of date."""

import logging
import threading
from itertools import count
from typing import Any

from infra.local.clock import RuleClock
from infra.local.executions import ExecutionRecord
from infra.local.journal import Journal
from infra.local.rule_time import forget_ended_threads
from infra.local.tables import delete_expired

_log = logging.getLogger("toban.local")

_TICK_S = 1.0
_TICKS_BETWEEN_CLEANINGS = 60


class Tidying:
    """Notes the time every second, and every minute deletes what is over (real time)."""

    def __init__(
        self, journal: Journal, record: ExecutionRecord, dynamodb: Any, clock: RuleClock
    ) -> None:
        self._journal, self._record = journal, record
        self._dynamodb, self._clock = dynamodb, clock

    def start(self, stopping: threading.Event) -> None:
        """Go on in a thread of its own until `stopping`."""
        threading.Thread(target=self._run, args=(stopping,), name="tidying", daemon=True).start()

    def _run(self, stopping: threading.Event) -> None:
        for tick in count(1):
            if stopping.wait(_TICK_S):
                return
            self._journal.note_time()
            forget_ended_threads()
            if tick % _TICKS_BETWEEN_CLEANINGS == 0:
                self._clean()

    def _clean(self) -> None:
        try:
            self._record.forget_before(self._clock.now())
            delete_expired(self._dynamodb, self._clock.now())
        except Exception:
            _log.exception("What is out of date could not be deleted.")
