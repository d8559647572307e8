"""Lets the incidents of a server that wait look again: something has changed for them."""

from toban.executions import complete
from toban.store import deferrals


def look_again(server_id: str) -> None:
    """Complete the token of each; an incident that has to wait on leaves another."""
    deferrals.look_again(server_id, lambda token: complete(token, {"looked": True}))
