"""The network: places calls, knows what became of each, and has a limited number of lines."""

import threading
from typing import Any
from uuid import uuid4

from moto.core.models import DEFAULT_ACCOUNT_ID

from infra.local.clock import RuleClock
from infra.local.telephone.behaviour import Behaviour, Reaction, congested
from infra.local.telephone.call import Conversation, Invoke, PhoneCall
from infra.local.telephone.flow import Flow
from infra.local.telephone.phone_book import PhoneBook

INSTANCE = "00000000-0000-4000-8000-000000000000"
NUMBER = "+815000000000"
LINES = 10
"""Concurrent active calls of an instance, Amazon Connect's default quota."""


class RefusedError(Exception):
    """Connect does not dial; the name of its exception."""


class UnknownContactError(LookupError):
    """There is no such contact."""


class Network:
    """All calls of one local system, in the order in which they were placed."""

    def __init__(
        self, clock: RuleClock, book: PhoneBook, invoke: Invoke, lines: int = LINES
    ) -> None:
        self._clock, self._invoke, self._lines = clock, invoke, lines
        self.book = book
        self.flows: dict[str, Flow] = {}
        self._conversations: dict[str, Conversation] = {}
        self._by_token: dict[str, str] = {}
        self._lock = threading.Lock()
        self._calls: list[PhoneCall] = []

    @property
    def calls(self) -> list[PhoneCall]:
        """Every call that was dialled, the earliest first."""
        return list(self._calls)

    def dial(self, request: dict[str, Any]) -> str:
        """Place a call; the same client token gives the same contact. Raises RefusedError."""
        with self._lock:
            token = str(request.get("ClientToken") or uuid4())
            if token in self._by_token:
                return self._by_token[token]
            conversation = self._conversation(request)
            contact_id = conversation.call.contact_id
            self._by_token[token] = contact_id
            self._conversations[contact_id] = conversation
            self._calls.append(conversation.call)
        conversation.start()
        return contact_id

    def _conversation(self, request: dict[str, Any]) -> Conversation:
        number = request["DestinationPhoneNumber"]
        script = self._script(number)
        if script.kind is Reaction.REFUSED:
            raise RefusedError(script.refusal)
        call = PhoneCall(str(uuid4()), number, request, self._clock.now())
        flow = self.flows[request["ContactFlowId"]]
        return Conversation(call, script, flow, self._clock, self._invoke)

    def _script(self, number: str) -> Behaviour:
        if sum(call.ended_at is None for call in self._calls) >= self._lines:
            return congested()
        return self.book.behaviour(number, sum(call.number == number for call in self._calls))

    def call(self, contact_id: str) -> PhoneCall:
        """Return what is known of a call; raises UnknownContactError."""
        return self._known(contact_id).call

    def stop(self, contact_id: str) -> bool:
        """End a call that rings or is talked on; false when it has ended. Raises
        UnknownContactError.
        """
        conversation = self._known(contact_id)
        ringing = conversation.call.connected_at is None
        return conversation.end("TELECOM_ORIGINATOR_CANCEL" if ringing else "OTHER")

    def close(self) -> None:
        """End all calls, for the end of the system."""
        for conversation in list(self._conversations.values()):  # one may be added meanwhile
            conversation.end("OTHER")

    def _known(self, contact_id: str) -> Conversation:
        if contact_id not in self._conversations:
            raise UnknownContactError(contact_id)
        return self._conversations[contact_id]


def local_parameters(template: dict[str, Any], region: str, endpoint: str) -> dict[str, str]:
    """Return the template's parameters for this network and for links that lead to the endpoint,
    those of them that it declares. The canary is for those who want to see it.
    """
    instance = f"arn:aws:connect:{region}:{DEFAULT_ACCOUNT_ID}:instance/{INSTANCE}"
    given = {
        "ConnectInstanceArn": instance,
        "ConnectNumber": NUMBER,
        "GraphsAddress": endpoint,
        "Egress": "none",
        "CanaryAddress": "none",
    }
    return {name: value for name, value in given.items() if name in template.get("Parameters", {})}
