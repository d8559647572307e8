"""`toban incident`: the record of what happened, read through an AWS endpoint like any AWS client
does.
"""

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.local.commands.refusal import RefusalError, one_line

if TYPE_CHECKING:
    from infra.local.commands.chronicle import IncidentSummary

DEFAULT_ENDPOINT = "http://127.0.0.1:4566"
_START = "start the system with toban up, or give --endpoint the address that it printed."
_LOG_IN = (
    "log in to the account, and name its region in AWS_DEFAULT_REGION and the stack in TOBAN_STACK."
)
_LOCAL = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
}


def show_all(given: Namespace) -> int:
    """Print a line for every incident, the newest last."""
    with asking(given.endpoint):
        from infra.local.commands import chronicle

        found = chronicle.incidents()
    for summary in found:
        print(_line(summary))
    if not found:
        print("No incident is on record.")
    return 0


def show_one(given: Namespace) -> int:
    """Print the record of one incident or suspicion in the order of time; times are UTC."""
    with asking(given.endpoint):
        from infra.local.commands import chronicle, telling
        from toban.store import mails

        found = chronicle.entries(given.id)
        people = mails.addresses(given.id)
        head = telling.headline(given.id) if found else ""
    if not found:
        raise RefusalError(
            f"There is no record of {given.id!r}: toban incident list shows the ids that there are."
        )
    print(head)
    for entry in found:
        print(telling.in_words(entry, people))
    return 0


def _line(summary: "IncidentSummary") -> str:
    end = f"closed {summary.closed_at:%Y-%m-%d %H:%M:%S}Z" if summary.closed_at else "open"
    items = " ".join(monitor.rpartition(".")[2] for monitor in summary.monitors)
    opened = f"{summary.opened_at:%Y-%m-%d %H:%M:%S}Z"
    return f"{summary.incident_id}  opened {opened}  {end}  {items}"


@contextmanager
def asking(
    endpoint: str | None, failed: str = "The incidents cannot be read from"
) -> Iterator[None]:
    """Let AWS clients talk to the endpoint; raises RefusalError, which begins with `failed`, when
    it does not answer as it should.
    """
    asked = (endpoint, os.environ.get("TOBAN_ENDPOINT"), os.environ.get("AWS_ENDPOINT_URL"))
    url = next(filter(None, asked), DEFAULT_ENDPOINT)
    if url == "aws":
        os.environ.pop("AWS_ENDPOINT_URL", None)
    else:
        os.environ["AWS_ENDPOINT_URL"] = url
        for name, value in _LOCAL.items():
            os.environ.setdefault(name, value)
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    try:
        yield
    except (PynamoDBException, BotoCoreError, ClientError, ValueError) as error:
        mend = _LOG_IN if url == "aws" else _START
        raise RefusalError(f"{failed} {url} ({_cause(error)}): {mend}") from error


def _cause(error: BaseException) -> str:
    """Return the innermost reason on one line: pynamodb wraps botocore's words."""
    return one_line(getattr(error, "cause", None) or error)
