"""What `toban sheet check` says of a customer's own commands and procedures."""

from collections.abc import Iterator

from contract.own_sudo import own_sudo
from toban.domain.access import sudoers_line
from toban.domain.contract import Monitor, Server
from toban.domain.own_check import rule_in_words
from toban.domain.procedure import OWN, Procedure


def described(server: Server) -> Iterator[str]:
    """Yield the commands, the steps of procedures with the linter's word, and what sudoers needs.

    The linter has nothing against them, or the sheet would not have been read.
    """
    for monitor in server.monitors:
        yield from _command(monitor)
    for procedure in server.procedures:
        yield f"    procedure {procedure.name} ({_place(server, procedure)}); the linter agrees:"
        for step in procedure.steps:
            yield f"      {step.kind}: {step.command} (at most {step.timeout_seconds} s)"
            if step.rollback:
                yield f"        undone by: {step.rollback}"
    lines = own_sudo(server)
    if lines and server.access:
        yield f"    in sudoers of {server.host} (visudo -f /etc/sudoers.d/toban):"
        yield from (f"      {sudoers_line(server.access.user, line)}" for line in lines)


def _command(monitor: Monitor) -> Iterator[str]:
    asked = monitor.check.command
    if asked is not None:
        own = monitor.monitor_id.rpartition(".")[2]
        when = rule_in_words(asked.rule)
        yield f"    command {own}: {asked.command} (alert when {when}); it only reads"


def _place(server: Server, procedure: Procedure) -> str:
    concerned = [each for each in server.monitors if each.procedure == procedure.name]
    names = ", ".join(each.monitor_id.rpartition(".")[2] for each in concerned)
    where = {"in place of the runbook" if each.runbook == OWN else "after it" for each in concerned}
    return f"for {names}, {' and '.join(sorted(where))}" if concerned else "for no monitor"
