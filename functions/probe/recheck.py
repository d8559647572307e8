"""Check a suspected failure again (N-4 steps 2 and 3)."""

from dataclasses import replace
from typing import Any

from probe.announced import AnnouncedMaintenance
from probe.questions import ask
from toban import clock
from toban.domain.observation import Observation, Reason, Status
from toban.domain.suspicion import Suspicion
from toban.domain.transition import Verdict
from toban.store import record
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take a Suspicion and return it with one more probe judged by the rule."""
    suspicion = from_document(event, Suspicion)
    seen = ask(suspicion.server_id, [suspicion.monitor_id])
    judged = suspicion.after(seen[0] if seen else _no_longer_watched(suspicion.monitor_id))
    if judged.observation.status is Status.DOWN:
        judged = _outside_maintenance(judged)
    key = f"rechecked#{suspicion.strikes}"
    record.append(suspicion.name, key, clock.now(), f"rechecked: {judged.verdict}", judged)
    return dict(to_document(judged))


def _outside_maintenance(judged: Suspicion) -> Suspicion:
    """Drop a failure whose monitor is in announced maintenance by now (C-5)."""
    if AnnouncedMaintenance().withholds(judged.observation):
        return replace(judged, verdict=Verdict.IN_MAINTENANCE)
    return judged


def _no_longer_watched(monitor_id: str) -> Observation:
    return Observation(monitor_id, Reason.NOT_MEASURED, clock.now(), evidence="no longer watched")
