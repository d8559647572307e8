"""A night that is over: the history of an incident with everything that can happen in one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from escalate.facts import Facts
from escalate.history import History
from tests.testdata.mail.samples import (
    CALLS,
    CONFIRMED,
    HTTP,
    HTTP_DOWN,
    RECOVERED,
    REPAIRED,
    SENT,
    collected,
    repaired,
)
from toban.domain.letters import MailKind, SentMail, mail_id, sent_mail
from toban.domain.observation import Observation, Reason
from toban.domain.record import Event
from toban.store.documents import to_document

CLOSED = RECOVERED + timedelta(seconds=20)
_WEB = HTTP.monitor_id
_NAME = "rb_unit(nginx)"


def happened(mail: str) -> list[tuple[timedelta, str, str, Any]]:
    """Return what happened since the confirmation: after how long, the key, the words, what."""
    seen = [to_document(HTTP_DOWN.observation)]
    ended = {"reached": False, "outcome": "nobody_reached", "name": "", "calls": 2}
    refusal = {"mail": mail, "code": "MessageRejected"}
    found: list[tuple[str, str, Any]] = [
        (f"confirmed#{_WEB}", "failure confirmed", to_document(HTTP_DOWN)),
        ("gathered", "alerts gathered", {"monitors": [_WEB]}),
        ("diagnostics", "diagnostics", {"failure": "", "findings": 6}),
        ("graphs", "graphs kept", {"evidence": "graphs", "graphs": ["load", "memory"]}),
        (f"mail#{mail}", "alert mail sent", {"mail": mail, "message_id": "0100"}),
        (f"mail-owed#{mail}", "mail owed", refusal),
        (f"mail-refused#{mail}", "mail refused", refusal),
        (f"mail-misaddressed#{mail}", "mail misaddressed", refusal),
        (f"withheld#{MailKind.PROGRESS}#{_WEB}", "progress mail withheld: well again", None),
        ("queued", "waiting for the turn", None),
        (f"rails#{_WEB}", "rails: clear", {"allowed": True, "rail": "clear"}),
        (f"approval#{_WEB}", "approval asked", {"monitor_id": _WEB, "unit": "nginx"}),
        (f"repair#{_WEB}", "repair", to_document(repaired())),
        (f"failed#{_WEB}", "repair failed by the monitor", seen),
        (f"roll-back#{_WEB}", "rolling back: stopping again", None),
        (f"roll-back#{_WEB}#done", "rolled back", "done"),
        (f"disarmed#{_NAME}", f"runbook {_NAME} disarmed until re-armed", None),
        ("repair-over", "repair work over", None),
        ("escalation", "people are called", {"call": True, "about": [_WEB]}),
        ("call#contacts#00#00", "telephone call", to_document(CALLS[0])),
        ("call#contacts#01#00", "telephone call", to_document(CALLS[1])),
        ("calls#contacts", "telephone calls ended", ended),
        ("taken-over", "engineers work on it", None),
        (f"verified#{_WEB}", "repair verified by the monitor", seen),
    ]
    step = (REPAIRED - CONFIRMED) / len(found)
    return [(step * number, *each) for number, each in enumerate(found)]


def events(mail: str) -> list[Event]:
    """Return the record up to the end of the incident."""
    found = [Event(CONFIRMED + after, said, what, key) for after, key, said, what in happened(mail)]
    good = to_document(Observation(_WEB, Reason.OK, RECOVERED))
    found.append(Event(RECOVERED, "recovered", good, f"recovered#{_WEB}"))
    return [*found, Event(CLOSED, "incident closed", None, "closed")]


def ended(base: Facts) -> History:
    """Return the history of the incident of these facts."""
    assert base.incident
    assert base.customer
    assert base.server
    address = base.customer.contacts[0].mail
    name = mail_id(base.incident.incident_id, MailKind.ALERT, "", address)
    return History(
        incident=base.incident,
        customer=base.customer,
        server=base.server,
        alerts=(HTTP_DOWN,),
        recoveries={_WEB: Observation(_WEB, Reason.OK, RECOVERED)},
        events=events(name),
        diagnostics=collected(),
        repairs=(repaired(),),
        calls=CALLS,
        addresses={name: address},
        mails=(_sent(base.incident.incident_id, name, address, SENT),),
    )


def _sent(incident_id: str, name: str, address: str, at: datetime) -> SentMail:
    return replace(sent_mail(incident_id, name), address=address, sent_at=at)
