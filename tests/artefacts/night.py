"""What each function is asked in a night, as the one who asks it does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from contract.sheet import read_sheet
from infra.local.telephone.behaviour import acknowledges, silent
from tests.scenarios.client import Client
from tests.scenarios.shift import BEGINS, Shift
from tests.scenarios.test_approval import answer
from tests.template.documents import ROOT, functions
from toban import clock
from toban.domain.metrics import Layout, Sample
from toban.store import contracts, links, mails, samples

Event = dict[str, Any]
SHEET = ROOT / "docs" / "examples" / "hearing-sheet.yaml"
DRAWN = "acme.web01"
"""A server of that sheet; it has samples and is never asked."""
ADDRESS = "/toban/graph.links/toban/address"
DROPPED = "plan/acme.yaml"
SHARD = "every-5-min.phase-0.shard-000"


@contextmanager
def listening(shift: Shift, heard: dict[str, Event]) -> Iterator[None]:
    """Keep the last event that each function answered, by its logical id."""
    runtime, call = shift.system.runtime, shift.system.runtime.call
    names = {
        each["FunctionName"]["Fn::Sub"].rpartition("}-")[2]: name
        for name, each in functions().items()
    }

    def heeding(function: Any, payload: str) -> str:
        answered = call(function, payload)
        heard[names[str(function.function_name).removeprefix("toban-")]] = json.loads(payload)
        return answered

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "call", heeding)
        yield


def play(shift: Shift) -> None:
    """A repair that awaited a person's word, a fault that only people could mend, maintenance."""
    _repaired(shift, shift.client("asked"))
    _mended(shift.client("rung"))
    wish = {"action": "plan", "server_id": "asked.web01", "minutes": 25}
    shift.system.invoke("PlanMaintenanceFunction", {**wish, "requested_by": "Carol"})
    shift.let_pass(minutes=40)


def _repaired(shift: Shift, client: Client) -> None:
    client.answer(acknowledges())
    host = client.host()
    web = host.web("shop")
    client.watch("respond", host.monitor("shop"), rails={"approval": ["rb_unit"]})
    web.kill()
    client.expect_on_record("approval asked")
    answer(shift, client, approved=True)
    client.expect_on_record("report written")


def _mended(client: Client) -> None:
    client.answer(silent(), acknowledges())
    port = client.host().port()
    client.watch("respond", port.monitor("shop"))
    port.stop()
    client.expect_on_record("telephone calls ended")
    port.start()
    client.expect_on_record("incident closed")


def asked_besides(shift: Shift, heard: dict[str, Event]) -> dict[str, Event]:
    """Return an event of every function that such a night does not need."""
    by_people = _of_people(shift, heard) | _graphs(shift, heard)
    return _on_duty(heard) | _of_the_watchdog(heard) | by_people


def _on_duty(heard: dict[str, Event]) -> dict[str, Event]:
    """What schedules ask by day, and machines in other nights about the same incident."""
    run = heard["RunRunbookFunction"]
    incident, work, server = run["incident"], run["work"], run["incident"]["server_id"]
    down = heard["CollectDiagnosticsFunction"]["alerts"][0]["observation"]
    seen = {**down, "monitor_id": work["monitor_id"], "reason": "ok"}
    daily = {"scheduled_at": f"{BEGINS:%Y-%m-%dT%H:%M:%SZ}"}
    of_incident = {"incident": incident, "token": heard["AwaitRecoveryFunction"]["token"]}
    paused = {"monitor_id": work["monitor_id"], "incident_id": incident["incident_id"]}
    return {
        "ApplyDueChangesFunction": daily,
        "AskAgentFunction": {"server_id": server},
        "AwaitDeferralEndFunction": of_incident,
        "AwaitProgressFunction": of_incident,
        "CheckAccessFunction": daily,
        "ClearSuspicionFunction": {**heard["RecheckFunction"], "verdict": "cleared"},
        "PauseMonitorsFunction": {"incident": incident, "about": [work["monitor_id"]]},
        "RefuseRunFunction": run,
        "RemindPausedFunction": daily,
        "ResumeMonitorFunction": {**paused, "observation": seen},
        "RollBackFunction": run,
        "RollUpFunction": {**daily, "shard": SHARD},
        "RunCommandsFunction": {"server_id": server, "monitor_ids": []},
        "TryAccessFunction": {"server_id": server},
        "TryMonitorsFunction": {"server_id": server},
    }


def _of_the_watchdog(heard: dict[str, Event]) -> dict[str, Event]:
    """What the canary's schedules and visitors ask, and what SES tells of a mail."""
    canary = {"url": "https://127.0.0.1:9/canary/", "mail": "canary@msp.example", "phone": ""}
    incident = heard["SendMailFunction"]["incident"]["incident_id"]
    (mail, *_), at = mails.sent(incident), f"{BEGINS:%Y-%m-%dT%H:%M:%SZ}"
    known = {"X-Toban-Incident": incident, "X-Toban-Mail": mail.name}
    headers = [{"name": name, "value": value} for name, value in known.items()]
    delivered = {"eventType": "Delivery", "delivery": {"timestamp": at}}
    return {
        "ArrangeCanaryFunction": canary,
        "CheckCanaryFunction": {"scheduled_at": at},
        "ServeCanaryFunction": {"rawPath": "/canary/mail"},
        "TakeMailEventFunction": {"detail": {**delivered, "mail": {"headers": headers}}},
    }


def _of_people(shift: Shift, heard: dict[str, Event]) -> dict[str, Event]:
    """What operators ask: a note, sheets, the trial of one, a month."""
    incident = heard["RunRunbookFunction"]["incident"]["incident_id"]
    known = (shift.folder / "asked.yaml").read_text(encoding="utf-8")
    sheet = {"action": "plan", "sheet": SHEET.read_text(encoding="utf-8"), "file": SHEET.name}
    figures = {"customer_id": "asked", "owner": "asked.report.2026-11", "title": "November 2026"}
    return {
        "AcknowledgeIncidentFunction": {"incident_id": incident, "by": "Carol"},
        "ReadHearingSheetFunction": {**sheet, "requested_by": "Carol"},
        "ReportMonthFunction": {"customer_id": "asked", "month": "2026-11", "page": True},
        "RunAcceptanceFunction": {"sheet": known, "file": "asked.yaml"},
        "SendMonthReportFunction": {"figures": {**figures, "incidents": 1, "servers": []}},
        "SendTestMailsFunction": {"customer_id": "asked", "name": "asked.acceptance.20261124"},
        "TakeInFunction": _dropped(shift),
    }


def _dropped(shift: Shift) -> Event:
    """A sheet in the bucket that nobody has taken in."""
    s3, bucket = shift.system.client("s3"), shift.system.resource("Storage.IntakeBucket")
    s3.put_object(Bucket=bucket, Key=DROPPED, Body=SHEET.read_bytes())
    assert shift.system.wait_idle()
    s3.delete_object(Bucket=bucket, Key=f"result/{DROPPED}.txt")
    return {"detail": {"bucket": {"name": bucket}, "object": {"key": DROPPED}}}


def _graphs(shift: Shift, heard: dict[str, Event]) -> dict[str, Event]:
    """A server with samples of the hours before an incident: in a mail, and on its page."""
    terms = read_sheet(SHEET).terms
    contracts.save_customer(terms.customer)
    for server in terms.servers:
        contracts.save_server(server)
    told = heard["CollectDiagnosticsFunction"]
    opened = datetime.fromisoformat(told["incident"]["opened_at"])
    for slot in range(13):
        figures = {"load.1": slot / 4, "load.5": 0.5, "load.cores": 2.0}
        samples.keep(DRAWN, opened - timedelta(minutes=5 * slot), Sample(Layout(), figures))
    incident = {**told["incident"], "customer_id": "acme", "server_id": DRAWN}
    incident["incident_id"] = incident["incident_id"].replace("rung.web01", DRAWN)
    alert = {**told["alerts"][0], "monitor_id": f"{DRAWN}.load"}
    alert["observation"] = {**alert["observation"], "monitor_id": f"{DRAWN}.load"}
    return {
        "DrawForMailFunction": {"incident": incident, "alerts": [alert]},
        "ServeGraphsFunction": _visit(shift, terms.customer.contacts[0].mail),
    }


def _visit(shift: Shift, reader: str) -> Event:
    path = links.link_to(DRAWN, reader, clock.system_time()).partition("/g/")[2]
    http = {"method": "GET", "path": f"/g/{path}"}
    return {"rawPath": f"/g/{path}", "headers": {}, "requestContext": {"http": http}}
