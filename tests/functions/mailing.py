"""A post office that tests read letters from, and mails on their way there."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ClientError

from escalate import post, send_mail
from tests.functions.acme import HTTP, SERVER, confirmed
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.clients import client
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.store import contracts, incidents
from toban.store.documents import to_document


class PostOffice:
    """SES as the handlers see it: keeps what it takes, refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        self.messages: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}

    def send_email(self, **mail: Any) -> dict[str, str]:
        (address,) = mail["Destination"]["ToAddresses"]
        if code := self.refuses.get(address):
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "SendEmail")
        raw = mail["Content"]["Raw"]["Data"]
        message = email.message_from_bytes(raw, policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body
        self.messages.append(message)
        self.letters.append((address, f"{message['Subject']}\n{body.get_content()}"))
        return {"MessageId": f"ses-{len(self.letters)}"}

    def to(self, address: str) -> list[str]:
        return [text for each, text in self.letters if each == address]


@pytest.fixture
def office(aws: None, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    made = PostOffice()
    monkeypatch.setattr(
        post, "client", lambda service: made if service == "sesv2" else client(service)
    )
    return made


@pytest.fixture
def notices(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What is handed to the operators' notice; it is carried out as Lambda would."""
    handed: list[dict[str, Any]] = []
    monkeypatch.setenv("TELL_OPERATOR_FUNCTION", "toban-tell-operator")
    monkeypatch.setattr(
        "escalate.refusals.invoke_later",
        lambda _, event: handed.append(to_document(event)),
    )
    yield handed


def opened(rule_clock: RuleClock, *monitor_ids: str) -> Incident:
    for monitor_id in monitor_ids or (HTTP,):
        incident = admit(confirmed(monitor_id, rule_clock()))
    incidents.gather(incident.incident_id)
    return replace(incident, plan=contracts.server(SERVER).plan)


def asked(incident: Incident, kind: str, **more: Any) -> dict[str, Any]:
    return {"incident": to_document(incident), "kind": kind, **more}


def send(incident: Incident, kind: str, **more: Any) -> dict[str, Any]:
    return send_mail.handler(asked(incident, kind, **more), None)


def seen(monitor_id: str, rule_clock: RuleClock, reason: Reason = Reason.OK) -> dict[str, Any]:
    return dict(to_document(Observation(monitor_id, reason, rule_clock())))
