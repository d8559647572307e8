"""Can people be called? (Amazon Connect)"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from infra.preflight.capacity import quota
from infra.preflight.result import Clients, Deployment, Mark, PreflightResult

_ACTIVE_CALLS = "L-12AB7C57"
"""Concurrent active calls per instance, whose default is 10; new accounts were seen with 0."""
_FEW_CALLS = 5


def instance(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Connect instance: active, with outbound calls."""
    if not deployment.instance:
        seen = "none is named: toban sends mails and calls nobody"
        yield PreflightResult(
            Mark.DOUBTFUL, "Connect instance", seen, "Name it: ConnectInstanceArn."
        )
        return
    client = _client(clients, "connect", deployment)
    found = client.describe_instance(InstanceId=_last(deployment.instance))["Instance"]
    if found["InstanceStatus"] != "ACTIVE":
        seen = f"it is {found['InstanceStatus'].lower()}"
        yield PreflightResult(
            Mark.BAD, "Connect instance", seen, "Look at it in the Connect console."
        )
    elif not found["OutboundCallsEnabled"]:
        mend = "Turn on outbound calls under Telephony in the Connect console."
        yield PreflightResult(Mark.BAD, "Connect instance", "it makes no outbound calls", mend)
    else:
        yield PreflightResult(Mark.GOOD, "Connect instance", "active, with outbound calls")


def number(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Connect number: claimed for the instance."""
    if not deployment.instance or not deployment.number:
        return
    client = _client(clients, "connect", deployment)
    pages = client.get_paginator("list_phone_numbers_v2")
    claimed = {
        each["PhoneNumber"]
        for page in pages.paginate(TargetArn=deployment.instance)
        for each in page["ListPhoneNumbersSummaryList"]
    }
    if deployment.number in claimed:
        yield PreflightResult(
            Mark.GOOD, "Connect number", f"{deployment.number} belongs to the instance"
        )
        return
    mend = "Claim it in the Connect console; a Japanese number takes papers and two to six weeks."
    seen = (
        f"{deployment.number} is not among the instance's: {', '.join(sorted(claimed)) or 'none'}"
    )
    yield PreflightResult(Mark.BAD, "Connect number", seen, mend)


def calls_at_once(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Connect quota: enough calls at once."""
    if not deployment.instance:
        return
    quotas = _client(clients, "service-quotas", deployment)
    found = quota(quotas, "connect", _ACTIVE_CALLS, deployment.instance)
    seen = f"{found:.0f} calls at once"
    if found >= _FEW_CALLS:
        yield PreflightResult(Mark.GOOD, "Connect quota", seen)
        return
    mend = "Ask for more under Service Quotas, Amazon Connect, concurrent active calls."
    yield PreflightResult(Mark.BAD if found < 1 else Mark.DOUBTFUL, "Connect quota", seen, mend)


def country(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Ask Connect to call a number and hang up at once: no other question tells whether it may.

    Source: StartOutboundVoiceContact, DestinationNotAllowedException; a country is allowed by a
    support case only.
    """
    if not (deployment.instance and deployment.callee):
        return
    client = _client(clients, "connect", deployment)
    flow = deployment.flow or _flow_of_the_stack(client, deployment)
    if flow and deployment.number:
        yield _called(client, deployment, flow)
        return
    seen = "nobody could be called: there is no alert flow, or no number to call from"
    yield PreflightResult(
        Mark.DOUBTFUL, "Connect countries", seen, "Deploy first, with ConnectNumber."
    )


def _called(client: Any, deployment: Deployment, flow: str) -> PreflightResult:
    instance_id, callee = _last(deployment.instance), deployment.callee
    refused = (
        client.exceptions.DestinationNotAllowedException,
        client.exceptions.OutboundContactNotPermittedException,
    )
    try:
        call = client.start_outbound_voice_contact(
            InstanceId=instance_id,
            ContactFlowId=_last(flow),
            DestinationPhoneNumber=callee,
            SourcePhoneNumber=deployment.number,
        )
    except refused as error:
        mend = "Open a support case: allow outbound calls there, also to +8170, +8180 and +8190."
        seen = f"{callee} may not be called: {error.response['Error']['Code']}"
        return PreflightResult(Mark.BAD, "Connect countries", seen, mend)
    with suppress(client.exceptions.ContactNotFoundException):  # it is over already
        client.stop_contact(InstanceId=instance_id, ContactId=call["ContactId"])
    return PreflightResult(
        Mark.GOOD, "Connect countries", f"{callee} may be called (and was, for a moment)"
    )


def _flow_of_the_stack(client: Any, deployment: Deployment) -> str:
    pages = client.get_paginator("list_contact_flows")
    for page in pages.paginate(InstanceId=_last(deployment.instance)):
        for each in page["ContactFlowSummaryList"]:
            if each["Name"] == f"{deployment.stack}-alert-call":
                return str(each["Arn"])
    return ""


def _client(clients: Clients, service: str, deployment: Deployment) -> Any:
    """Return a client in the region of the instance, which may be another than the stack's."""
    return clients(service, deployment.instance.split(":")[3])


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
