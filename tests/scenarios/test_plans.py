"""What a customer gets follows from the plan: which mails, whether the server is touched, who is
called (catalogue section 8.1).
"""

from itertools import groupby
from typing import Any

import pytest

from infra.local.telephone.behaviour import acknowledges, silent
from tests.scenarios.client import Client
from tests.scenarios.night import OPERATOR
from tests.scenarios.shift import Shift
from toban.domain.contract import Contact
from toban.domain.policy import Policy
from toban.store import contracts

POLICY = Policy(progress_seconds=1800)
ENGINEER = Contact("Ena", "ena@msp.example", "+815011111111")

REPAIRED = {
    "notify": ["alert", "recovery"],
    "respond": ["alert", "response_done", "recovery"],
    "managed": ["alert", "response_done", "recovery", "incident_report"],
}
NOBODY_REACHED = {
    "notify": ["alert", "recovery"],
    "respond": ["alert", "failure_contact", "unreachable_all", "resumed"],
    "managed": [
        *["alert", "failure_contact", "unreachable_all"],
        *["progress", "recovery", "incident_report"],
    ],
}
CALLED = {"notify": 0, "respond": 1, "managed": 2}
UNTIL = {"notify": "alert", "respond": "unreachable_all", "managed": "progress"}
"""The customer mends what cannot be repaired once this mail has come."""

PLANS = pytest.mark.parametrize("plan", ["notify", "respond", "managed"])


@pytest.fixture(scope="module", autouse=True)
def rota(shift: Shift) -> None:
    contracts.save_engineers([ENGINEER])
    shift.system.telephone.book.set(ENGINEER.phone, acknowledges())


def kinds(client: Client) -> list[str]:
    """The kinds of a contact's mails in order; reports of progress go on as long as it takes."""
    return [kind for kind, _ in groupby(client.kinds())]


@PLANS
@pytest.mark.clause("N-4", "P-1", "P-2", "P-10", "M-4")
def test_a_service_that_a_restart_mends(shift: Shift, plan: str) -> None:
    client = shift.client(f"{plan}-mends")
    host = client.host()
    shop = host.web("shop")
    client.watch(plan, host.monitor("shop"))

    shop.kill()
    client.expect_on_record("nobody is called")
    if plan == "notify":
        assert not shop.answers()
        host.services.run("shop", "start")
    client.expect_mail(REPAIRED[plan][-1])

    assert kinds(client) == REPAIRED[plan]
    assert host.changes("shop") == ([] if plan == "notify" else ["start"])
    assert client.on_record("diagnostics")[0].detail["collected"]
    assert client.calls == []


@PLANS
@pytest.mark.clause("P-3", "P-6", "P-7", "M-1", "M-4")
def test_a_service_that_nothing_mends_while_nobody_answers(shift: Shift, plan: str) -> None:
    client = shift.client(f"{plan}-lost")
    client.answer(silent())
    shop = client.host().port()
    client.watch(plan, shop.monitor("shop"))
    before = len(shift.system.telephone.calls)

    shop.stop()
    client.expect_mail(UNTIL[plan])
    calls = shift.system.telephone.calls[before:]
    shop.start()
    client.expect_mail(NOBODY_REACHED[plan][-1])

    assert kinds(client) == NOBODY_REACHED[plan]
    assert [call.number for call in calls] == [client.phone(0), ENGINEER.phone][: CALLED[plan]]
    to_operator = [m for m in shift.mailbox.mails("alert", OPERATOR) if client.title in m.text]
    assert len(to_operator) == (0 if plan == "notify" else 1)


@pytest.mark.clause("N-1", "P-10")
def test_under_notify_a_repair_or_call_that_an_operator_starts_by_hand_does_nothing(
    shift: Shift,
) -> None:
    client = shift.client("by-hand")
    host = client.host()
    shop = host.web("shop")
    client.watch("notify", host.monitor("shop"))
    shop.kill()
    client.expect_mail("alert")

    incident = client.input("Incident")["incident"]
    monitor_ids = ["by-hand.web01.shop"]
    work: dict[str, Any] = {"incident": incident, "monitor_ids": monitor_ids, "priority": 70}
    work |= {"round": 1}
    shift.start("Repair", work)
    client.expect_on_record("rails: plan")
    client.expect_on_record("repair work over")
    calls = {"incident": incident, "callees": "contacts", "about": monitor_ids, "round": 1}
    shift.start("PhoneChain", calls)
    client.expect_on_record("telephone calls ended")

    assert host.changes("shop") == []
    assert client.calls == []
    assert "failure_contact" not in client.kinds()
    assert client.outcomes() == []
