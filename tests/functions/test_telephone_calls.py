"""Calls and lines: whatever is done twice or late has the effect of once."""

from datetime import timedelta

import pytest

from escalate.phone_chain import PhoneChain
from tests.functions.acme import HTTP
from tests.functions.conftest import RuleClock
from tests.functions.phoning import call_id, chain_of_acme
from toban.domain.call import Call, Callees, CallId, Outcome
from toban.domain.call_limits import HangUpReason
from toban.store import calls, slots


@pytest.fixture
def chain(aws: None, rule_clock: RuleClock) -> PhoneChain:
    return chain_of_acme(rule_clock.at)


def test_a_repeated_step_gets_the_nonce_of_the_first(chain: PhoneChain) -> None:
    first = calls.plan(call_id(chain), "first")
    assert calls.plan(call_id(chain), "second") == first


def test_the_key_that_came_first_stands(chain: PhoneChain) -> None:
    calls.plan(call_id(chain), "nonce")
    calls.await_key(call_id(chain), "token")

    taken = calls.take_key(call_id(chain), "2")
    repeated = calls.take_key(call_id(chain), "2")

    assert taken == repeated
    assert taken is not None
    assert (taken.key, taken.token) == ("2", "token")
    assert calls.take_key(call_id(chain), "1") is None


def test_a_key_for_a_call_that_nobody_made_is_not_taken(chain: PhoneChain) -> None:
    assert calls.take_key(call_id(chain), "1") is None
    assert not calls.attempts(chain.incident.incident_id, chain.callees)


def test_a_call_that_is_over_takes_no_key_and_keeps_its_end(
    chain: PhoneChain, rule_clock: RuleClock
) -> None:
    calls.plan(call_id(chain), "nonce")
    over = Call(0, 0, "Alice", "+81******0001", rule_clock.at, Outcome.NO_ANSWER)

    assert calls.settle(call_id(chain), over) == over
    other = Call(0, 0, "Alice", "+81******0001", rule_clock.at, Outcome.BUSY)
    assert calls.settle(call_id(chain), other) == over
    assert calls.take_key(call_id(chain), "1") is None
    assert calls.made(chain.incident.incident_id, Callees.CONTACTS) == [over]
    assert calls.made(chain.incident.incident_id, Callees.ENGINEERS) == []


def test_calls_come_back_in_the_order_in_which_they_were_made(
    chain: PhoneChain, rule_clock: RuleClock
) -> None:
    made = [(contact, attempt) for contact in range(12) for attempt in range(2)]
    for contact, attempt in reversed(made):
        calls.plan(call_id(chain, contact, attempt), "nonce")
        done = Call(contact, attempt, "", "", rule_clock.at, Outcome.BUSY)
        calls.settle(call_id(chain, contact, attempt), done)

    found = calls.made(chain.incident.incident_id, Callees.CONTACTS)
    assert [(call.contact, call.attempt) for call in found] == made


def test_why_we_hung_up_first_stands(chain: PhoneChain, rule_clock: RuleClock) -> None:
    calls.plan(call_id(chain), "nonce")
    calls.hung_up(call_id(chain), rule_clock.at, HangUpReason.RECOVERED)
    later = rule_clock.at + timedelta(seconds=9)
    calls.hung_up(call_id(chain), later, HangUpReason.NO_ANSWER)

    attempt = calls.attempt(call_id(chain))
    assert attempt.hung_up == (rule_clock.at, HangUpReason.RECOVERED)


def test_the_end_of_a_chain_is_told_to_who_waits_last(chain: PhoneChain) -> None:
    name = chain.incident.incident_id
    assert calls.open_chain(name, Callees.CONTACTS, [HTTP], "first") is None
    assert calls.open_chain(name, Callees.CONTACTS, [HTTP], "second") is None

    assert calls.end_chain(name, Callees.CONTACTS, {"reached": True}) == (
        "second",
        {"reached": True},
    )
    assert calls.end_chain(name, Callees.CONTACTS, {"reached": False})[1] == {"reached": True}
    assert calls.open_chain(name, Callees.CONTACTS, [HTTP], "third") == {"reached": True}


def test_a_call_id_is_read_back_from_what_connect_was_given(chain: PhoneChain) -> None:
    assert CallId.parse(str(call_id(chain, 3, 1))) == call_id(chain, 3, 1)


def test_there_are_so_many_lines_and_a_call_keeps_its_own(aws: None, rule_clock: RuleClock) -> None:
    at = rule_clock.at
    assert [slots.take(name, 2, at, 60) for name in ("a", "b", "c", "a")] == [
        True,
        True,
        False,
        True,
    ]
    slots.release("a", at)
    slots.release("a", at)
    assert slots.take("c", 2, at, 60) is True
    assert slots.take("a", 2, at, 60) is False


def test_a_line_whose_call_vanished_is_free_after_its_time(
    aws: None, rule_clock: RuleClock
) -> None:
    assert slots.take("gone", 1, rule_clock.at, 60) is True
    rule_clock.pass_by(59)
    assert slots.take("next", 1, rule_clock.at, 60) is False
    rule_clock.pass_by(1)
    assert slots.take("next", 1, rule_clock.at, 60) is True
    slots.release("gone", rule_clock.at)
    assert slots.take("third", 1, rule_clock.at, 60) is False
