"""`toban report`: has the function ReportMonth write a customer's month, and prints it."""

from argparse import Namespace

from infra.local.commands.files import write
from infra.local.commands.function import ask
from infra.local.commands.incident import asking
from infra.local.commands.known import require_customer
from infra.local.commands.refusal import RefusalError
from toban.domain.month import MONTH

_FAILED = "The report cannot be asked of"


def run(given: Namespace) -> int:
    """Print the report; with --html write the page as well. Nobody is mailed."""
    if not MONTH.fullmatch(given.month):
        raise RefusalError(f"{given.month!r} is no month: write it as 2026-11.")
    with asking(given.endpoint, _FAILED):
        require_customer(given.customer)
    event = {"customer_id": given.customer, "month": given.month, "page": given.html is not None}
    answer = ask("report-month", event, given.endpoint, _FAILED)
    if given.html is not None:
        write(given.html, answer["page"])
    print(answer["text"], end="")
    return 0
