"""The three plans as data: what each may do (spec 2.1-1 to 2.1-3; each includes the one before)."""

from enum import StrEnum


class Plan(StrEnum):
    """What the customer has bought for one server."""

    NOTIFY = "notify"
    RESPOND = "respond"
    MANAGED = "managed"


class Capability(StrEnum):
    """Something toban may do for a server."""

    COLLECT = "collect"
    REPAIR = "repair"
    CALL = "call"
    TAKE_OVER = "take_over"


CAPABILITIES: dict[Plan, frozenset[Capability]] = {
    Plan.NOTIFY: frozenset({Capability.COLLECT}),
    Plan.RESPOND: frozenset({Capability.COLLECT, Capability.REPAIR, Capability.CALL}),
    Plan.MANAGED: frozenset(Capability),
}


def may(plan: Plan, capability: Capability) -> bool:
    """Tell whether the plan includes the capability."""
    return capability in CAPABILITIES[plan]
