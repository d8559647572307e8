"""What sudoers has to allow for a customer's own commands and procedures."""

from collections.abc import Iterator

from toban.domain.command_terms import CommandTerms
from toban.domain.contract import Server
from toban.domain.linter import sudo_lines


def own_sudo(server: Server) -> list[str]:
    """Return the commands that are run with sudo, each once."""
    return list(dict.fromkeys(_lines(server)))


def _lines(server: Server) -> Iterator[str]:
    terms = [procedure.terms for procedure in server.procedures] or [CommandTerms()]
    yield from terms[0].sudo
    for monitor in server.monitors:
        if monitor.check.command is not None:
            yield from sudo_lines(monitor.check.command.command)
