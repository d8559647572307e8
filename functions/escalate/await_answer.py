"""Leave the token that a pressed key completes (clause P-4)."""

from typing import Any

from escalate.phone_chain import PhoneChain
from toban.executions import complete
from toban.store import calls


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the chain's input with "call" and "token"; a key that came before completes it at
    once.
    """
    chain = PhoneChain.of(event)
    attempt = calls.await_key(chain.call_id(event["call"]), event["token"])
    if not attempt.key:
        return {"waiting": True}
    complete(event["token"], {"key": attempt.key})
    return {"waiting": False}
