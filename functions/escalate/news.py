"""What there is to tell the operators, as the machines and other functions report it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toban.domain.access import WayChange
from toban.domain.incident import Incident
from toban.domain.letters import Notice, last_part
from toban.store import mails
from toban.store.documents import from_document

FAULTS = {
    "TelephoneNotConfiguredError": Notice.TELEPHONE_NOT_CONFIGURED,
    "TelephoneRefused": Notice.CALLS_FAILED,
}
"""Faults that operators mend elsewhere than in the execution history."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell. `owner` is the incident or whatever else it belongs to; the same `name`
    under the same owner is told once.
    """

    owner: str
    notice: Notice
    detail: str = ""
    incident: Incident | None = None
    monitor_id: str = ""
    name: str = ""
    server_id: str = ""
    change: WayChange | None = None
    enclosed: str = ""


def news_of(event: dict[str, Any]) -> list[News]:
    """Return what an event tells.

    {"blind": {"shard", "scheduled_at"}} of a round. {"rounds": {"notice", "at", "lines"}} of a
    sweep. {"paused": {"day", "lines"}} of the daily reminder. {"taken_in": {"name", "lines",
    "enclosed"}} of a hearing sheet in the intake bucket, with a page of the bucket to bring along.
    {"canary": {"day", "lines"}} of the daily canary. {"incident", "notice", "detail", "monitor_id"}
    names the notice itself. {"incident", "refused": {"mail"}} of a mail. Anything else is the state
    of an execution with its "incident", in which "judged", "fault", "engineers" and "diagnostics"
    are looked at.
    """
    if "blind" in event:
        return [_of_round(event["blind"])]
    if "rounds" in event:
        return [_of_sweep(event["rounds"])]
    if "paused" in event:
        return [_of_pauses(event["paused"])]
    if "taken_in" in event:
        return [_of_sheet(event["taken_in"])]
    if "canary" in event:
        return [_of_canary(event["canary"])]
    incident = from_document(event["incident"], Incident)
    return [
        News(incident.incident_id, notice, detail, incident, event.get("monitor_id", ""), name)
        for notice, detail, name in _of_incident(event)
    ]


def _of_round(blind: dict[str, Any]) -> News:
    shard, at = blind["shard"], blind["scheduled_at"]
    notice = Notice.PROBER_BLIND
    return News(f"{shard}.{at}", notice, f"{shard}, {at}", name=notice)


def _of_sweep(rounds: dict[str, Any]) -> News:
    notice = Notice(rounds["notice"])
    return News(f"rounds.{rounds['at']}", notice, "\n".join(rounds["lines"]), name=notice)


def _of_pauses(paused: dict[str, Any]) -> News:
    notice = Notice.PAUSED_REMINDER
    return News(f"paused.{paused['day']}", notice, "\n".join(paused["lines"]), name=notice)


def _of_sheet(taken_in: dict[str, Any]) -> News:
    notice = Notice.SHEET_TAKEN_IN
    return News(
        f"intake.{taken_in['name']}",
        notice,
        "\n".join(taken_in["lines"]),
        name=notice,
        enclosed=str(taken_in.get("enclosed", "")),
    )


def _of_canary(canary: dict[str, Any]) -> News:
    notice = Notice.CANARY_FAILED
    return News(f"canary.{canary['day']}", notice, "\n".join(canary["lines"]), name=notice)


def _of_incident(event: dict[str, Any]) -> Iterator[tuple[Notice, str, str]]:
    """Yield notice, detail and name; a state may hold several things that have happened."""
    if "notice" in event:
        notice = Notice(event["notice"])
        yield notice, str(event.get("detail", "")), _name(notice, event.get("monitor_id", ""))
    elif "refused" in event:
        yield _of_refusal(event["incident"]["incident_id"], event["refused"]["mail"])
    else:
        yield from _of_state(event)


def _name(notice: Notice, monitor_id: str) -> str:
    return f"{notice}-{last_part(monitor_id)}" if monitor_id else notice


def _of_refusal(incident_id: str, mail: str) -> tuple[Notice, str, str]:
    address = mails.recipient(incident_id, mail)
    notice = Notice.MAIL_REFUSED
    return notice, f"{address}\n{mail}", f"{notice}-{last_part(mail)}"


def _of_state(event: dict[str, Any]) -> Iterator[tuple[Notice, str, str]]:
    if event.get("judged", {}).get("disarmed"):
        work = event.get("picked", {}).get("work", {})
        notice = Notice.RUNBOOK_DISARMED
        yield notice, str(work.get("unit", "")), notice
    if fault := event.get("fault"):
        error, cause = str(fault.get("Error", "")), str(fault.get("Cause", ""))
        otherwise = Notice.CALLS_FAILED if "callees" in event else Notice.STEP_FAILED
        notice = FAULTS.get(error, otherwise)
        # a fault that stays in the state is told once, another one is news
        which = hashlib.sha256(f"{error} {cause}".encode()).hexdigest()[:8]
        yield notice, f"{error}\n{cause}", f"{notice}-{which}"
    if event.get("engineers", {}).get("outcome") == "nobody_reached":
        yield Notice.NOBODY_REACHED_MANAGED, "", Notice.NOBODY_REACHED_MANAGED
    diagnostics = event.get("diagnostics", {})
    if diagnostics.get("failure"):
        changed = diagnostics.get("host_key_changed")
        notice = Notice.HOST_KEY_CHANGED if changed else Notice.LOGIN_FAILED
        yield notice, str(diagnostics["failure"]), notice
