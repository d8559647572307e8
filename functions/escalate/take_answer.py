"""Take the key that a person has pressed; the contact flow of Amazon Connect asks this (P-4).

Source of the event's shape: AWS Lambda developer guide, "Invoke Lambda functions with Connect".
"""

import hmac
from typing import Any

from pynamodb.exceptions import DoesNotExist

from toban.domain.call import KEY_ACKNOWLEDGE, KEY_PASS_ON, CallId
from toban.executions import complete
from toban.observability import logger
from toban.store import calls

KEYS = {KEY_ACKNOWLEDGE, KEY_PASS_ON}


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Take the parameters "call", "nonce" and "key" of a ContactFlowEvent; return {"result"}.

    "taken" when the key counts, "late" when the call is over for us or another key was first,
    "refused" for whatever does not come from the call itself. Connect takes a flat map of strings.
    """
    given = event["Details"]["Parameters"]
    call_id = _proven(str(given["call"]), str(given["nonce"]))
    if call_id is None or given["key"] not in KEYS:
        logger.warning("an answer that does not come from its call was refused")
        return {"result": "refused"}
    attempt = calls.take_key(call_id, given["key"])
    if attempt is None:
        return {"result": "late"}
    if attempt.token:
        complete(attempt.token, {"key": attempt.key})
    return {"result": "taken"}


def _proven(call: str, nonce: str) -> CallId | None:
    """Return the call that the nonce belongs to, None when it belongs to none."""
    try:
        call_id = CallId.parse(call)
        known = calls.attempt(call_id).nonce
    except (ValueError, DoesNotExist):
        return None
    return call_id if hmac.compare_digest(known.encode(), nonce.encode()) else None
