"""Which alerts of an incident still stand: not seen well, not closed, not paused."""

from toban.domain.incident import Incident
from toban.domain.transition import Condition, MonitorState
from toban.store import incidents, states


def standing(incident: Incident) -> list[str]:
    """Return the monitors in the order of work."""
    found = _own(incident)
    return [
        alert.monitor_id
        for alert in incidents.alerts(incident.incident_id)
        if (state := found.get(alert.monitor_id)) is not None
        and state.condition is Condition.ALERTED
        and state.recovery is None
    ]


def paused(incident: Incident) -> set[str]:
    """Return the monitors that the incident has paused: they are left alone until they are well."""
    return {each for each, state in _own(incident).items() if state.condition is Condition.PAUSED}


def _own(incident: Incident) -> dict[str, MonitorState]:
    found = states.of_server(incident.server_id)
    return {each.monitor_id: each for each in found if each.incident_id == incident.incident_id}
