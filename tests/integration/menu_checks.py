"""Checks of real or scripted services, made from a hearing sheet as a customer's are."""

from dataclasses import replace

from contract.sheet import parse_sheet
from tests.integration.peers import HERE
from tests.unit.acme_sheet import with_monitors
from toban.domain.check import Check


def menu_check(
    item: str, port: int, keys: str = "", seconds: float = 3.0, address: str = HERE
) -> Check:
    """Return the check of an item of the menu on this machine; `keys` are more keys of the
    sheet.
    """
    given = f"{{item: {item}, port: {port}, {keys}}}"
    text = with_monitors(f"- {given}").replace("192.0.2.10", f'"{address}"')
    [monitor] = parse_sheet(text.encode(), "acme.yaml", allow_loopback=True).servers[0].monitors
    timeouts = {"connect_timeout_seconds": seconds, "total_timeout_seconds": seconds}
    return replace(monitor.check, **timeouts)  # type: ignore[arg-type]
