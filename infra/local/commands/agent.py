"""`toban agent config` and `toban discover`: the agent's configuration, and what it suggests."""

from argparse import Namespace

from infra.local.agent.configuration import configuration
from infra.local.commands import inputs
from infra.local.commands.refusal import RefusalError
from toban.domain.check import Agent
from toban.domain.contract import Server


def config(given: Namespace) -> int:
    """Print snmpd.conf of one server of the sheet."""
    [sheet] = inputs.read([given.sheet]).sheets
    server = _server(given, sheet.servers)
    if server.agent and server.agent.version != "3" and not given.sources:
        problem = f"{given.sheet}: {server.host} is asked in SNMP v2c, which knows no users."
        mend = "Give the monitoring's addresses with --from, or use version 3."
        raise RefusalError(f"{problem} {mend}")
    print(configuration(server, sheet.customer.locale, given.sources or ()), end="")
    return 0


def _server(given: Namespace, servers: tuple[Server, ...]) -> Server:
    """Return the server that was named, or the only one; it has an agent."""
    found = [server for server in servers if given.server in ("", server.host, server.server_id)]
    if len(found) != 1:
        names = ", ".join(server.host for server in servers)
        wrong = f"has no server {given.server}" if given.server else "has several servers"
        raise RefusalError(f"{given.sheet} {wrong}: name one of {names}.")
    if found[0].agent is None:
        mend = 'Add "agent:" with "secret:" to it in the sheet.'
        raise RefusalError(f"{given.sheet}: {found[0].host} has no agent. {mend}")
    return found[0]


def discover(given: Namespace) -> int:
    """Print the monitors that the agent of one server suggests."""
    from infra.local.agent.fragment import fragment
    from infra.local.agent.proposal import proposals
    from infra.local.agent.survey import SurveyError, secret_of, survey

    [sheet] = inputs.read([given.sheet]).sheets
    server = _server(given, sheet.servers)
    try:
        found = survey(server.agent or Agent(""), secret_of(given.secret))
    except SurveyError as error:
        raise RefusalError(str(error)) from None
    print(fragment(server.server_id, proposals(found), sheet.customer.locale), end="")
    return 0
