"""The arguments of `toban contacts`."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from infra.local.commands.arguments_of import ENDPOINT, declare

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]

ABOUT = "Whom mails and calls go to: whether they reach anybody, and who changed them."
LIST = (
    "Print each contact in the order of calls, and when a mail or a call last reached it. Exit "
    "status 1 if mails to one of them do not arrive, or a telephone number is none."
)
HISTORY = "Print what hearing sheets have changed in a customer's contacts, when and by whom."


def contacts(commands: "Commands") -> None:
    """Declare `toban contacts list | history`."""
    parser = declare(commands, "contacts", "whether contacts are reached", ABOUT)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = declare(actions, "list", "when each contact was last reached", LIST)
    show.add_argument(
        "customer", nargs="?", default="", metavar="CUSTOMER", help="only of this one"
    )
    show.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    show.set_defaults(run=_list)
    history = declare(actions, "history", "who was added, removed, changed", HISTORY)
    history.add_argument("customer", metavar="CUSTOMER", help="the customer's id")
    history.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    history.set_defaults(run=_history)


def _list(given: Namespace) -> int:
    from infra.local.commands.contacts_list import show

    return show(given)


def _history(given: Namespace) -> int:
    from infra.local.commands.contacts_history import show

    return show(given)
