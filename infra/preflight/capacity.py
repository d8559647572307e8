"""Is there room for toban in the account? (Service Quotas)"""

from collections.abc import Iterator
from typing import Any

from infra.preflight.result import Clients, Deployment, Mark, PreflightResult

CANARY_AT_ONCE = 2
"""What the canary's page reserves beside the graphs."""
_KEPT_UNRESERVED = 100
"""Lambda refuses to reserve what leaves less than this to all other functions."""
_ENOUGH_AT_ONCE = 400
"""Executions at once of a storm of 200 servers, each with a machine's function and a probe."""
ROLES_NEEDED = 80
"""One of each function and machine, and some more."""
_ADDRESSES = "L-0263D0A3"
_ADDRESSES_NEEDED = 2


def functions(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Lambda concurrency: enough for a storm and for what is reserved, beside what all other
    functions of the account have reserved for themselves.
    """
    limit = clients("lambda").get_account_settings()["AccountLimit"]
    most, free = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    reserved = _to_reserve(deployment)
    left = free - reserved
    seen = f"{free} of {most} executions at once are reserved by no function"
    more = "Ask for more under Service Quotas, Lambda, concurrent executions"
    if reserved and left < _KEPT_UNRESERVED:
        yield PreflightResult(
            Mark.BAD, "Lambda quota", seen, f"{more}, or deploy with GraphsAtOnce 0."
        )
    elif left < _ENOUGH_AT_ONCE:
        mend = f"{more}: a night on which 200 servers fail at once needs about {_ENOUGH_AT_ONCE}."
        yield PreflightResult(Mark.DOUBTFUL, "Lambda quota", seen, mend)
    else:
        yield PreflightResult(Mark.GOOD, "Lambda quota", seen)


def _to_reserve(deployment: Deployment) -> int:
    """Return what a deployment will reserve; a stack that is there has done so already."""
    if deployment.stack or not deployment.graphs_at_once:
        return 0
    return deployment.graphs_at_once + CANARY_AT_ONCE


def roles(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """IAM: room for the roles of the stack, before it has made them."""
    if deployment.stack:
        return
    found = clients("iam").get_account_summary()["SummaryMap"]
    free = max(0, found["RolesQuota"] - found["Roles"])
    seen = f"{free} of {found['RolesQuota']} roles (IAM) are free"
    if free >= ROLES_NEEDED:
        yield PreflightResult(Mark.GOOD, "roles", seen)
        return
    mend = f"Ask under Service Quotas, IAM, Roles per account, for {ROLES_NEEDED} free."
    yield PreflightResult(Mark.BAD, "roles", seen, mend)


def addresses(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Elastic addresses: room for two, or the two that there are."""
    if not deployment.fixed_addresses:
        mend = "Deploy with Egress nat-gateway or nat-instances: customers let in addresses (C-9)."
        seen = "toban leaves from addresses that change"
        yield PreflightResult(Mark.DOUBTFUL, "egress addresses", seen, mend)
    elif deployment.addresses is None:
        yield _room(clients)
    else:
        yield _held(clients, deployment.addresses)


def _room(clients: Clients) -> PreflightResult:
    quotas, ec2 = clients("service-quotas"), clients("ec2")
    most = int(quota(quotas, "ec2", _ADDRESSES))
    free = most - len(ec2.describe_addresses()["Addresses"])
    seen = f"{max(free, 0)} of {most} elastic addresses are free"
    if free >= _ADDRESSES_NEEDED:
        return PreflightResult(Mark.GOOD, "egress addresses", seen)
    mend = "Release some, or ask for more under Service Quotas, EC2-VPC elastic IPs."
    return PreflightResult(Mark.BAD, "egress addresses", seen, mend)


def _held(clients: Clients, wanted: tuple[str, ...]) -> PreflightResult:
    found = {each.get("PublicIp") for each in clients("ec2").describe_addresses()["Addresses"]}
    missing = sorted(set(wanted) - found)
    if not missing:
        return PreflightResult(Mark.GOOD, "egress addresses", ", ".join(wanted))
    mend = "Where they are those of a network of yours, see that it keeps them; else deploy again."
    seen = f"this account does not hold {', '.join(missing)}"
    return PreflightResult(Mark.DOUBTFUL, "egress addresses", seen, mend)


def quota(client: Any, service: str, code: str, resource: str = "") -> float:
    """Return the value that holds for the account or for one resource (an ARN): AWS's own where
    there is no other.
    """
    asked = {"ServiceCode": service, "QuotaCode": code}
    of_one = {"ContextId": resource} if resource else {}
    try:
        found = client.get_service_quota(**asked, **of_one)
    except client.exceptions.NoSuchResourceException:
        found = client.get_aws_default_service_quota(**asked)
    return float(found["Quota"]["Value"])
