"""`toban preflight`: tells what would keep toban from its work in an AWS account."""

from argparse import Namespace
from dataclasses import replace

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.commands.refusal import RefusalError, one_line
from infra.preflight.account import examine
from infra.preflight.result import Clients, Deployment, Mark, PreflightResult
from infra.preflight.stack import deployment_of

_MEND = (
    "log in to the account (aws sso login or aws configure), and name its region with --region and "
    "a stack that is there with --stack."
)


def run(given: Namespace) -> int:
    """Print a line for each result, the mend below what is not good."""
    try:
        session = boto3.Session(region_name=given.region)
        clients: Clients = session.client  # type: ignore[assignment]  # overloaded by service
        account = clients("sts").get_caller_identity()["Account"]
        deployment = _deployment(clients, given)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise RefusalError(f"AWS cannot be asked ({one_line(error)}): {_MEND}") from error
    print(f"account {account}, region {session.region_name}")
    bad = 0
    for result in examine(clients, deployment):
        print(_told(result), flush=True)
        bad += result.mark is Mark.BAD
    return 1 if bad else 0


def _deployment(clients: Clients, given: Namespace) -> Deployment:
    known = deployment_of(clients, given.stack) if given.stack else Deployment()
    return replace(
        known,
        sender=given.sender or known.sender,
        identity=given.identity or known.identity,
        instance=given.connect_instance or known.instance,
        number=given.connect_number or known.number,
        callee=given.call,
    )


def _told(result: PreflightResult) -> str:
    line = f"  {result.mark:<5} {result.subject}: {result.seen}"
    return f"{line}\n        {result.mend}" if result.mend else line
