"""What SES tells of a mail on one machine: what the configuration set asks for, and no more."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ConfigurationSet, ses_backends

from infra.local import mail_events
from infra.local.mail_events import SIMULATOR, AcceptedMail

NOW = datetime(2026, 11, 23, 10, 6, tzinfo=UTC)
BUS = "arn:aws:events:ap-northeast-1:123456789012:event-bus/default"
TARO = "taro@example.com"


class Bus:
    """EventBridge as the publisher has it; the configuration set asks for `kinds` of events."""

    def __init__(self, ses: Any) -> None:
        self.entries: list[dict[str, Any]] = []
        self._ses = ses

    def wants(self, *kinds: str) -> None:
        self._ses.config_sets["toban"] = ConfigurationSet("toban")
        destination: dict[str, Any] = {"Name": "events", "MatchingEventTypes": [*kinds]}
        destination["EventBridgeDestination"] = {"EventBusArn": BUS}
        named = {"ConfigurationSetName": "toban", "EventDestination": destination}
        mail_events.subscribe("MailEvents", named)

    def put_events(self, Entries: list[dict[str, Any]]) -> None:
        self.entries += Entries

    def of(self, recipient: str, refused: str = "", named: str = "toban") -> list[str]:
        """Return what is told of a mail, in the order of events."""
        mail_events.publish(AcceptedMail(Message(), "ses-1", recipient, named, refused), NOW)
        return [entry["DetailType"] for entry in self.entries]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
    ses: Any = ses_backends[DEFAULT_ACCOUNT_ID]["ap-northeast-1"]
    ses.reset()
    made = Bus(ses)
    monkeypatch.setattr(mail_events, "client", lambda _: made)
    yield made
    ses.reset()


@pytest.mark.parametrize(
    ("recipient", "told"),
    [
        (TARO, ["Email Delivered"]),
        (f"success@{SIMULATOR}", ["Email Delivered"]),
        (f"ooto@{SIMULATOR}", ["Email Delivered"]),
        (f"Bounce+taro@{SIMULATOR}", ["Email Bounced"]),
        (f"suppressionlist@{SIMULATOR}", ["Email Bounced"]),
        (f"complaint@{SIMULATOR}", ["Email Delivered", "Email Complaint Received"]),
    ],
)
def test_an_address_of_the_simulator_plays_what_it_is_called(
    bus: Bus, recipient: str, told: list[str]
) -> None:
    bus.wants("delivery", "bounce", "complaint")

    assert bus.of(recipient) == told
    assert {entry["EventBusName"] for entry in bus.entries} == {BUS}


def test_whom_the_mail_server_refuses_for_good_has_bounced(bus: Bus) -> None:
    bus.wants("bounce")

    assert bus.of(TARO, refused="smtp; 550 no such user") == ["Email Bounced"]
    assert "550 no such user" in bus.entries[0]["Detail"]


def test_nothing_is_told_that_the_configuration_set_does_not_ask_for(bus: Bus) -> None:
    assert bus.of(TARO) == []
    bus.wants("bounce")

    assert bus.of(TARO) == []
    assert bus.of(f"bounce@{SIMULATOR}", named="") == []
