"""Names of customers, servers, monitors, executions: readable in the console, derivable, never
random.
"""

import re
from datetime import UTC, datetime

CUSTOMER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,15})")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,23})")
MONITOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,19})")
"""Together with a time they keep an execution name within its 80 characters (Step Functions quota).
"""


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
