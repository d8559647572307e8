"""The report on an incident that is over is kept, and a work item awaits an engineer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest

from escalate import report_incident
from tests.functions.acme import HTTP, MYSQL, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, office, seen, send
from tests.functions.test_admission import admit
from toban.domain.call import Call, Callees, CallId, Outcome
from toban.domain.incident import Incident
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.repair import RepairOutcome, RepairReport, StepName, StepReport
from toban.settings import required
from toban.store import calls, contracts, evidence, incidents, record
from toban.store.documents import to_document
from toban.store.tables import WorkItem

__all__ = ["office"]
BOTH = ("ja", "en")


@pytest.fixture
def handed(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What is handed to the operators' notice."""
    events: list[dict[str, Any]] = []
    monkeypatch.setenv("TELL_OPERATOR_FUNCTION", "toban-tell-operator")
    for module in ("refusals", "work_item"):
        monkeypatch.setattr(
            f"escalate.{module}.invoke_later", lambda _, event: events.append(to_document(event))
        )
    yield events


def test_an_incident_whose_alerts_all_came_under_maintenance_has_no_report(
    aws: None, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.MANAGED)
    incident = replace(admit(confirmed(HTTP, rule_clock())), plan=Plan.MANAGED)
    incidents.drop_alert(incident.incident_id, HTTP)
    incidents.close(incident.incident_id, rule_clock())

    answer = report_incident.handler({"incident": to_document(incident)}, None)

    assert (answer, handed) == ({"report": "", "work_item": ""}, [])


def night_of(rule_clock: RuleClock, plan: Plan) -> Incident:
    """An incident with a repair that helped, one call and its mails, closed after five minutes."""
    sign(plan)
    incident = replace(admit(confirmed(HTTP, rule_clock())), plan=plan)
    incident_id = incident.incident_id
    incidents.gather(incident_id)
    rule_clock.pass_by(30)
    send(incident, "alert")
    step = StepReport(StepName.RESTART, rule_clock(), True, "done by systemd")
    report = RepairReport(HTTP, "nginx", RepairOutcome.ACTED, rule_clock(), changed=True)
    evidence.save(incident_id, f"repair-{HTTP}", replace(report, steps=(step,)))
    record.append(incident_id, f"repair#{HTTP}", rule_clock(), "repair", report)
    rule_clock.pass_by(30)
    record.append(incident_id, f"verified#{HTTP}", rule_clock(), "repair verified", [])
    call_id = CallId(incident_id, Callees.CONTACTS, 0, 0)
    calls.plan(call_id, "nonce")
    rang = Call(0, 0, "Alice", "+81*****0001", rule_clock(), Outcome.ACKNOWLEDGED, 12)
    calls.settle(call_id, rang)
    rule_clock.pass_by(60)
    recovered = Observation(HTTP, Reason.OK, rule_clock())
    incidents.close_alert(incident_id, HTTP, recovered)
    record.append(incident_id, f"recovered#{HTTP}", rule_clock(), "recovered", recovered)
    send(incident, "recovery", monitor_id=HTTP, observation=seen(HTTP, rule_clock))
    rule_clock.pass_by(1)
    record.append(incident_id, "closed", rule_clock(), "incident closed")
    return incident


def report_on(incident: Incident) -> dict[str, Any]:
    return report_incident.handler({"incident": to_document(incident)}, None)


def kept(incident: Incident, name: str) -> bytes:
    key = f"incidents/{incident.incident_id}/{name}"
    found = boto3.client("s3").get_object(Bucket=required("EVIDENCE_BUCKET"), Key=key)
    return bytes(found["Body"].read())


def test_the_report_is_kept_as_text_and_as_a_page_for_paper(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    incident = night_of(rule_clock, Plan.RESPOND)

    result = report_on(incident)

    assert result == {"report": f"incidents/{incident.incident_id}/report.html", "work_item": ""}
    text = kept(incident, "report.txt").decode()
    for told in (
        "障害報告書",
        "お客様: アクメ株式会社",
        "異常の検知から最初のメールまで: 30秒",
        "異常の検知から一次対応による正常確認まで: 1分0秒",
        "異常の検知から復旧の確認まで: 2分0秒",
        "サービスの再起動(完了)",
        "Alice 様(+81*****0001) 呼出12秒 ご確認済み",
        "障害検知 -> Bob 様",
        "復旧 -> Alice 様",
        "障害検知 -> 弊社運用担当",
    ):
        assert told in text
    assert b"size: A4" in kept(incident, "report.html")
    assert handed == []


def test_a_report_that_is_written_again_is_the_same_byte_for_byte(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    incident = night_of(rule_clock, Plan.MANAGED)
    report_on(incident)
    first = kept(incident, "report.txt"), kept(incident, "report.html")
    rule_clock.pass_by(86_400)

    report_on(incident)

    assert (kept(incident, "report.txt"), kept(incident, "report.html")) == first


@pytest.mark.clause("P-7")
def test_what_happens_after_the_end_is_not_part_of_the_report(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = admit(confirmed(HTTP, rule_clock()))
    send(incident, "alert")
    record.append(incident.incident_id, f"paused#{HTTP}", rule_clock(), "paused")
    record.append(incident.incident_id, "closed", rule_clock(), "incident closed")
    report_on(incident)
    first = kept(incident, "report.txt")
    rule_clock.pass_by(3_600)
    well = Observation(HTTP, Reason.OK, rule_clock())
    incidents.close_alert(incident.incident_id, HTTP, well)
    record.append(incident.incident_id, f"resumed#{HTTP}", rule_clock(), "resumed", well)
    send(incident, "resumed", monitor_id=HTTP, observation=seen(HTTP, rule_clock))

    report_on(incident)

    assert kept(incident, "report.txt") == first
    assert "復旧確認: 未復旧(監視を一時停止)" in first.decode()


@pytest.mark.clause("M-4")
def test_a_managed_customer_gets_the_report_and_an_engineer_the_whole_record(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    incident = night_of(rule_clock, Plan.MANAGED)

    key = report_on(incident)["work_item"]
    report_on(incident)

    reports = [text for _, text in office.letters if text.startswith("【対応完了】")]
    assert len(reports) == 2
    item = WorkItem.get(incident.incident_id, "work-item")
    assert (item.status, item.evidence) == ("open", key)
    whole = json.loads(kept(incident, "work-item.json"))
    told = [event["key"] for event in whole["record"]]
    assert {f"repair#{HTTP}", f"verified#{HTTP}", f"recovered#{HTTP}", "closed"} <= set(told)
    assert whole["repairs"][0]["steps"][0]["detail"] == "done by systemd"
    assert [event["notice"] for event in handed] == ["work_item_opened"]
    assert handed[0]["detail"].startswith(f"{key} (2026-")


@pytest.mark.clause("M-4", "P-9")
def test_the_cause_is_looked_for_in_business_hours(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    """The night of 23 November, a holiday in Japan, is over on the Tuesday at ten."""
    incident = night_of(rule_clock, Plan.MANAGED)

    report_on(incident)

    whole = json.loads(kept(incident, "work-item.json"))
    assert whole["due_at"] == "2026-11-24T10:00:00+09:00"
    assert handed[0]["detail"].endswith("(2026-11-24 10:00 JST)")


@pytest.mark.clause("M-4")
def test_a_work_item_that_an_engineer_has_taken_up_stays_his(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    incident = night_of(rule_clock, Plan.MANAGED)
    report_on(incident)
    item = WorkItem(incident.incident_id, "work-item")
    item.update([WorkItem.status.set("closed")])

    report_on(incident)

    assert WorkItem.get(incident.incident_id, "work-item").status == "closed"


@pytest.mark.parametrize("plan", [Plan.NOTIFY, Plan.RESPOND])
def test_other_plans_get_neither_the_mail_nor_a_work_item(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock, plan: Plan
) -> None:
    incident = night_of(rule_clock, plan)

    assert report_on(incident)["work_item"] == ""
    assert [text for _, text in office.letters if text.startswith("【対応完了】")] == []


def test_one_piece_of_work_for_two_monitors_is_told_once(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    incident = night_of(rule_clock, Plan.RESPOND)
    admit(confirmed(MYSQL, rule_clock()))
    report = evidence.load(incident.incident_id, f"repair-{HTTP}", RepairReport)
    evidence.save(incident.incident_id, f"repair-{MYSQL}", report)

    report_on(incident)

    assert kept(incident, "report.txt").decode().count("対象: nginx") == 1


def test_a_server_that_was_removed_from_the_sheet_is_reported_on(
    office: PostOffice, handed: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    incident = night_of(rule_clock, Plan.RESPOND)
    contracts.save_server(replace(contracts.server(SERVER), monitors=()))

    report_on(incident)

    assert "http: 復旧を確認しました" in kept(incident, "report.txt").decode()
