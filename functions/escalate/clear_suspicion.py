"""Note that a suspected failure cleared by itself, or that nothing can be said of it (clause
N-8).
"""

from typing import Any

from toban import clock
from toban.domain.suspicion import Suspicion
from toban.domain.transition import Verdict
from toban.store import record, states
from toban.store.documents import from_document

_ENDINGS = {
    Verdict.CLEARED: "cleared by itself, nothing sent",
    Verdict.IN_MAINTENANCE: "in maintenance, nothing sent",
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take a Suspicion (with "fault" where our own side failed); return {"cleared": bool}."""
    suspicion = from_document(event, Suspicion)
    verdict = Verdict.INCONCLUSIVE if "fault" in event else suspicion.verdict
    states.clear(suspicion.monitor_id, clock.now(), suspicion.first_failed_at)
    what = _ENDINGS.get(verdict, "inconclusive, nothing sent")
    record.append(suspicion.name, "ended", clock.now(), what, suspicion.observation)
    return {"cleared": verdict is Verdict.CLEARED}
