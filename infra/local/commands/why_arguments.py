"""The arguments of `toban why`, in the words that `--help` shows."""

from argparse import Namespace, RawDescriptionHelpFormatter, _SubParsersAction
from typing import TYPE_CHECKING, Any

from infra.local.commands.arguments_of import ENDPOINT

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]

LATEST = 5


def why(commands: "Commands") -> None:
    """Declare `toban why`."""
    about = (
        "Tell why there was a mail, a repair or a call for a monitor, or why there was none:\n"
        "the rule that decided, and when. Read from the records, the newest last; times are UTC."
    )
    parser = commands.add_parser(
        "why",
        help="why was there no mail, no repair, no call?",
        description=about,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("monitor", metavar="MONITOR", help="such as acme.web01.http")
    parser.add_argument(
        "--latest",
        type=int,
        default=LATEST,
        metavar="N",
        help=f"how many failures to explain (default {LATEST})",
    )
    parser.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    parser.set_defaults(run=_why)


def _why(given: Namespace) -> int:
    from infra.local.commands.why import show

    return show(given)
