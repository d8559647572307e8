"""The telephone: what Amazon Connect is told and what it answers, in the domain's words.

Facts of Amazon Connect: API reference of StartOutboundVoiceContact, DescribeContact, StopContact.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from toban.clients import client
from toban.domain.call import CallProgress, Outcome
from toban.domain.policy import Policy
from toban.settings import optional
from toban.store.calls import Attempt

UNKNOWN_CONTACT = {"ResourceNotFoundException", "ContactNotFoundException"}
_NOT_OURS_TO_CALL = {"DestinationNotAllowedException", "OutboundContactNotPermittedException"}
_MISTAKEN_SETTINGS = {
    "InvalidParameterException",
    "InvalidRequestException",
    "ResourceNotFoundException",
    "AccessDeniedException",
}
_NO_LINE = {"LimitExceededException"}


class TelephoneNotConfiguredError(Exception):
    """The template was deployed without an instance of Amazon Connect."""


class Traffic(StrEnum):
    """GENERAL is allowed to everybody; CAMPAIGN lets Connect itself limit the ringing but has to be
    granted by AWS (quota of concurrent campaign calls, 0 by default).
    """

    GENERAL = "GENERAL"
    CAMPAIGN = "CAMPAIGN"


@dataclass(frozen=True, slots=True)
class Telephone:
    """The provider's instance of Connect and the number or queue that calls come from."""

    instance_arn: str
    number: str
    queue: str
    traffic: Traffic

    @property
    def instance(self) -> str:
        """The instance's id, as the API wants it."""
        return self.instance_arn.rpartition("/")[2]

    @property
    def connect(self) -> Any:
        """The client; an instance may live in another region than the functions."""
        return client("connect", self.instance_arn.split(":")[3])

    def request(self, flow: str, number: str, policy: Policy) -> dict[str, object]:
        """Return what StartOutboundVoiceContact needs of our settings; `flow` is an id or ARN.

        RingTimeoutInSeconds is refused with GENERAL traffic: there we end the ringing ourselves.
        """
        wanted: dict[str, object] = {
            "InstanceId": self.instance,
            "ContactFlowId": flow.rpartition("/")[2],
            "DestinationPhoneNumber": number,
            "TrafficType": self.traffic.value,
        }
        wanted |= {"SourcePhoneNumber": self.number} if self.number else {}
        wanted |= {"QueueId": self.queue.rpartition("/")[2]} if self.queue else {}
        if self.traffic is Traffic.CAMPAIGN:
            wanted["RingTimeoutInSeconds"] = max(15, min(60, policy.ring_seconds))
        return wanted


def telephone() -> Telephone:
    """Return the telephone of the settings; raises TelephoneNotConfiguredError."""
    found = Telephone(
        instance_arn=optional("CONNECT_INSTANCE"),
        number=optional("CONNECT_NUMBER"),
        queue=optional("CONNECT_QUEUE"),
        traffic=Traffic(optional("CONNECT_TRAFFIC") or Traffic.GENERAL),
    )
    if not found.instance_arn or not (found.number or found.queue):
        raise TelephoneNotConfiguredError(
            "The telephone is not configured: set the parameters ConnectInstanceArn and "
            "ConnectNumber (or ConnectQueueArn) of the template."
        )
    return found


@dataclass(frozen=True, slots=True)
class DialRefusal:
    """Why Connect did not dial: what it means for the chain, and what the operators must mend."""

    outcome: Outcome
    mend: str = ""


def refusal_of(error: ClientError) -> DialRefusal | None:
    """Return what a refused dial means, None when it is to be tried again as it is."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in _NO_LINE:
        return DialRefusal(Outcome.CONGESTED)
    if code in _NOT_OURS_TO_CALL:
        mend = "Ask AWS Support to allow calls to this country and kind of number"
        return DialRefusal(Outcome.CARRIER_ERROR, f"{code}: {message}\n{mend}.")
    if code in _MISTAKEN_SETTINGS:
        mend = "Compare the parameters Connect... of the template with the instance"
        return DialRefusal(Outcome.CARRIER_ERROR, f"{code}: {message}\n{mend}.")
    return None


def progress_of(attempt: Attempt, contact: dict[str, Any], at: datetime) -> CallProgress:
    """Return what DescribeContact's answer says of the call."""
    return CallProgress(
        dialled_at=attempt.dialled_at or at,
        connected_at=_moment(contact.get("ConnectedToSystemTimestamp")),
        ended_at=_moment(contact.get("DisconnectTimestamp")),
        reason=str(contact.get("DisconnectReason", "")),
        key=attempt.key,
    )


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)
