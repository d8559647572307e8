"""The arguments of `toban repairs`."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from infra.local.commands.arguments_of import ENDPOINT, declare
from infra.local.commands.known import ALL

if TYPE_CHECKING:
    from infra.local.commands.arguments_of import Commands

ABOUT = "Stop and allow repairs, for one customer or for all, and put a runbook back into service."


def repairs(commands: "Commands") -> None:
    """Declare `toban repairs show`, `stop`, `allow` and `arm`."""
    parser = declare(commands, "repairs", "stop and allow repairs, arm a runbook again", ABOUT)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _switch(actions, "show", "what is stopped and what is out of service", _show)
    stopping = _switch(actions, "stop", "let no repair begin (the kill switch)", _stop)
    stopping.add_argument("--by", required=True, metavar="WHO", help="who stops it, and why")
    _switch(actions, "allow", "let repairs begin again", _allow)
    line = "put a runbook back into service"
    about = "Three failed repairs in a row disarm a runbook for a customer."
    arming = declare(actions, "arm", line, about)
    arming.add_argument("runbook", metavar="RUNBOOK", help="such as 'acme.rb_unit(nginx)'")
    _endpoint(arming, _arm)


def _switch(actions: Any, name: str, line: str, run: Any) -> ArgumentParser:
    parser: ArgumentParser = declare(actions, name, line, line)
    parser.add_argument(
        "whose", nargs="?", default=ALL, metavar="CUSTOMER", help="default: all customers"
    )
    _endpoint(parser, run)
    return parser


def _endpoint(parser: ArgumentParser, run: Any) -> None:
    parser.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    parser.set_defaults(run=run)


def _show(given: Namespace) -> int:
    from infra.local.commands.repairs import show

    return show(given)


def _stop(given: Namespace) -> int:
    from infra.local.commands.repairs import stop

    return stop(given)


def _allow(given: Namespace) -> int:
    from infra.local.commands.repairs import allow

    return allow(given)


def _arm(given: Namespace) -> int:
    from infra.local.commands.repairs import arm

    return arm(given)
