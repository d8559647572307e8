"""The rails that bind the repairs of an incident."""

from toban.domain.incident import Incident
from toban.domain.rails import Rails
from toban.store import contracts


def limits_of(incident: Incident) -> Rails:
    """Return those agreed with the customer, else those of the incident's policy."""
    return contracts.customer(incident.customer_id).rails or incident.policy.rails
