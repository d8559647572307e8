"""Names of customers, servers, monitors, executions: readable in the console, derivable, never
random.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

PROVIDER = "provider"
"""Owns what belongs to no customer: no customer can have this id."""

CUSTOMER = re.compile(rf"(?!{PROVIDER}$)[a-z0-9](?:[a-z0-9-]{{0,15}})")
SERVER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,23})")
MONITOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,19})")
"""Together with a time they keep an execution name within its 80 characters (Step Functions quota).
"""


class ForeignIdError(ValueError):
    """Ids that stand together are not of one server, or not of one customer."""

    def __init__(self, *ids: str) -> None:
        super().__init__(f"these do not belong together: {', '.join(ids)}")


def refuse_foreign(server_id: str, ids: Iterable[str]) -> None:
    """Raise ForeignIdError when one of the ids, of monitors or incidents, is of another server."""
    if any(server_of(each) != server_id for each in ids):
        raise ForeignIdError(server_id, *ids)


def stamp(at: datetime) -> str:
    """Return `at` as 20261123T100300Z, the form used in execution names."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def confirmation_name(monitor_id: str, first_failed_at: datetime) -> str:
    """Return the name of the execution that confirms this failure: the same failure gives the same
    name.
    """
    return f"{monitor_id}.{stamp(first_failed_at)}"


def incident_id(server_id: str, opened_at: datetime) -> str:
    """Return the id of the incident, which is also the name of its execution."""
    return f"{server_id}.{stamp(opened_at)}"


def server_of(monitor_id: str) -> str:
    """Return the server of a monitor id such as acme.web01.http."""
    return ".".join(monitor_id.split(".")[:2])


def customer_of(any_id: str) -> str:
    """Return the customer of a server, monitor or incident id."""
    return any_id.split(".", 1)[0]
