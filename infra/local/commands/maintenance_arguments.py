"""The arguments of `toban maintenance`, in the words that `--help` shows."""

import re
from argparse import ArgumentTypeError, Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from infra.local.commands.arguments_of import ENDPOINT, declare

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]

ABOUT = """\
Announce maintenance of a server: in its window nothing is sent, entered, repaired or called for;
the checks go on, and what still fails at the end is reported by the normal rule.
Times are in the customer's zone unless they carry an offset. For example:
  toban maintenance plan acme.web01 --now --for 2h --requested-by Alice
  toban maintenance plan acme.web01 --from "2026-11-24 02:00" --until "2026-11-24 04:00" \\
      --requested-by "Alice <alice@acme.example>" --reason "kernel update"
  toban maintenance plan acme.web01 --every sun --at 02:00 --for 60m --holidays skip \\
      --requested-by Alice
  toban maintenance extend acme.web01.maintenance.20261123T170000Z --for 30m --requested-by Bob
  toban maintenance cancel acme.web01.maintenance.20261123T170000Z --requested-by Bob
"""
_LENGTH = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?")


def minutes(text: str) -> int:
    """Return the minutes of a length such as 2h, 90m or 1h30m."""
    found = _LENGTH.fullmatch(text.replace(" ", ""))
    days, hours, rest = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = (days * 24 + hours) * 60 + rest
    if not total:
        raise ArgumentTypeError(f"{text!r} is no length; write it like 2h, 90m or 1h30m.")
    return total


def maintenance(commands: "Commands") -> None:
    """Declare `toban maintenance plan | extend | cancel | list`."""
    actions = declare(
        commands, "maintenance", "announce, extend, cancel and list maintenance", ABOUT
    ).add_subparsers(title="actions", metavar="ACTION", required=True)
    _plan(_action(actions, "plan", "announce a window, or one that comes back"))
    _extend(_action(actions, "extend", "give a window a later end"))
    cancel = _action(actions, "cancel", "end a window now, or a rule for good")
    cancel.add_argument("window", metavar="WINDOW", help="id of the window or of the rule")
    _requester(cancel)
    listed = _action(actions, "list", "list what is open and what is ahead")
    about = "such as acme.web01, or acme; default: all customers"
    listed.add_argument("server", nargs="?", default="", metavar="SERVER|CUSTOMER", help=about)


def _plan(parser: Any) -> None:
    add = parser.add_argument
    add("server", metavar="SERVER", help="such as acme.web01")
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--now", action="store_true", help="the window begins at once")
    start.add_argument("--from", dest="start", metavar="TIME", help="such as '2026-11-24 02:00'")
    start.add_argument(
        "--every", metavar="DAYS", help="comes back on these weekdays: sun or mon,wed"
    )
    _end(parser, "how long the window lasts")
    add("--at", metavar="HH:MM", help="with --every: when it begins")
    holidays = ["as-usual", "skip", "also"]
    add("--holidays", choices=holidays, default="as-usual", help="with --every (default as-usual)")
    add(
        "--monitor",
        action="append",
        default=[],
        metavar="ID",
        help="this monitor only, such as http; may be given several times (default: the server)",
    )
    add("--reason", default="", metavar="TEXT", help="what is done; stands in the mails")
    _requester(parser)


def _extend(parser: Any) -> None:
    parser.add_argument("window", metavar="WINDOW", help="id of the window")
    _end(parser, "how much longer the window lasts")
    _requester(parser)


def _end(parser: Any, about: str) -> None:
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--for", dest="length", type=minutes, metavar="LENGTH", help=about)
    end.add_argument("--until", metavar="TIME", help="such as '2026-11-24 04:00'")


def _requester(parser: Any) -> None:
    about = "who asks for it; with a mail address they get the mails as well"
    parser.add_argument("--requested-by", required=True, metavar="NAME", help=about)


def _action(actions: Any, name: str, line: str) -> Any:
    parser = declare(actions, name, line, f"{line[0].upper()}{line[1:]}.")
    parser.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    parser.set_defaults(run=_run, action=name)
    return parser


def _run(given: Namespace) -> int:
    from infra.local.commands.maintenance import run

    return run(given)
