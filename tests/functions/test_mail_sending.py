"""Mails on their way: each sent once, none kept back for another's sake."""

from dataclasses import replace
from typing import Any

import pytest

from escalate import post, tell_operator
from tests.functions.acme import ALICE, BOB, HTTP, MYSQL, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office, opened, seen, send
from toban.domain.contract import Contact
from toban.domain.letters import MailKind
from toban.domain.plan import Plan
from toban.store import contracts, mails, record

__all__ = ["notices", "office"]


def outcome(answer: dict[str, Any]) -> tuple[int, int]:
    """Return how many mails were sent and refused."""
    return answer["sent"], answer["refused"]


def test_every_contact_and_the_operators_get_the_alert_once(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)

    assert outcome(send(incident, "alert")) == (3, 0)
    assert outcome(send(incident, "alert")) == (3, 0)
    assert [address for address, _ in office.letters] == [
        ALICE.mail,
        BOB.mail,
        "operator@msp.example",
    ]
    assert notices == []


@pytest.mark.clause("N-10")
@pytest.mark.parametrize(
    "address", ["bob(at)acme.example", "ボブ@acme.example", "bob@acme@example"]
)
def test_an_address_that_is_none_stops_nobody_elses_mail(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock, address: str
) -> None:
    sign()
    customer = contracts.customer("acme")
    contracts.save_customer(replace(customer, contacts=(Contact("Bob", address), ALICE)))
    incident = opened(rule_clock)

    assert outcome(send(incident, "alert")) == (2, 1)
    assert len(office.to(ALICE.mail)) == 1
    assert len(notices) == 1


@pytest.mark.clause("N-10")
def test_the_operators_are_told_once_which_address_was_refused(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    office.refuses[BOB.mail] = "MessageRejected"
    incident = opened(rule_clock)
    send(incident, "alert")
    send(incident, "alert")

    for notice in notices:
        tell_operator.handler(notice, None)

    told = [text for text in office.to("operator@msp.example") if "メール送信不可" in text]
    assert len(told) == 1
    assert BOB.mail in told[0]


@pytest.mark.clause("N-10")
def test_a_customer_without_any_usable_address_holds_up_nothing(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.NOTIFY)
    customer = contracts.customer("acme")
    contracts.save_customer(replace(customer, contacts=(Contact("Bob", "bob"),)))

    assert outcome(send(opened(rule_clock), "alert")) == (0, 1)
    assert len(notices) == 1


def test_when_ses_refuses_everybody_the_fault_is_ours_and_the_step_runs_again(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.NOTIFY)
    office.refuses = dict.fromkeys([ALICE.mail, BOB.mail], "MessageRejected")

    with pytest.raises(post.MailError):
        send(opened(rule_clock), "alert")


def test_a_mail_that_is_owed_is_sent_by_the_next_run_and_the_others_are_not_sent_again(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.NOTIFY)
    incident = opened(rule_clock)
    office.refuses[ALICE.mail] = "ThrottlingException"
    with pytest.raises(post.MailError):
        send(incident, "alert")
    office.refuses.clear()

    send(incident, "alert")

    assert (len(office.to(ALICE.mail)), len(office.to(BOB.mail))) == (1, 1)


@pytest.mark.clause("N-8")
def test_a_closing_mail_without_a_problem_mail_is_withheld_and_on_record(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)

    send(incident, "recovery", monitor_id=HTTP, observation=seen(HTTP, rule_clock))

    assert office.letters == []
    assert [event.sort for event in record.events(incident.incident_id)] == ["withheld"]


@pytest.mark.clause("P-7")
def test_a_monitor_that_resumed_is_not_told_to_have_recovered_as_well(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock, HTTP, MYSQL)
    send(incident, "alert")
    for kind, monitor_id in (("resumed", HTTP), ("recovery", HTTP), ("recovery", MYSQL)):
        observation = seen(monitor_id, rule_clock)
        send(incident, kind, monitor_id=monitor_id, observation=observation)

    sent = [(mail.kind, mail.about) for mail in mails.sent(incident.incident_id)]
    assert (MailKind.RESUMED, "http") in sent
    assert (MailKind.RECOVERY, "http") not in sent
    assert (MailKind.RECOVERY, "mysql") in sent
