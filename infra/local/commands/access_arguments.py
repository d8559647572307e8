"""The arguments of `toban access`."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from infra.local.commands.arguments_of import ENDPOINT, declare

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]

ABOUT = "The way into the servers by SSH."
CA = (
    "Print the public key that signs our SSH certificates, and how a server comes to trust it. "
    "Such a server needs no key of ours: each login has a certificate of five minutes."
)
LIST = (
    "Print what the daily check of the ways into the servers found last: login, sudo, agent. Exit "
    "status 1 if one of them does not work."
)
USER = "the login user of the hearing sheet (default toban)"


def access(commands: "Commands") -> None:
    """Declare `toban access ca | list`."""
    parser = declare(commands, "access", "the way into the servers by SSH", ABOUT)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    ca = declare(actions, "ca", "the line by which a server trusts our certificates", CA)
    ca.add_argument("customer", metavar="CUSTOMER", help="whose servers they are, such as acme")
    ca.add_argument("--user", default="toban", metavar="USER", help=USER)
    ca.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    ca.set_defaults(run=_ca)
    show = declare(actions, "list", "what the daily check found last", LIST)
    show.add_argument(
        "customer", nargs="?", default="", metavar="CUSTOMER", help="only of this one"
    )
    show.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    show.set_defaults(run=_list)


def _ca(given: Namespace) -> int:
    from infra.local.commands.access import ca

    return ca(given)


def _list(given: Namespace) -> int:
    from infra.local.commands.access_list import show

    return show(given)
