"""People of Globex are told nothing of ACME, answer nothing for it, and hold nothing of it back.

Each test is an attempt, and says what stops it.
"""

from dataclasses import replace
from typing import Any

import pytest

from contract import plan_maintenance
from escalate import judge_runbook, send_mail, send_month_report, take_answer
from tests.functions.acme import ALICE, BOB, HTTP, SERVER
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, office
from tests.functions.test_isolation_incidents import FOREIGN, both
from tests.functions.two_customers import EVE, THEIR_HTTP, THEIR_SERVER, WORDS
from toban.domain.call import Callees, CallId
from toban.domain.incident import Incident
from toban.domain.month import MonthFigures
from toban.domain.observation import Observation, Reason
from toban.domain.rails import Rails
from toban.domain.work import Work
from toban.store import calls, contracts, maintenance, rails, turns
from toban.store.documents import to_document

__all__ = ["both", "office"]


@pytest.mark.clause("N-1", "N-2")
@pytest.mark.parametrize("kind", ["alert", "recovery", "failure_contact", "unreachable_all"])
def test_no_mail_to_one_customer_names_anything_of_the_other(
    both: tuple[Incident, Incident], office: PostOffice, rule_clock: RuleClock, kind: str
) -> None:
    for incident, monitor_id in zip(both, (HTTP, THEIR_HTTP), strict=True):
        event: dict[str, Any] = {"incident": to_document(incident), "monitor_ids": [monitor_id]}
        send_mail.handler({**event, "kind": "alert"}, None)
        if kind == "recovery":
            event["observation"] = to_document(Observation(monitor_id, Reason.OK, rule_clock()))
        send_mail.handler({**event, "kind": kind, "monitor_id": monitor_id}, None)

    told = {
        "acme": [*office.to(ALICE.mail), *office.to(BOB.mail)],
        "globex": office.to(EVE.mail),
    }
    assert all(told.values())
    for other, words in (("acme", WORDS["globex"]), ("globex", WORDS["acme"])):
        letters = "\n".join(told[other]).lower()
        assert [word for word in words if word in letters] == []


@pytest.mark.clause("N-9")
def test_the_report_on_a_month_of_acme_is_not_mailed_to_globex(
    both: tuple[Incident, Incident], office: PostOffice
) -> None:
    figures = to_document(MonthFigures("acme", "acme.report.2026-10", "2026-10", 0, ()))

    with pytest.raises(Exception, match=FOREIGN):
        send_month_report.handler({"figures": {**figures, "customer_id": "globex"}}, None)

    assert office.letters == []


@pytest.mark.clause("P-4")
@pytest.mark.parametrize("nonce", ["of Globex", "", "é"])
def test_a_key_pressed_on_a_call_to_globex_answers_no_call_to_acme(
    both: tuple[Incident, Incident], nonce: str
) -> None:
    """Each call has a nonce of its own, which only its own contact flow is told."""
    ours, theirs = (CallId(each.incident_id, Callees.CONTACTS, 0, 0) for each in both)
    calls.plan(ours, "of ACME")
    calls.plan(theirs, "of Globex")
    pressed = {"call": str(ours), "nonce": nonce, "key": "1"}

    answer = take_answer.handler({"Details": {"Parameters": pressed}}, None)

    assert answer == {"result": "refused"}
    assert calls.attempt(ours).key == ""


@pytest.mark.clause("P-8")
def test_the_turn_on_acmes_server_is_not_given_back_by_globex(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    acmes, theirs = both
    fence = turns.take(SERVER, acmes.incident_id, rule_clock(), 900)

    turns.release(SERVER, theirs.incident_id)

    assert fence is not None
    assert turns.holds(SERVER, acmes.incident_id, fence)


@pytest.mark.clause("C-5")
def test_maintenance_of_globex_names_only_its_own_monitors_and_covers_nothing_of_acme(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    asked = {
        "action": "plan",
        "server_id": THEIR_SERVER,
        "requested_by": "Eve",
        "ends_at": "2026-11-23 20:00",
    }

    (mistake,) = plan_maintenance.handler({**asked, "monitor_ids": [HTTP]}, None)["mistakes"]

    assert mistake == f"{THEIR_SERVER} has no monitor '{HTTP}': it has http"
    assert maintenance.covering(SERVER, HTTP, rule_clock()) is None


@pytest.mark.clause("P-1")
def test_the_kill_switch_of_globex_stops_nobody_else(both: tuple[Incident, Incident]) -> None:
    contracts.stop_repairs("globex", "Eve")

    assert contracts.repairs_stopped("globex")
    assert not contracts.repairs_stopped("acme")


@pytest.mark.clause("P-1")
def test_repairs_that_did_not_help_globex_take_no_runbook_from_acme(
    both: tuple[Incident, Incident], rule_clock: RuleClock
) -> None:
    """Not even where the sheet of Globex says that one failure is enough."""
    customer = contracts.customer("globex")
    contracts.save_customer(replace(customer, rails=Rails(failures_to_disarm=1)))

    event = {
        "incident": to_document(both[1]),
        "work": to_document(Work(THEIR_HTTP, "nginx")),
        "verification": "failed",
    }

    judged = judge_runbook.handler(event, None)

    assert judged["disarmed"]
    assert rails.is_disarmed("globex", "rb_unit(nginx)")
    assert not rails.is_disarmed("acme", "rb_unit(nginx)")
