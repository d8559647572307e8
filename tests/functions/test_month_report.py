"""A customer's month, told from the record alone (N-9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from pynamodb.exceptions import DoesNotExist

from graphs import report_month
from tests.functions.acme import HTTP, LOAD, MYSQL, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.incident import Incident
from toban.domain.maintenance import Window, window_id
from toban.domain.metrics import Layout, Sample
from toban.domain.observation import Observation, Reason
from toban.settings import required
from toban.store import evidence, incidents, maintenance, record, revisions, samples, sight

pytestmark = [pytest.mark.clause("N-9"), pytest.mark.usefixtures("aws")]

MONTH = "2026-11"
DECEMBER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def asked(month: str = MONTH) -> dict[str, Any]:
    return report_month.handler({"customer_id": "acme", "month": month}, None)


def page(answer: dict[str, Any]) -> str:
    owner, _, name = str(answer["html"]).removeprefix("incidents/").rpartition("/")
    found = evidence.load_octets(owner, name)
    assert found
    return found.decode()


def forget_what_is_kept() -> None:
    """Leave the tables alone to tell of the month."""
    bucket = boto3.resource("s3").Bucket(required("EVIDENCE_BUCKET"))
    bucket.objects.filter(Prefix="incidents/acme.report.").delete()


def outage(rule_clock: RuleClock, monitor_id: str, seconds: int) -> Incident:
    """A failure that the first good check ends after so many seconds."""
    began = rule_clock()
    incident = admit(confirmed(monitor_id, began))
    rule_clock.pass_by(seconds)
    well = Observation(monitor_id, Reason.OK, rule_clock())
    incidents.close_alert(incident.incident_id, monitor_id, well)
    incidents.close(incident.incident_id, rule_clock())
    return incident


def test_availability_counts_confirmed_downtime(rule_clock: RuleClock) -> None:
    sign(locale="en")
    outage(rule_clock, HTTP, 3_600)
    rule_clock.at = DECEMBER
    text = asked()["text"]

    assert "- HTTP\n  Availability 99.861 % / Down 1:00:00 / Maintenance none" in text
    assert "- MYSQL\n  Availability 100.000 % / Down none" in text
    assert "Whole server\n  Availability 99.861 % / Down 1:00:00" in text


def test_a_resource_over_its_threshold_is_no_downtime(rule_clock: RuleClock) -> None:
    sign(locale="en")
    outage(rule_clock, LOAD, 1_800)
    rule_clock.at = DECEMBER
    text = asked()["text"]

    assert "Whole server\n  Availability 100.000 % / Down none" in text
    assert "- Load average (resource)\n  Over threshold 0:30:00" in text


def test_maintenance_pause_and_unknown_time_are_lines_of_their_own(rule_clock: RuleClock) -> None:
    sign(locale="en")
    begin = rule_clock()
    hours = [begin + timedelta(hours=number) for number in range(8)]
    maintenance.add(Window(window_id(SERVER, hours[0]), SERVER, hours[0], hours[2], "Alice"))
    sight.lose(MYSQL, hours[3], "no_route")
    sight.regain(MYSQL, hours[4])
    rule_clock.at = hours[5]
    paused = admit(confirmed(HTTP, hours[5]))
    record.append(paused.incident_id, f"paused#{HTTP}", hours[6], "paused")
    incidents.close(paused.incident_id, hours[6])
    record.append(paused.incident_id, f"resumed#{HTTP}", hours[7], "resumed")
    rule_clock.at = DECEMBER
    text = asked()["text"]

    assert "Down 1:00:00 / Maintenance 2:00:00 / Paused 1:00:00 / Unknown none" in text
    assert "Maintenance 2:00:00 / Paused none / Unknown 1:00:00" in text


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_told_again_it_is_the_same_byte_for_byte(locale: str, rule_clock: RuleClock) -> None:
    sign(locale=locale)
    for slot in range(300):
        at = rule_clock() + timedelta(minutes=5 * slot)
        samples.keep(SERVER, at, Sample(Layout(), {"load.1": slot / 7, "load.cores": 2.0}))
    outage(rule_clock, HTTP, 400)
    rule_clock.at = DECEMBER
    first = asked()
    pages = [page(first)]
    evidence_of = "incidents/acme.report.2026-11"
    assert first["html"] == f"{evidence_of}/report.html"
    rule_clock.pass_by(20 * 86_400)
    outage(rule_clock, MYSQL, 7_200)
    rule_clock.pass_by(600)
    again = asked()
    pages.append(page(again))
    forget_what_is_kept()
    anew = asked()
    pages.append(page(anew))

    assert again == anew == first
    assert pages[0] == pages[1] == pages[2]
    assert "<svg" in pages[0]


def test_from_the_tables_alone_it_comes_out_the_same(
    rule_clock: RuleClock,
) -> None:
    sign()
    outage(rule_clock, HTTP, 400)
    rule_clock.at = DECEMBER
    first = page(asked())
    rule_clock.pass_by(3 * 86_400)
    forget_what_is_kept()

    assert page(asked()) == first


def test_what_is_open_at_the_end_of_the_month_is_told_as_open_also_later(
    rule_clock: RuleClock,
) -> None:
    sign(locale="en")
    rule_clock.at = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    incident = admit(confirmed(HTTP, rule_clock()))
    rule_clock.at = DECEMBER
    first = asked()["text"]
    well = Observation(HTTP, Reason.OK, DECEMBER)
    incidents.close_alert(incident.incident_id, HTTP, well)
    incidents.close(incident.incident_id, DECEMBER)
    forget_what_is_kept()

    assert "Everything recovered: not recovered by the end of the period" in first
    assert asked()["text"] == first


def test_a_contract_that_changed_since_changes_no_report(rule_clock: RuleClock) -> None:
    sign(locale="en")
    rule_clock.at = DECEMBER
    first = asked()
    sign(locale="ja")

    assert asked() == first


def test_the_report_tells_what_was_done_and_how_long_it_took(rule_clock: RuleClock) -> None:
    sign(locale="en")
    incident = outage(rule_clock, HTTP, 600)
    at = rule_clock() - timedelta(seconds=540)
    record.append(incident.incident_id, f"repair#{HTTP}#1", at, "run", {"unit": "nginx"})
    record.append(incident.incident_id, f"verified#{HTTP}", at + timedelta(seconds=30), "verified")
    rule_clock.at = DECEMBER
    text = asked()["text"]

    assert incident.incident_id in text
    assert "nginx" in text
    assert "to the verified repair: 0:01:30" in text
    assert "to the recovery of everything: 0:10:00" in text


def test_a_month_that_is_not_over_is_told_as_such_and_not_kept(rule_clock: RuleClock) -> None:
    sign(locale="en")
    answer = asked()

    assert "The month is not over yet." in answer["text"]
    assert answer["html"] == ""
    assert evidence.load_octets("acme.report.2026-11", "report.html") is None


def test_the_schedule_hands_each_customer_on(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[Any] = []
    monkeypatch.setenv("REPORT_MONTH_FUNCTION", "toban-report-month")
    monkeypatch.setattr(report_month, "invoke_later", lambda name, event: handed.append(event))
    monkeypatch.setattr(revisions, "servers_in_force", lambda: [SERVER, "acme.db01", "beta.web01"])
    report_month.handler({"scheduled_at": "2026-12-01T02:00:00Z"}, None)

    assert [each["customer_id"] for each in handed] == ["acme", "beta"]


def test_on_its_first_day_a_month_is_reported_on_in_japan(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[Any] = []
    monkeypatch.setenv("SEND_MONTH_REPORT_FUNCTION", "toban-send-month-report")
    monkeypatch.setattr(report_month, "invoke_later", lambda name, event: handed.append(event))
    sign()
    event = {"customer_id": "acme", "scheduled_at": "2026-12-01T02:00:00Z"}
    rule_clock.at = DECEMBER - timedelta(hours=10)
    early = report_month.handler(event, None)
    rule_clock.at = DECEMBER
    due = report_month.handler(event, None)

    assert (early["month"], due["month"]) == ("", MONTH)
    assert due["html"]
    assert [each["figures"].owner for each in handed] == ["acme.report.2026-11"]


def test_an_unknown_customer_has_no_report(rule_clock: RuleClock) -> None:
    with pytest.raises(DoesNotExist):
        asked()


def test_foreign_text_stays_text(rule_clock: RuleClock) -> None:
    sign(locale="en")
    incident = outage(rule_clock, HTTP, 60)
    detail = {"unit": "<script>alert(1)</script>"}
    record.append(incident.incident_id, f"repair#{HTTP}#1", rule_clock(), "run", detail)
    rule_clock.at = DECEMBER

    assert "<script" not in page(asked())
