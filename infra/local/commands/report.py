"""`toban report`: has the function ReportMonth write a customer's month, and prints it."""

from argparse import Namespace
from pathlib import Path

from infra.local.commands.function import ask
from infra.local.commands.incident import asking
from infra.local.commands.refusal import RefusalError
from toban.domain.month import MONTH

_FAILED = "The report cannot be asked of"


def run(given: Namespace) -> int:
    """Print the report; with --html write the page as well. Nobody is mailed."""
    if not MONTH.fullmatch(given.month):
        raise RefusalError(f"{given.month!r} is no month: write it as 2026-11.")
    _know(given.customer, given.endpoint)
    event = {"customer_id": given.customer, "month": given.month, "page": given.html is not None}
    answer = ask("report-month", event, given.endpoint, _FAILED)
    if given.html is not None:
        _write(given.html, answer["page"])
    print(answer["text"], end="")
    return 0


def _know(customer_id: str, endpoint: str | None) -> None:
    with asking(endpoint, _FAILED):
        from pynamodb.exceptions import DoesNotExist

        from toban.store import contracts

        try:
            contracts.customer(customer_id)
        except DoesNotExist:
            raise RefusalError(f"There is no customer {customer_id!r}.") from None


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise RefusalError(f"{path} cannot be written ({error.strerror}).") from error
