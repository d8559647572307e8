"""Responses that wait, and the tokens of the incidents that wait for the reason to be over."""

from datetime import datetime

from toban.domain.contract import Server
from toban.domain.deferral import Deferred, deferred, is_standing
from toban.store import maintenance, states
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


def waiting(server_id: str) -> list[str]:
    """Return the tokens of the server's incidents that wait, to be told to look again."""
    starts = DeferralItem.item.startswith("deferral#")
    return [item.token for item in DeferralItem.query(server_id, starts, consistent_read=True)]


def leave(server_id: str, incident_id: str) -> None:
    """Wait no longer."""
    DeferralItem(server_id, f"deferral#{incident_id}").delete()
