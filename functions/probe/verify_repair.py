"""Let the monitor itself say whether a repair helped (clause P-2)."""

from collections.abc import Sequence
from typing import Any

from probe.questions import ask
from toban import clock
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Status
from toban.domain.verification import Proof, Verification, judge_repair
from toban.store import record
from toban.store.documents import from_document, to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"incident", "monitor_ids", "proof"}; return the proof with one more probe, judged."""
    incident = from_document(event["incident"], Incident)
    seen = ask(incident.server_id, event["monitor_ids"])
    proof = from_document(event["proof"], Proof).after(_together(seen))
    policy = incident.policy
    verification = judge_repair(proof, policy.verify_successes, policy.verify_tries)
    at = clock.now()
    if verification is not Verification.PENDING:
        key = f"{verification}#{event['monitor_ids'][0]}"
        record.append(incident.incident_id, key, at, f"repair {verification} by the monitor", seen)
    return {"verification": verification, "proof": to_document(proof), "at": at.isoformat()}


def _together(seen: Sequence[Observation]) -> Status:
    """All have to be well; one that is down tells more than one that cannot be judged."""
    found = {each.status for each in seen}
    if found == {Status.UP}:
        return Status.UP
    return Status.DOWN if Status.DOWN in found else Status.UNKNOWN
