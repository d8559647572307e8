"""What an incident does not respond to now, because something has to be over first (C-5, P-8)."""

from collections.abc import Iterable

from toban import clock
from toban.domain.deferral import Deferral, Deferred
from toban.domain.incident import Incident
from toban.store import contracts, deferrals, record

_WAITS_FOR = {
    Deferral.MAINTENANCE: "response deferred: maintenance",
    Deferral.HOST_UNREACHABLE: "response deferred: the host itself is unreachable",
}


def deferred(incident: Incident, monitor_ids: Iterable[str]) -> dict[str, Deferred]:
    """Return which of the monitors wait, and why; each reason is put on record once."""
    found = deferrals.of(contracts.server(incident.server_id), clock.now())
    waiting = {each: found[each] for each in monitor_ids if each in found}
    for monitor_id, reason in waiting.items():
        key = f"deferred#{monitor_id}#{reason.by}"
        what = _WAITS_FOR[reason.why]
        record.append(incident.incident_id, key, clock.now(), what, reason)
    return waiting
