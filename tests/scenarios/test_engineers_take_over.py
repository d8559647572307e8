"""Plan managed: what the procedure does not recover is taken over by engineers until it is well."""

import pytest

from infra.local.telephone.behaviour import acknowledges, silent
from tests.scenarios.night import OPERATOR
from tests.scenarios.shift import Shift
from toban.domain.contract import Contact
from toban.domain.policy import Policy
from toban.store import contracts

POLICY = Policy(progress_seconds=1800)
ENA = Contact("Ena", "ena@msp.example", "+815011111111")
IKO = Contact("Iko", "iko@msp.example", "+815022222222")


@pytest.mark.clause("M-1", "M-4")
def test_engineers_are_called_by_their_rota_and_the_incident_stays_open_until_recovery(
    shift: Shift,
) -> None:
    contracts.save_engineers([ENA, IKO])
    shift.system.telephone.book.set(ENA.phone, silent())
    shift.system.telephone.book.set(IKO.phone, acknowledges())
    client = shift.client("acme")
    client.answer(silent(), silent())
    shop = client.host().port()
    client.watch("managed", shop.monitor("shop"))

    shop.stop()
    client.expect(lambda: len(client.mails("progress")) == 2, "no second report")
    while_failing = dict(client.executions("Incident"))
    shop.start()
    client.expect_on_record("incident closed")
    client.expect_mail("incident_report")

    numbers = [call.number for call in shift.system.telephone.calls]
    assert numbers == [client.phone(0), client.phone(1), ENA.phone, IKO.phone]
    assert shift.mailbox.mails("failure_contact", IKO.mail)
    assert list(while_failing.values()) == ["RUNNING"]
    assert client.on_record("paused: nobody was reached") == []
    assert client.kinds() == [
        *["alert", "failure_contact", "unreachable_all"],
        *["progress", "progress", "recovery", "incident_report"],
    ]
    work_items = [m for m in shift.mailbox.mails("operator_notice", OPERATOR) if "acme" in m.text]
    assert work_items


@pytest.mark.clause("M-1")
def test_engineers_take_over_too_when_a_contact_was_reached(shift: Shift) -> None:
    contracts.save_engineers([ENA])
    client = shift.client("reached")
    client.answer(acknowledges())
    shop = client.host().port()
    client.watch("managed", shop.monitor("shop"))
    before = len(shift.system.telephone.calls)

    shop.stop()
    client.expect_mail("progress")

    numbers = [call.number for call in shift.system.telephone.calls[before:]]
    assert numbers == [client.phone(0), ENA.phone]
    assert "unreachable_all" not in client.kinds()
