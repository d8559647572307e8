"""The arguments of `toban graphs`."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from infra.local.commands.arguments_of import ENDPOINT, declare
from infra.local.commands.known import ALL

if TYPE_CHECKING:
    from infra.local.commands.arguments_of import Commands

ABOUT = "Make a link to the graphs of a server, revoke links, change the key that signs them."


def graphs(commands: "Commands") -> None:
    """Declare `toban graphs link`, `revoke` and `change-key`."""
    parser = declare(commands, "graphs", "make and revoke links to graphs", ABOUT)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    making = _action(actions, "link", "print the address of a server's graphs for one reader")
    making.add_argument("server", metavar="SERVER", help="such as acme.web01")
    making.add_argument(
        "mail", metavar="MAIL", help="the reader: a contact of the customer, or one of yours"
    )
    making.set_defaults(run=_link)
    ending = _action(actions, "revoke", "end the links that exist; new ones are good")
    ending.add_argument(
        "whose",
        nargs="?",
        default=ALL,
        metavar="SERVER|CUSTOMER",
        help="default: all customers",
    )
    ending.add_argument("--mail", metavar="MAIL", help="only the links of this reader")
    ending.set_defaults(run=_revoke)
    line = "sign with a new key; links of the key before stay good, older ones do not"
    _action(actions, "change-key", line).set_defaults(run=_change_key)


def _action(actions: Any, name: str, line: str) -> ArgumentParser:
    parser: ArgumentParser = declare(actions, name, line, line)
    parser.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    return parser


def _link(given: Namespace) -> int:
    from infra.local.commands.graphs import link

    return link(given)


def _revoke(given: Namespace) -> int:
    from infra.local.commands.graphs import revoke

    return revoke(given)


def _change_key(given: Namespace) -> int:
    from infra.local.commands.graphs import change_key

    return change_key(given)
