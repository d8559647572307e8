"""Contracts that have ended: what is known of their customers is deleted when its term is over."""

from datetime import date

from toban.store import contact_changes, contact_health, contracts, rails, revisions, states
from toban.store.tables import ContractItem, InForceItem, StandingItem

_FORGOTTEN = "#forgotten"
"""No id of a customer begins like this: the partition is a list over all customers."""


def before(day: date) -> list[str]:
    """Return the customers whose contract has had no server since before that day, and who have not
    agreed to come back.
    """
    coming_back = {revision.customer_id for revision in revisions.pending()}
    return [
        item.item
        for item in InForceItem.query(revisions.IN_FORCE, consistent_read=True)
        if not item.document["servers"]
        and item.document["since"] < day.isoformat()
        and item.item not in coming_back
    ]


def forget(customer_id: str) -> None:
    """Delete what is known of a customer: contacts and all that was noted of them, servers and what
    stands of them, monitors, ways in, switches. Incidents and samples have terms of their own, so
    the id alone is kept: it is never given again. Cut off, it is done again: the mark goes last.
    """
    ContractItem(_FORGOTTEN, customer_id, document={}).save()
    contracts.allow_repairs(customer_id)
    contact_health.forget(customer_id)
    contact_changes.forget(customer_id)
    rails.forget(customer_id)
    states.forget(customer_id)
    for server in contracts.servers(customer_id):
        states.forget(server.server_id)
        ContractItem(customer_id, f"server#{server.server_id}").delete()
    StandingItem(customer_id, "standing").delete()
    ContractItem(customer_id, "customer").delete()
    InForceItem(revisions.IN_FORCE, customer_id).delete()


def is_forgotten(customer_id: str) -> bool:
    """Tell whether the id was that of a customer whose contract ended and was deleted."""
    return contracts.exists(_FORGOTTEN, customer_id)
