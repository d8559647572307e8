"""What SES tells of our mails: on record, with the contact, to the operators; nothing waits for
it.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from escalate import take_mail_event, tell_operator
from tests.functions.acme import ALICE, BOB, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office, opened, send
from toban.domain.contact_health import Fate
from toban.domain.incident import Incident
from toban.domain.letters import MailKind, mail_id
from toban.store import contact_health, contracts, mails, record
from toban.store.documents import to_document
from toban.store.tables import MailItem

__all__ = ["notices", "office"]
pytestmark = pytest.mark.usefixtures("aws")

OPERATOR = "operator@msp.example"
SAID = "smtp; 550 5.1.1 <alice@acme.example>: unknown\r\nsee https://mx.example/why?token=s3cret"
BOUNCE = ("Bounce", {"bounceType": "Permanent", "bounceSubType": "General"})
SUPPRESSED = ("Bounce", {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"})
DELIVERY: tuple[str, dict[str, Any]] = ("Delivery", {})


@pytest.fixture
def incident(office: PostOffice, notices: Any, rule_clock: RuleClock) -> Incident:
    """An incident whose alert mail has gone out to Alice and Bob."""
    sign()
    made = opened(rule_clock)
    send(made, MailKind.ALERT)
    office.messages.clear()
    office.letters.clear()
    return made


@pytest.fixture(autouse=True)
def _told_at_once(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELL_OPERATOR_FUNCTION", "toban-tell-operator")
    monkeypatch.setattr(
        take_mail_event,
        "invoke_later",
        lambda _, event: tell_operator.handler(to_document(event), None),
    )


def happens(
    incident: Incident,
    what: tuple[str, dict[str, Any]],
    at: datetime,
    *,
    to: str = ALICE.mail,
) -> dict[str, Any]:
    """Hand over what SES tells of the alert mail to somebody."""
    kind, more = what
    name = mail_id(incident.incident_id, MailKind.ALERT, "", to)
    headers = {"X-Toban-Mail": name, "X-Toban-Incident": incident.incident_id}
    part = {"timestamp": at.isoformat(), **more}
    if kind == "Bounce":
        part["bouncedRecipients"] = [{"emailAddress": to, "diagnosticCode": SAID}]
    mail = {
        "timestamp": at.isoformat(),
        "headers": [{"name": each, "value": value} for each, value in headers.items()],
    }
    detail = {"eventType": kind, "mail": mail, kind[0].lower() + kind[1:]: part}
    return take_mail_event.handler({"id": "1", "detail": detail}, None)


@pytest.mark.clause("N-10")
def test_a_bounce_is_on_record_without_what_is_secret_in_the_foreign_words(
    incident: Incident, rule_clock: RuleClock
) -> None:
    assert happens(incident, BOUNCE, rule_clock())["fate"] == Fate.BOUNCED
    happens(incident, BOUNCE, rule_clock())

    (event,) = [each for each in record.events(incident.incident_id) if each.sort == "mail-bounced"]
    said = event.detail["said"]
    assert said == "General: smtp; 550 5.1.1 <(address)>: unknown see https://mx.example/why"
    assert event.at == rule_clock()


@pytest.mark.clause("N-10")
def test_the_operators_are_told_once_of_an_address_however_many_mails_come_back(
    incident: Incident, office: PostOffice, rule_clock: RuleClock
) -> None:
    for hours, what in enumerate((BOUNCE, SUPPRESSED, SUPPRESSED)):
        happens(incident, what, rule_clock() + timedelta(hours=hours))
    happens(incident, BOUNCE, rule_clock())

    ((to, text),) = office.letters
    assert to == OPERATOR
    assert "連絡先メール不達" in text
    assert "Alice <alice@acme.example>(acme の連絡先 1)" in text
    assert "aws sesv2 delete-suppressed-destination" in text
    assert "s3cret" not in text


@pytest.mark.clause("N-10")
def test_an_address_that_is_reached_again_is_told_too(
    incident: Incident, office: PostOffice, rule_clock: RuleClock
) -> None:
    happens(incident, BOUNCE, rule_clock())
    for _ in range(2):
        happens(incident, DELIVERY, rule_clock() + timedelta(days=2))

    assert [text.splitlines()[0] for _, text in office.letters] == [
        "【運用通知】連絡先メール不達",
        "【運用通知】連絡先メール到達再開",
    ]
    assert contact_health.of_all("acme")[ALICE.mail].trouble is None


@pytest.mark.clause("N-10", "P-4")
def test_a_bounced_address_is_mailed_on_and_hinders_nobody(
    incident: Incident, office: PostOffice, rule_clock: RuleClock
) -> None:
    happens(incident, BOUNCE, rule_clock())
    office.letters.clear()

    send(incident, MailKind.UNREACHABLE_ALL)

    assert [to for to, _ in office.letters] == [ALICE.mail, BOB.mail]


def test_a_mail_that_arrived_is_noted_with_the_mail_and_its_contact(
    incident: Incident, rule_clock: RuleClock
) -> None:
    before = len(record.events(incident.incident_id))
    happens(incident, DELIVERY, rule_clock(), to=BOB.mail)

    name = mail_id(incident.incident_id, MailKind.ALERT, "", BOB.mail)
    assert MailItem.get(incident.incident_id, f"mail#{name}").delivered_at == rule_clock()
    assert contact_health.of_all("acme")[BOB.mail].delivered_at == rule_clock()
    assert len(record.events(incident.incident_id)) == before


def test_the_operators_own_address_is_kept_apart_from_the_customers(
    incident: Incident, office: PostOffice, rule_clock: RuleClock
) -> None:
    happens(incident, BOUNCE, rule_clock(), to=OPERATOR)

    assert contact_health.of_all("acme") == {}
    assert contact_health.of_all("provider")[OPERATOR].trouble is Fate.BOUNCED
    assert len(office.letters) == 1


def test_a_mail_that_is_not_in_our_ledger_is_left_alone(
    incident: Incident, office: PostOffice, rule_clock: RuleClock
) -> None:
    other = happens(incident, BOUNCE, rule_clock(), to="somebody@else.example")
    foreign = {"eventType": "Bounce", "mail": {"timestamp": "2026-11-23T10:00:00Z", "headers": []}}
    told = {"bounce": {"timestamp": "2026-11-23T10:00:00Z", "bounceType": "Permanent"}}
    without = take_mail_event.handler({"detail": {**foreign, **told}}, None)

    assert other == without == {"fate": "", "finding": ""}
    assert office.letters == []


def test_nothing_is_kept_of_somebody_who_is_a_contact_no_more(
    incident: Incident, office: PostOffice, rule_clock: RuleClock
) -> None:
    customer = contracts.customer("acme")
    contracts.save_customer(type(customer)("acme", customer.name, (BOB,), customer.locale))

    assert happens(incident, BOUNCE, rule_clock()) == {"fate": Fate.BOUNCED, "finding": ""}
    assert contact_health.of_all("acme") == {}
    assert office.letters == []


@pytest.mark.parametrize(
    ("what", "sort"),
    [
        (("DeliveryDelay", {"delayType": "MailboxFull"}), "mail-delayed"),
        (("Reject", {"reason": "Bad content"}), "mail-rejected"),
        (("Complaint", {"complaintFeedbackType": "abuse"}), "mail-complained"),
        (("Bounce", {"bounceType": "Transient", "bounceSubType": "General"}), "mail-undelivered"),
        (SUPPRESSED, "mail-suppressed"),
    ],
)
def test_whatever_else_becomes_of_a_mail_is_on_record(
    incident: Incident, rule_clock: RuleClock, what: tuple[str, dict[str, Any]], sort: str
) -> None:
    happens(incident, what, rule_clock())

    assert sort in {each.sort for each in record.events(incident.incident_id)}
    assert mails.sent(incident.incident_id)
