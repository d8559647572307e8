"""The arguments of `toban agent config` and `toban discover`, in the words that `--help` shows."""

import ipaddress
from argparse import ArgumentTypeError, Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]


def agent(commands: "Commands") -> None:
    """Declare `toban agent config`."""
    about = "The SNMP agent of a customer's server."
    parser = commands.add_parser("agent", help="the agent's configuration", description=about)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    about = (
        "Print snmpd.conf for a server, made from its monitors in the hearing sheet. It holds no "
        "secret: it says which lines to add on the server, and where their values are."
    )
    config = actions.add_parser("config", help="print snmpd.conf for a server", description=about)
    _server(config)
    line = "an address or network that the monitoring asks from (several times if need be)"
    config.add_argument(
        "--from", dest="sources", action="append", type=network, metavar="ADDRESS", help=line
    )
    config.set_defaults(run=_config)


def discover(commands: "Commands") -> None:
    """Declare `toban discover`."""
    about = (
        "Ask a server's SNMP agent for its disks, interfaces, processes and listening services, "
        "and print the monitors that it suggests, to be copied into the hearing sheet."
    )
    parser = commands.add_parser("discover", help="suggest monitors", description=about)
    _server(parser)
    line = "the file that holds the agent's community, or the JSON of its SNMPv3 user"
    parser.add_argument("--secret", type=Path, required=True, metavar="FILE", help=line)
    parser.set_defaults(run=_discover)


def network(text: str) -> str:
    """Return an address or network as it is usually written."""
    try:
        found = ipaddress.ip_network(text)
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is no address; write it like 192.0.2.1 or 192.0.2.0/28."
        ) from None
    return str(found.network_address) if found.num_addresses == 1 else str(found)


def _server(parser: Any) -> None:
    parser.add_argument("sheet", type=Path, metavar="SHEET", help="hearing sheet (YAML)")
    line = "the server's id in the sheet; may be left out where there is one"
    parser.add_argument("server", nargs="?", default="", metavar="SERVER", help=line)


def _config(given: Namespace) -> int:
    from infra.local.commands.agent import config

    return config(given)


def _discover(given: Namespace) -> int:
    from infra.local.commands.agent import discover

    return discover(given)
