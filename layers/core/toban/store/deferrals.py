"""Responses that wait, and the tokens of the incidents that wait for the reason to be over."""

from collections.abc import Callable
from datetime import datetime

from pynamodb.exceptions import DeleteError

from toban.domain.contract import Server
from toban.domain.deferral import Deferred, deferred, is_standing
from toban.store import maintenance, states
from toban.store.claims import raise_unless_lost
from toban.store.tables import DeferralItem


def of(server: Server, at: datetime) -> dict[str, Deferred]:
    """Return which of the server's monitors no response is made to at `at`, and why: asked before
    each step of a response.
    """
    standing = {each.monitor_id for each in states.of_server(server.server_id) if is_standing(each)}
    windows = maintenance.near(server.server_id, at)
    found = {
        monitor.monitor_id: deferred(server, monitor, standing, windows, at)
        for monitor in server.monitors
    }
    return {monitor_id: why for monitor_id, why in found.items() if why is not None}


def await_end(server_id: str, incident_id: str, token: str) -> None:
    """Leave the token of an incident that waits; a repeated call replaces it."""
    DeferralItem(server_id, f"deferral#{incident_id}", token=token).save()


def look_again(server_id: str, wake: Callable[[str], object]) -> None:
    """Call `wake(token)` for each of the server's incidents that wait, and forget the token: who
    has to wait on leaves another.
    """
    starts = DeferralItem.item.startswith("deferral#")
    for item in DeferralItem.query(server_id, starts, consistent_read=True):
        wake(item.token)
        _forget(server_id, item.item, item.token)


def leave(server_id: str, incident_id: str, token: str) -> None:
    """Wait no longer with this token."""
    _forget(server_id, f"deferral#{incident_id}", token)


def _forget(server_id: str, key: str, token: str) -> None:
    try:
        DeferralItem(server_id, key).delete(DeferralItem.token == token)
    except DeleteError as error:
        raise_unless_lost(error)
