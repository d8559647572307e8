"""The arguments of `toban report`."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.commands.arguments_of import ENDPOINT, declare

if TYPE_CHECKING:
    from infra.local.commands.arguments_of import Commands

ABOUT = (
    "Print a customer's monthly report: availability, incidents, response times. It is the one\n"
    "that contacts are mailed on the first day of the next month; a month that goes on is told\n"
    "up to now. Asked again, it is the same. Nobody is mailed."
)


def report(commands: "Commands") -> None:
    """Declare `toban report`."""
    parser = declare(commands, "report", "a customer's month: availability, incidents", ABOUT)
    parser.add_argument("customer", metavar="CUSTOMER", help="such as acme")
    parser.add_argument("month", metavar="MONTH", help="such as 2026-11")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the page with its graphs, ready to print"
    )
    parser.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    parser.set_defaults(run=_report)


def _report(given: Namespace) -> int:
    from infra.local.commands.report import run

    return run(given)
