"""Wakes a machine that waits for a key, so that it looks at its call."""

from escalate.phone_chain import PhoneChain
from toban.executions import complete
from toban.store import calls


def wake(chain: PhoneChain) -> bool:
    """Tell whether somebody waited. What is said is only "look": the machine decides by what it
    finds then.
    """
    attempts = calls.attempts(chain.incident.incident_id, chain.callees)
    tokens = [each.token for each in attempts if each.call is None and each.token]
    return any(complete(token, {"key": ""}) for token in tokens)
