"""The arguments of `toban catalogue`, in the words that `--help` shows."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]


def catalogue(commands: "Commands") -> None:
    """Declare `toban catalogue`."""
    about = "Print the menu of monitors that a hearing sheet chooses from (appendix table 1)."
    parser = commands.add_parser("catalogue", help="the menu of monitors", description=about)
    languages, line = ["ja", "en"], "its language (default ja)"
    parser.add_argument("--lang", choices=languages, default="ja", help=line)
    parser.set_defaults(run=_show)


def _show(given: Namespace) -> int:
    from infra.local.commands.catalogue import show

    return show(given)
