"""Mails to some contacts do not arrive: nobody else is worse off, and the operators are told."""

import pytest

from infra.local.telephone.behaviour import acknowledges, silent
from tests.scenarios.client import Client
from tests.scenarios.night import OPERATOR, Mail
from tests.scenarios.shift import Shift
from toban.domain.call import Outcome
from toban.domain.contact_health import Fate
from toban.store import contact_health

UNHAPPY = {
    0: "bounce+first@simulator.amazonses.com",
    1: "suppressionlist@simulator.amazonses.com",
    2: "complaint@simulator.amazonses.com",
}
"""Addresses of SES's own mailbox simulator, which play what they are called."""


def _told(shift: Shift, address: str) -> list[Mail]:
    """Return what the operators were told of an address."""
    notices = shift.mailbox.mails("operator_notice", OPERATOR)
    return [mail for mail in notices if f"<{address}>" in mail.text]


@pytest.fixture
def client(shift: Shift) -> Client:
    client = shift.client("returned")
    client.other_addresses = UNHAPPY
    client.answer(silent(), silent(), silent(), acknowledges(after=5))
    return client


@pytest.mark.clause("N-10", "P-4", "N-5")
def test_addresses_that_take_no_mail_hinder_nobody_and_are_told_to_the_operators_once(
    shift: Shift, client: Client
) -> None:
    shop = client.host().port()
    client.watch("respond", shop.monitor("shop"))
    shop.stop()
    client.expect_on_record("telephone calls ended")
    shop.start()
    client.expect_mail("recovery", person=3)
    client.expect_on_record("incident closed")
    client.expect(lambda: len(client.on_record("mail suppressed")) == 3, "not every mail is known")

    assert client.kinds(person=3) == ["alert", "failure_contact", "recovery"]
    assert client.kinds(person=2) == client.kinds(person=3)
    assert client.kinds(person=0) == client.kinds(person=1) == []
    assert client.called() == ["first", "second", "third", "fourth"]
    assert {len(client.on_record(f"mail {fate}")) for fate in ("bounced", "complained")} == {3}

    known = contact_health.of_all("returned")
    assert [known[UNHAPPY[n]].trouble for n in UNHAPPY] == [
        Fate.BOUNCED,
        Fate.SUPPRESSED,
        Fate.COMPLAINED,
    ]
    assert known[UNHAPPY[0]].never_reached
    assert known[UNHAPPY[0]].call_outcome is Outcome.NO_ANSWER
    well = known[client.mail_address(3)]
    assert (well.trouble, bool(well.delivered_at), bool(well.answered_at)) == (None, True, True)

    assert shift.system.wait_idle()
    told = {each: [mail.subject for mail in _told(shift, each)] for each in UNHAPPY.values()}
    assert {len(subjects) for subjects in told.values()} == {1}
    assert _told(shift, client.mail_address(3)) == []
    assert "550 5.1.1 user unknown" in _told(shift, UNHAPPY[0])[0].text
