"""What a look at the account found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError


class Clients(Protocol):
    """Gives the boto3 client of a service, in the stack's region unless another is named."""

    def __call__(self, service: str, region: str | None = None, /) -> Any:
        """Return it."""


class Mark(StrEnum):
    """How grave a result is; what is `bad` keeps toban from doing its work."""

    GOOD = "ok"
    DOUBTFUL = "look"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class PreflightResult:
    """One thing that was looked at: what was seen, and what mends it where it is not good."""

    mark: Mark
    subject: str
    seen: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is to be looked at, as the stack or the person says; what is not known is empty.

    `graphs_at_once` is the reserved concurrency of the graphs, `egress` the template's parameter
    `Egress`. `addresses` is None before there is
    a stack, and empty where it has no fixed addresses. `callee` is the number that Connect is asked
    to call for a moment, or "".
    """

    stack: str = ""
    sender: str = ""
    identity: str = ""
    instance: str = ""
    number: str = ""
    flow: str = ""
    graphs_at_once: int = 10
    egress: str = ""
    fixed_addresses: bool = True
    addresses: tuple[str, ...] | None = None
    alarms_topic: str = ""
    callee: str = ""


PreflightCheck = Callable[[Clients, Deployment], Iterator[PreflightResult]]


def look(
    subject: str, check: PreflightCheck, clients: Clients, deployment: Deployment
) -> Iterator[PreflightResult]:
    """Yield the results of a check; that it could not look is a result as well."""
    try:
        yield from check(clients, deployment)
    except ClientError as error:
        told = error.response["Error"]
        seen = f"AWS refused {error.operation_name}: {told['Code']}"
        yield PreflightResult(Mark.DOUBTFUL, subject, seen, "Ask with the rights of who deploys.")
    except BotoCoreError as error:
        yield PreflightResult(Mark.DOUBTFUL, subject, f"AWS could not be asked: {error}")
