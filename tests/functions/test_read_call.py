"""A call is looked at while a person may press a key: no key that was taken gets lost (P-4)."""

from typing import Any

import pytest

from escalate import read_call, take_answer
from escalate.phone_chain import PhoneChain
from tests.functions.conftest import RuleClock
from tests.functions.phoning import call_id, chain_of_acme
from toban.domain.call import Call, Outcome
from toban.store import calls, record, slots
from toban.store.documents import to_document

NONCE = "nonce"


class Line:
    """Amazon Connect for one call that a person ends; the key is told right after each look."""

    def __init__(self, clock: RuleClock, chain: PhoneChain) -> None:
        self.instance, self.connect = "instance", self
        self.connected_at, self.clock, self.chain = clock.at, clock, chain
        self.key, self.told = "", ""

    def describe_contact(self, **_: str) -> dict[str, Any]:
        ended = {"DisconnectTimestamp": self.clock.at, "DisconnectReason": "TELECOM_PROBLEM"}
        if self.key:
            self.told = press(self.chain, self.key)
        return {"Contact": {"ConnectedToSystemTimestamp": self.connected_at, **ended}}


def press(chain: PhoneChain, key: str) -> str:
    given = {"call": str(call_id(chain)), "nonce": NONCE, "key": key}
    return take_answer.handler({"Details": {"Parameters": given}}, None)["result"]


@pytest.fixture
def chain(aws: None, rule_clock: RuleClock) -> PhoneChain:
    chain = chain_of_acme(rule_clock.at)
    calls.plan(call_id(chain), NONCE)
    calls.dialled(call_id(chain), "contact", rule_clock.at)
    return chain


@pytest.fixture
def line(chain: PhoneChain, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line(rule_clock, chain)
    monkeypatch.setattr(read_call, "telephone", lambda: made)
    return made


def look(chain: PhoneChain) -> dict[str, Any]:
    call = {"contact": 0, "attempt": 0}
    document = {"incident": to_document(chain.incident), "callees": "contacts", "call": call}
    return read_call.handler({**document, "about": list(chain.about)}, None)


def made(chain: PhoneChain) -> list[Call]:
    return calls.made(chain.incident.incident_id, chain.callees)


@pytest.mark.clause("P-4")
def test_a_key_that_is_taken_while_we_look_is_not_overlooked(
    chain: PhoneChain, line: Line, rule_clock: RuleClock
) -> None:
    rule_clock.pass_by(20)
    line.key = "1"

    assert look(chain)["status"] == "up"
    assert (line.told, made(chain)) == ("taken", [])

    assert look(chain)["status"] == "over"
    assert [each.outcome for each in made(chain)] == [Outcome.ACKNOWLEDGED]


def test_what_follows_from_a_call_that_is_over_is_made_up_for(
    chain: PhoneChain, line: Line, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function was cut off after the call had been settled."""
    slots.take(str(call_id(chain)), 1, rule_clock.at, 600)
    rule_clock.pass_by(20)
    with monkeypatch.context() as broken, pytest.raises(ConnectionError):
        broken.setattr("escalate.call_log.record.append", cut_off)
        look(chain)

    assert look(chain)["status"] == "over"
    told = [event.event for event in record.events(chain.incident.incident_id)]
    assert "telephone call" in told
    assert slots.take("another", 1, rule_clock.at, 600)


def cut_off(*_: object) -> None:
    raise ConnectionError


def test_a_call_without_a_key_is_over_at_once(
    chain: PhoneChain, line: Line, rule_clock: RuleClock
) -> None:
    rule_clock.pass_by(20)

    assert look(chain)["outcome"] == Outcome.ANSWERED_NO_KEY
    assert press(chain, "1") == "late"
