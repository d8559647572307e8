"""One call on the network: what happened on it, and the person at its other end."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from infra.local.clock import RuleClock
from infra.local.telephone.behaviour import Behaviour, Reaction
from infra.local.telephone.flow import Flow

_log = logging.getLogger("toban.local")

Invoke = Callable[[str, dict[str, Any]], Any]


class _CallOverError(Exception):
    """The call has ended in the middle of whatever went on."""


@dataclass
class PhoneCall:
    """What DescribeContact tells of the call, and beyond it what was heard and pressed.

    Times are rule time; `number` is the one that was dialled.
    """

    contact_id: str
    number: str
    request: dict[str, Any]
    dialled_at: datetime
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    heard: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)

    @property
    def attributes(self) -> dict[str, str]:
        """What our side gave the call with it."""
        return dict(self.request.get("Attributes", {}))


class Conversation:
    """Plays a call by its script, in a thread of its own."""

    def __init__(
        self, call: PhoneCall, script: Behaviour, flow: Flow, clock: RuleClock, invoke: Invoke
    ) -> None:
        self.call, self._script, self._flow = call, script, flow
        self._clock, self._invoke = clock, invoke
        self._lock, self._over = threading.Lock(), threading.Event()

    def start(self) -> None:
        """Let it ring."""
        self._clock.thread(self._run, f"call {self.call.number}").start()

    def end(self, reason: str, at: datetime | None = None) -> bool:
        """End the call, now or at the moment that the script says; false when it has ended
        before.
        """
        with self._lock:
            if self._over.is_set():
                return False
            self.call.ended_at, self.call.reason = at or self._clock.now(), reason
            self._over.set()
            return True

    # -- the line of a flow ----------------------------------------------------------------------

    def hear(self, text: str, seconds: float) -> None:
        """Listen to a prompt to its end."""
        self.call.heard.append(text)
        self._pass(seconds)

    def press(self, text: str, seconds: float) -> str:
        """Press the script's next key, if it has one left."""
        self.call.heard.append(text)
        left = self._script.keys[len(self.call.pressed) :]
        if not left:
            self._pass(seconds)
            return ""
        self._pass(min(self._script.pause, seconds))
        self.call.pressed.append(left[0])
        return left[0]

    def invoke(self, function_arn: str, parameters: dict[str, str]) -> dict[str, str]:
        """Ask a function with the event of Connect; a fault of it is a LookupError."""
        try:
            answer = self._invoke(function_arn, _event(self.call, parameters))
        except Exception as error:
            _log.warning("The contact flow's function failed: %s", error)
            raise LookupError(function_arn) from error
        if not isinstance(answer, dict) or not all(isinstance(v, str) for v in answer.values()):
            raise LookupError(f"{function_arn} did not answer a flat map of strings")
        return answer

    def disconnect(self) -> None:
        """End the call from our side."""
        self.end("CONTACT_FLOW_DISCONNECT")

    # -- the script ------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._ring()
            self._flow.walk(self, self.call.attributes)
        except _CallOverError:
            return

    def _ring(self) -> None:
        patience = float(self.call.request.get("RingTimeoutInSeconds", 60))
        seconds = min(self._script.after, patience)
        self._pass(seconds)
        moment = self.call.dialled_at + timedelta(seconds=seconds)
        if self._script.after >= patience:
            self.end("TELECOM_TIMEOUT", moment)
            raise _CallOverError
        if self._script.kind is not Reaction.ANSWERS:
            self.end(self._script.reason, moment)
            raise _CallOverError
        with self._lock:
            if self._over.is_set():
                raise _CallOverError
            self.call.connected_at = moment

    def _pass(self, seconds: float) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        leaves = self._leaves_at()
        if leaves is None or leaves > until:
            if not self._clock.wait_until(until, self._over):
                raise _CallOverError
            return
        self._clock.wait_until(leaves, self._over)
        self.end("CUSTOMER_DISCONNECT")
        raise _CallOverError

    def _leaves_at(self) -> datetime | None:
        connected, patience = self.call.connected_at, self._script.hangs_up_after
        if connected is None or patience is None:
            return None
        return connected + timedelta(seconds=patience)


def _event(call: PhoneCall, parameters: dict[str, str]) -> dict[str, Any]:
    """Return the event of a flow's function.

    Source: AWS Lambda developer guide, "Invoke Lambda functions with Amazon Connect".
    """
    instance = call.request["InstanceId"]
    contact = {
        "Attributes": call.attributes,
        "Channel": "VOICE",
        "ContactId": call.contact_id,
        "CustomerEndpoint": {"Address": call.number, "Type": "TELEPHONE_NUMBER"},
        "InitialContactId": call.contact_id,
        "InitiationMethod": "API",
        "InstanceARN": f"arn:aws:connect:ap-northeast-1:123456789012:instance/{instance}",
        "PreviousContactId": call.contact_id,
        "Queue": None,
        "SystemEndpoint": {
            "Address": call.request.get("SourcePhoneNumber", ""),
            "Type": "TELEPHONE_NUMBER",
        },
    }
    event = {
        "Name": "ContactFlowEvent",
        "Details": {"ContactData": contact, "Parameters": parameters},
    }
    return dict(json.loads(json.dumps(event)))
