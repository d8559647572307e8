"""At which ports a server's life is proved: those that its own monitors ask come first."""

from collections.abc import Sequence
from dataclasses import replace

from contract.question import MOST_PORTS
from toban.catalogue.menu import menu
from toban.domain.check import AT_PORT, AliveQuestion
from toban.domain.contract import Monitor


def with_own_ports(monitors: Sequence[Monitor]) -> tuple[Monitor, ...]:
    """Return the monitors; one of the host's life without ports gets the server's own and the
    menu's.
    """
    return tuple(_complete(monitor, monitors) for monitor in monitors)


def _complete(monitor: Monitor, monitors: Sequence[Monitor]) -> Monitor:
    question = monitor.check.alive
    if question is None or question.ports:
        return monitor
    own = [
        other.check.port
        for other in monitors
        if other.check.kind in AT_PORT and other.check.address == monitor.check.address
    ]
    ports = tuple(dict.fromkeys((*own[: MOST_PORTS // 2], *menu()[monitor.item].ports, *own)))
    return replace(monitor, check=replace(monitor.check, alive=AliveQuestion(ports[:MOST_PORTS])))
