"""Which web server serves the pages that a sheet watches."""

from collections.abc import Sequence
from dataclasses import replace

from toban.domain.contract import Monitor

_PAGES, _ANY = "rb_url", "web"


def with_own_web_server(monitors: Sequence[Monitor]) -> tuple[Monitor, ...]:
    """Return the monitors, those of pages with the web server that the sheet names at its port.

    Under one name the two are one piece of work, and the web server is restarted once.
    """
    servers = [each for each in monitors if each.item in {"http", "https"}]
    named = next((each for each in servers if each.unit != _ANY or each.service), None)
    if named is None:
        return tuple(monitors)
    return tuple(
        replace(each, unit=named.unit, service=named.service)
        if each.runbook == _PAGES and each.unit == _ANY and not each.service
        else each
        for each in monitors
    )
