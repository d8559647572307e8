"""`toban preflight`: tells what would keep toban from its work in an AWS account."""

from argparse import Namespace
from dataclasses import replace

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.commands.refusal import RefusalError, one_line
from infra.preflight.account import examine
from infra.preflight.finding import Clients, Deployment, Finding, Mark
from infra.preflight.stack import deployment_of

_MEND = (
    "log in to the account (aws sso login or aws configure), and name its region with --region and "
    "a stack that is there with --stack."
)


def run(given: Namespace) -> int:
    """Print a line for each finding, the mend below what is not good."""
    try:
        session = boto3.Session(region_name=given.region)
        clients: Clients = session.client  # type: ignore[assignment]  # overloaded by service
        account = clients("sts").get_caller_identity()["Account"]
        deployment = _deployment(clients, given)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise RefusalError(f"AWS cannot be asked ({one_line(error)}): {_MEND}") from error
    print(f"account {account}, region {session.region_name}")
    bad = 0
    for finding in examine(clients, deployment):
        print(_told(finding), flush=True)
        bad += finding.mark is Mark.BAD
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


def _told(finding: Finding) -> str:
    line = f"  {finding.mark:<5} {finding.subject}: {finding.seen}"
    return f"{line}\n        {finding.mend}" if finding.mend else line
