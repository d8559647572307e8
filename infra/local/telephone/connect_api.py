"""Amazon Connect's API before the network: what moto does not have of it.

Requests and answers are held against botocore's model, so that a field that Connect would refuse is
refused here, whoever sends it.
"""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from moto.connect import urls
from moto.connect.responses import ConnectResponse
from moto.core.exceptions import JsonRESTError

from infra.local.patches import Patches
from infra.local.telephone.flow import Flow, FlowError
from infra.local.telephone.network import INSTANCE, Network, RefusedError, UnknownContactError

Document = dict[str, Any]

_URLS = (
    "{0}/contact/outbound-voice$",
    "{0}/contact/stop$",
    "{0}/contacts/(?P<InstanceId>[^/]+)/(?P<ContactId>[^/]+)$",
    "{0}/contact-flows/(?P<InstanceId>[^/]+)$",
)
_NOT_FOUND = 404
_ATTRIBUTE = re.compile(r"[A-Za-z0-9_-]+")
_ATTRIBUTES_LIMIT = 32_768
_STATUS = {"DestinationNotAllowedException": 403, "OutboundContactNotPermittedException": 403,
           "LimitExceededException": 429, "InternalServiceException": 500}  # fmt: skip


@cache
def model() -> ServiceModel:
    """Return botocore's model of the service."""
    return ServiceModel(Loader().load_service_model("connect", "service-2"), "connect")


def install(patches: Patches, network: Network) -> None:
    """Put the network behind the API."""
    paths = {**urls.url_paths, **dict.fromkeys(_URLS, ConnectResponse.dispatch)}
    patches.replace(urls, "url_paths", paths)
    for name, answer in {
        "start_outbound_voice_contact": _start,
        "describe_contact": _describe,
        "stop_contact": _stop,
        "create_contact_flow": _create_flow,
    }.items():
        patches.add(ConnectResponse, name, _method(network, answer))


def _method(network: Network, answer: Any) -> Any:
    def method(self: Any) -> str:
        return json.dumps(answer(network, self), default=_timestamp)

    return method


def _start(network: Network, request: Any) -> Document:
    body = checked("StartOutboundVoiceContact", json.loads(request.body))
    _require_instance(body["InstanceId"])
    if not body.get("SourcePhoneNumber") and not body.get("QueueId"):
        raise _error("InvalidRequestException", "SourcePhoneNumber or QueueId is required")
    if "RingTimeoutInSeconds" in body and body.get("TrafficType") != "CAMPAIGN":
        raise _error("InvalidRequestException", "RingTimeoutInSeconds needs CAMPAIGN traffic")
    if body["ContactFlowId"] not in network.flows:
        raise _error("ResourceNotFoundException", "There is no such contact flow", _NOT_FOUND)
    try:
        return {"ContactId": network.dial(body)}
    except RefusedError as error:
        raise _error(str(error), "The call is not allowed", _STATUS.get(str(error), 400)) from error


def _describe(network: Network, request: Any) -> Document:
    _require_instance(request._get_param("InstanceId"))
    try:
        call = network.call(request._get_param("ContactId"))
    except UnknownContactError as error:
        raise _error("ResourceNotFoundException", "There is no such contact", _NOT_FOUND) from error
    told = {
        "Id": call.contact_id,
        "InitialContactId": call.contact_id,
        "InitiationMethod": "API",
        "Channel": "VOICE",
        "InitiationTimestamp": call.dialled_at,
        "ConnectedToSystemTimestamp": call.connected_at,
        "DisconnectTimestamp": call.ended_at,
        "DisconnectReason": call.reason or None,
        "Attributes": call.attributes,
    }
    return {"Contact": {name: value for name, value in told.items() if value is not None}}


def _stop(network: Network, request: Any) -> Document:
    body = checked("StopContact", json.loads(request.body))
    _require_instance(body["InstanceId"])
    try:
        running = network.stop(body["ContactId"])
    except UnknownContactError:
        running = False
    if not running:
        raise _error("ContactNotFoundException", "The contact is over", 410)
    return {}


def _create_flow(network: Network, request: Any) -> Document:
    instance = request._get_param("InstanceId")
    body = checked("CreateContactFlow", {"InstanceId": instance, **json.loads(request.body)})
    try:
        flow = Flow(body["Content"])
    except (FlowError, ValueError, KeyError) as error:
        raise _error("InvalidContactFlowException", str(error)) from error
    identifier = re.sub(r"[^A-Za-z0-9-]", "-", body["Name"])
    network.flows[identifier] = flow
    region, account = request.region, request.current_account
    owner = f"arn:aws:connect:{region}:{account}:instance/{instance}"
    return {"ContactFlowId": identifier, "ContactFlowArn": f"{owner}/contact-flow/{identifier}"}


def checked(operation: str, body: Document) -> Document:
    """Return the request, or refuse it as Connect does: unknown, missing or ill-formed fields."""
    shape: Any = model().operation_model(operation).input_shape
    report = ParamValidator().validate(body, shape)
    faults = [report.generate_report()] if report.has_errors() else list(_ill_formed(shape, body))
    if faults:
        raise _error("InvalidRequestException", "; ".join(faults))
    return body


def _ill_formed(shape: Any, body: Document) -> list[str]:
    faults = [
        f"{name} is not what Connect takes: {value!r:.80}"
        for name, value in body.items()
        if not _fits(shape.members[name], value)
    ]
    attributes = body.get("Attributes", {})
    if any(not _ATTRIBUTE.fullmatch(name) for name in attributes):
        faults.append("Attributes have names of letters, digits, - and _")
    size = sum(len(f"{name}{value}".encode()) for name, value in attributes.items())
    if size > _ATTRIBUTES_LIMIT:
        faults.append(f"Attributes are larger than {_ATTRIBUTES_LIMIT} bytes")
    return faults


def _fits(shape: Any, value: Any) -> bool:
    """Hold a value against what botocore leaves to the service: length, range, pattern, words."""
    form = shape.metadata
    size = value if isinstance(value, int) else len(value)
    # the model of Connect escapes its patterns twice
    pattern = form.get("pattern", ".*").replace("\\\\", "\\")
    return (
        form.get("min", 0) <= size <= form.get("max", size)
        and value in (form.get("enum") or [value])
        and (not isinstance(value, str) or re.search(f"^(?:{pattern})", value, re.S) is not None)
    )


def _require_instance(instance: str) -> None:
    if instance != INSTANCE:
        raise _error("ResourceNotFoundException", "There is no such instance", _NOT_FOUND)


def _error(kind: str, message: str, status: int = 400) -> JsonRESTError:
    error = JsonRESTError(kind, message)
    error.code = status
    return error


def _timestamp(moment: datetime) -> float:
    return moment.timestamp()
