"""Closes the alerts of monitors that leave the contract: their customers are told that it is so."""

from toban import clock
from toban.domain.identifier import confirmation_name
from toban.domain.observation import Observation, Reason
from toban.domain.transition import Condition
from toban.executions import complete, start
from toban.settings import required
from toban.store import states

_OVER = frozenset({Condition.OK, Condition.UNKNOWN, Condition.WITHHELD})


def is_open(monitor_id: str) -> bool:
    """Tell whether a failure of the monitor is being confirmed or has an alert."""
    state = states.get(monitor_id)
    return state is not None and state.condition not in _OVER


def end_watch(monitor_id: str) -> None:
    """Let whoever waits for the monitor's recovery know that nobody looks any more.

    Done again it is the same. Nothing follows while nobody waits yet, and what is only being
    confirmed comes to its own end, for it is not seen any more.
    """
    state = states.get(monitor_id)
    if state is None:
        return
    seen = Observation(monitor_id, Reason.NOT_WATCHED, clock.now())
    match state.condition:
        case Condition.ALERTED:
            token, noted = states.recover(state, seen)
            if token:
                complete(token, {"observation": noted})
        case Condition.PAUSED:
            ids = {"monitor_id": monitor_id, "incident_id": state.incident_id}
            name = confirmation_name(monitor_id, state.since)
            start(required("RESUME_MACHINE"), name, {**ids, "observation": seen})
