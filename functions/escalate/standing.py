"""Which alerts of an incident still stand: not seen well, not closed."""

from dataclasses import dataclass

from toban.domain.deferral import is_standing
from toban.domain.incident import Alert, Incident
from toban.domain.transition import Condition
from toban.store import incidents, states


@dataclass(frozen=True, slots=True)
class Standing:
    """All alerts of an incident, and of those that stand the monitors in the order of work.

    What the incident has `paused` is left alone until it is well; the others are `open`.
    """

    alerts: list[Alert]
    open: list[str]
    paused: set[str]


def standing(incident: Incident) -> Standing:
    """Read the alerts and the states of their monitors, once each."""
    alerts = incidents.alerts(incident.incident_id)
    own = [
        state
        for state in states.of_server(incident.server_id)
        if state.incident_id == incident.incident_id and is_standing(state)
    ]
    paused = {each.monitor_id for each in own if each.condition is Condition.PAUSED}
    alerted = {each.monitor_id for each in own} - paused
    return Standing(alerts, [i.monitor_id for i in alerts if i.monitor_id in alerted], paused)
