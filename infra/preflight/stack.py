"""What the stack says of itself, once it is there."""

from collections.abc import Iterator
from typing import Any

from infra.preflight.result import Clients, Deployment, Mark, PreflightResult

_FIXED = {"nat-gateway", "two-nat-gateways", "nat-instances", "existing", "closed"}


def deployment_of(clients: Clients, name: str) -> Deployment:
    """Return what the stack was deployed with; raises botocore's ClientError when there is none."""
    found = clients("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])}
    told = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    return Deployment(
        stack=name,
        sender=given.get("SenderAddress", ""),
        identity=given.get("MailIdentity", ""),
        instance=given.get("ConnectInstanceArn", ""),
        number=given.get("ConnectNumber", ""),
        flow=given.get("ConnectFlowArn", ""),
        graphs_at_once=int(given.get("GraphsAtOnce", "10")),
        egress=given.get("Egress", ""),
        fixed_addresses=given.get("Egress", "") in _FIXED,
        addresses=_addresses(told),
        alarms_topic=told.get("AlarmsTopic", ""),
    )


def _addresses(told: dict[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, told.get("EgressAddresses", "").split(",")))


def alarms(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Alarms: somebody has confirmed to get them."""
    if not deployment.alarms_topic:
        return
    pages = clients("sns").get_paginator("list_subscriptions_by_topic")
    found = [
        each["SubscriptionArn"]
        for page in pages.paginate(TopicArn=deployment.alarms_topic)
        for each in page["Subscriptions"]
    ]
    confirmed = [arn for arn in found if arn.startswith("arn:")]
    if confirmed:
        yield PreflightResult(Mark.GOOD, "alarms", f"{len(confirmed)} confirmed subscription(s)")
        return
    mend = "Open AWS's mail to OperatorAddress and confirm; the SNS console sends it again."
    yield PreflightResult(Mark.BAD, "alarms", "nobody has confirmed the subscription", mend)
