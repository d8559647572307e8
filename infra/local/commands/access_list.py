"""`toban access list`: what the daily check of the ways into the servers found last (C-8)."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime

from infra.local.commands.incident import asking
from infra.local.commands.refusal import RefusalError
from toban.domain.access import AccessState


def show(given: Namespace) -> int:
    """Print a line for each way into each server; 1 when one of them does not work."""
    with asking(given.endpoint, "The checks of the servers' ways in cannot be read from"):
        found = dict(_states(given.customer))
    if given.customer and not found:
        raise RefusalError(f"Nothing is in force for the customer {given.customer!r}.")
    if not found:
        print("Nothing is in force.")
    for server, state in found.items():
        print("\n".join(_told(server, state)))
    states = [state for state in found.values() if state]
    return 1 if any(way.fault for state in states for way in state.ways) else 0


def _states(customer_id: str) -> Iterator[tuple[str, AccessState | None]]:
    from toban.domain.identifier import customer_of
    from toban.store import access, revisions

    for server_id in sorted(revisions.servers_in_force()):
        if not customer_id or customer_of(server_id) == customer_id:
            yield server_id, access.of_server(server_id)


def _told(server_id: str, state: AccessState | None) -> Iterator[str]:
    if state is None:
        yield f"{server_id}: not tried yet; each server is tried once a day"
        return
    yield f"{server_id}: tried {_utc(state.checked_at)}"
    for way in state.ways:
        fault = ": ".join(part for part in (way.fault, way.detail.replace("\n", ", ")) if part)
        yield f"  {way.way}: {fault or 'works'}, since {_utc(way.since)}"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%MZ}"
