"""What a mail tells is gathered from the contract, the incident and its record."""

from dataclasses import replace
from typing import Any

import pytest

from tests.functions.acme import ALICE, BOB, HTTP, LOAD, MYSQL, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office, opened, seen, send
from toban.domain.call import Call, Callees, CallId, Outcome
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.repair import RepairOutcome, RepairReport
from toban.store import calls, contracts, evidence, incidents, record, states

__all__ = ["notices", "office"]


def test_a_monitor_that_was_repaired_along_with_another_is_told_of_that_repair(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock, HTTP, MYSQL)
    send(incident, "alert")
    report = RepairReport(HTTP, "nginx", RepairOutcome.ACTED, rule_clock(), changed=True)
    evidence.save(incident.incident_id, f"repair-{MYSQL}", report)

    send(incident, "recovery", monitor_id=MYSQL, observation=seen(MYSQL, rule_clock))

    assert "弊社にて一次対応(nginx の再起動)を実施いたしました。" in office.to(ALICE.mail)[-1]


def test_a_failure_mail_tells_what_was_seen_last(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    rule_clock.pass_by(60)
    after = [Observation(HTTP, Reason.TIMEOUT, rule_clock())]
    record.append(incident.incident_id, f"failed#{HTTP}", rule_clock(), "repair failed", after)

    send(incident, "failure_contact", monitor_id=HTTP)

    assert "現在の状況 : 応答なし(タイムアウト)" in office.to(ALICE.mail)[-1]


def test_a_failure_mail_without_news_tells_what_raised_the_alert(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")

    send(incident, "failure_contact", monitor_id=HTTP)

    assert "現在の状況 : 接続拒否" in office.to(ALICE.mail)[-1]


@pytest.mark.clause("P-3")
@pytest.mark.parametrize(("instance", "promised"), [("", False), ("arn:aws:connect:x", True)])
def test_calls_are_promised_only_where_there_is_a_telephone(
    office: PostOffice,
    notices: list[dict[str, Any]],
    rule_clock: RuleClock,
    monkeypatch: pytest.MonkeyPatch,
    instance: str,
    promised: bool,
) -> None:
    server = sign()
    monitors = tuple(replace(each, phone=True) for each in server.monitors)
    contracts.save_server(replace(server, monitors=monitors))
    monkeypatch.setenv("CONNECT_INSTANCE", instance)
    incident = opened(rule_clock)
    send(incident, "alert")

    send(incident, "failure_contact", monitor_id=HTTP)

    text = office.to(ALICE.mail)[-1]
    assert ("ご登録の連絡先へ順にお電話を差し上げております。" in text) is promised


@pytest.mark.clause("P-6")
def test_the_mail_that_nobody_was_reached_carries_the_log_of_calls(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    rang = Call(0, 0, "Alice", "+81*****0001", rule_clock(), Outcome.NO_ANSWER, 30)
    call_id = CallId(incident.incident_id, Callees.CONTACTS, 0, 0)
    calls.plan(call_id, "nonce")
    calls.settle(call_id, rang)

    send(incident, "unreachable_all", monitor_ids=[HTTP])

    for contact in (ALICE, BOB):
        text = office.to(contact.mail)[-1]
        assert "1. Alice 様 2026-11-23 19:00:00 JST 呼出30秒 応答なし" in text


@pytest.mark.clause("P-6")
def test_nobody_is_told_of_a_pause_when_all_has_recovered_meanwhile(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    incidents.close_alert(incident.incident_id, HTTP, Observation(HTTP, Reason.OK, rule_clock()))

    told = send(incident, "unreachable_all", monitor_ids=[HTTP])

    assert (told["sent"], told["refused"]) == (0, 0)


@pytest.mark.clause("P-3")
def test_what_has_recovered_meanwhile_is_not_told_to_have_failed(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    state = states.get(HTTP)
    assert state
    states.recover(state, Observation(HTTP, Reason.OK, rule_clock()))

    told = send(incident, "failure_contact", monitor_id=HTTP, monitor_ids=[HTTP])

    assert (told["sent"], told["refused"]) == (0, 0)


@pytest.mark.clause("P-7")
def test_the_mail_that_a_monitor_resumed_tells_since_when_it_was_paused(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    record.append(incident.incident_id, f"paused#{HTTP}", rule_clock(), "paused")
    rule_clock.pass_by(7_200)

    send(incident, "resumed", monitor_id=HTTP, observation=seen(HTTP, rule_clock))

    text = office.to(ALICE.mail)[-1]
    assert "停止日時 : 2026-11-23 19:00:00 JST" in text
    assert "再開日時 : 2026-11-23 21:00:00 JST" in text


@pytest.mark.clause("M-1")
def test_managed_customers_get_each_report_once_and_hear_when_the_next_comes(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.MANAGED)
    incident = opened(rule_clock)
    send(incident, "alert")
    for number in (2, 2, 3):
        send(incident, "progress", number=number)

    reports = [text for text in office.to(ALICE.mail) if "対応継続中" in text]
    assert [text.partition("【")[2].split()[3] for text in reports] == ["第2報", "第3報"]
    assert "次回のご報告は 2026-11-23 20:00 JST 頃を予定しております。" in reports[0]


def test_an_alert_goes_out_although_its_monitor_has_left_the_contract(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    server = sign()
    incident = opened(rule_clock)
    contracts.save_server(replace(server, monitors=server.monitors[1:]))

    assert send(incident, "alert")["sent"] == 3
    assert "監視項目   : http" in office.to(ALICE.mail)[0]


def test_a_resource_alone_makes_a_resource_alert(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    send(opened(rule_clock, LOAD), "alert")

    assert office.to(ALICE.mail)[0].startswith("【警告】")
