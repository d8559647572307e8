"""Every day an incident by plan: when it goes well nobody hears of it, when not, everybody does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.commands import chronicle
from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from infra.local.telephone.behaviour import acknowledges
from probe import recheck
from tests.scenarios.alarm_states import is_in_alarm
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.night import OPERATOR, Mailbox
from toban.domain.canary import CUSTOMER_ID
from toban.store import record

TUESDAY = datetime(2026, 11, 24, 0, 59, 30, tzinfo=UTC)
CANARY, NUMBER = "success@simulator.amazonses.com", "+815012345678"
MINUTE = 60

pytestmark = pytest.mark.clause("N-8")


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail")


@pytest.fixture
def system(mailbox: Mailbox) -> Iterator[LocalSystem]:
    with LocalSystem(
        stepped_from=TUESDAY,
        mail=mailbox.folder,
        parameters={**PARAMETERS, "CanaryAddress": CANARY, "CanaryNumber": NUMBER},
        phones=PhoneBook({NUMBER: acknowledges(after=5)}),
    ) as running:
        yield running


def pass_until(system: LocalSystem, hours: int, minutes: int) -> None:
    """Let time pass until HH:MM of that day."""
    at = TUESDAY.replace(hour=hours, minute=minutes)
    system.wait_until(lambda: False, (at - system.clock.now()).total_seconds())


def found_today() -> tuple[str, Any]:
    (event,) = record.events(f"{CUSTOMER_ID}.20261124")
    return event.event, event.detail["faults"]


def test_a_good_canary_is_on_record_with_mails_and_its_weekly_call_and_nobody_is_told(
    system: LocalSystem, mailbox: Mailbox
) -> None:
    pass_until(system, 1, 30)
    assert mailbox.mails() == []
    pass_until(system, 2, 0)

    by_mail, by_phone = sorted(each.incident_id for each in chronicle.incidents())
    assert by_mail.startswith("_canary.mail.20261124T013")
    assert by_phone.startswith("_canary.phone.20261124T013")
    assert [mail.kind for mail in mailbox.mails(to=CANARY)].count("alert") == 2
    assert [mail.kind for mail in mailbox.mails(to=CANARY)].count("recovery") == 2
    (theirs,) = mailbox.mails(to=OPERATOR)
    assert "Canary (planned failure)" in theirs.subject
    assert [call.number for call in system.telephone.calls] == [NUMBER]
    assert found_today() == ("canary passed", [])
    assert not is_in_alarm(system, "canary-failed")
    assert not is_in_alarm(system, "canary-missing")


def test_a_day_without_mail_is_an_alarm(
    system: LocalSystem, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> str:
        raise ConnectionError

    monkeypatch.setattr(system.outbox, "send", away)
    pass_until(system, 2, 0)

    event, faults = found_today()
    assert event == "canary failed"
    assert {"mail alert_not_mailed", "mail end_not_mailed"} <= set(faults)
    assert mailbox.mails() == []
    assert is_in_alarm(system, "canary-failed")


def test_a_day_on_which_failures_are_not_confirmed_is_an_alarm_and_a_notice(
    system: LocalSystem, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(recheck, "handler", broken)
    pass_until(system, 2, 0)

    assert found_today() == ("canary failed", ["mail no_incident", "phone no_incident"])
    (notice,) = mailbox.mails()
    assert (notice.kind, notice.to) == ("operator_notice", OPERATOR)
    assert "カナリア" in notice.subject
    assert "mail no_incident" in notice.text
    assert is_in_alarm(system, "canary-failed")
    assert is_in_alarm(system, "canary-missing")
