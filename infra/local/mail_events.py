"""What SES tells of a mail after it has taken it, as events of the default bus.

Every mail arrives, but for those that the SMTP server has refused for good and those to the
addresses of SES's own mailbox simulator, which play what their names say.
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from infra.local.clock import isoformat
from toban.clients import client
from toban.settings import region

SIMULATOR = "simulator.amazonses.com"
_DETAIL_TYPES = {
    "delivery": "Email Delivered",
    "bounce": "Email Bounced",
    "complaint": "Email Complaint Received",
}
_EVENT_TYPES = {"delivery": "Delivery", "bounce": "Bounce", "complaint": "Complaint"}
_UNKNOWN_USER = "smtp; 550 5.1.1 user unknown"
_SUPPRESSED = "Amazon SES did not send the message: the address is on the suppression list"

EventPart = dict[str, Any]


@dataclass(frozen=True)
class AcceptedMail:
    """A mail that SES has taken, sent with a configuration set or "" for none; `refused` is what
    the recipient's server said when it would not have it.
    """

    headers: Message
    message_id: str
    recipient: str
    configuration_set: str
    refused: str = ""


def arrives(recipient: str) -> bool:
    """Tell whether somebody gets the mail: the simulator's unhappy addresses have no mailbox."""
    return _simulated(recipient) not in {"bounce", "suppressionlist"}


def subscribe(name: str, properties: Mapping[str, Any]) -> str:
    """Give a configuration set its event destination; moto's API knows none on EventBridge."""
    backend: Any = ses_backends[DEFAULT_ACCOUNT_ID][region()]
    named = properties["ConfigurationSetName"]
    backend.create_configuration_set_event_destination(named, properties["EventDestination"])
    return name


def publish(mail: AcceptedMail, at: datetime) -> None:
    """Put the events that the configuration set asks for on the bus that it names."""
    backend: Any = ses_backends[DEFAULT_ACCOUNT_ID][region()]
    destination = backend.config_set_event_destination.get(mail.configuration_set)
    if not destination:
        return
    for name, part in _parts(mail, isoformat(at)):
        if name in destination["MatchingEventTypes"]:
            detail = {"eventType": _EVENT_TYPES[name], "mail": _mail(mail, at), name: part}
            entry = {
                "Source": "aws.ses",
                "DetailType": _DETAIL_TYPES[name],
                "Detail": json.dumps(detail),
                "EventBusName": destination["EventBridgeDestination"]["EventBusArn"],
            }
            client("events").put_events(Entries=[entry])


def _simulated(recipient: str) -> str:
    """Return what an address of the simulator plays; labels (bounce+taro@) tell people apart."""
    local, _, domain = recipient.lower().rpartition("@")
    return local.partition("+")[0] if domain == SIMULATOR else ""


def _parts(mail: AcceptedMail, at: str) -> Iterator[tuple[str, EventPart]]:
    """Yield the kind of each event and what it holds beside the mail."""
    played = _simulated(mail.recipient)
    if played == "bounce" or mail.refused:
        yield "bounce", _bounce(mail, at, "General", mail.refused or _UNKNOWN_USER)
    elif played == "suppressionlist":
        yield "bounce", _bounce(mail, at, "Suppressed", _SUPPRESSED)
    else:
        yield "delivery", {"timestamp": at, "recipients": [mail.recipient]}
    if played == "complaint":
        who = [{"emailAddress": mail.recipient}]
        told = {"complainedRecipients": who, "complaintFeedbackType": "abuse"}
        yield "complaint", {"timestamp": at, "feedbackId": mail.message_id, **told}


def _bounce(mail: AcceptedMail, at: str, kind: str, said: str) -> EventPart:
    who = {"emailAddress": mail.recipient, "action": "failed", "status": "5.1.1"}
    return {
        "bounceType": "Permanent",
        "bounceSubType": kind,
        "bouncedRecipients": [{**who, "diagnosticCode": said}],
        "timestamp": at,
        "feedbackId": mail.message_id,
    }


def _mail(mail: AcceptedMail, at: datetime) -> Mapping[str, Any]:
    return {
        "timestamp": isoformat(at),
        "messageId": mail.message_id,
        "destination": [mail.recipient],
        "headersTruncated": False,
        "headers": [{"name": name, "value": str(value)} for name, value in mail.headers.items()],
        "tags": {"ses:configuration-set": [mail.configuration_set]},
    }
