"""The contacts have the report on the month that is over, once (N-9)."""

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from escalate import send_month_report
from graphs import report_month
from tests.functions.acme import ALICE, BOB, HTTP, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, office
from tests.functions.test_month_report import outage
from toban.store.documents import to_document

__all__ = ["office"]
pytestmark = [pytest.mark.clause("N-9"), pytest.mark.usefixtures("aws")]

FIRST_OF_DECEMBER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def monthly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a report hands to the mail is carried out, as Lambda would."""
    monkeypatch.setenv("SEND_MONTH_REPORT_FUNCTION", "toban-send-month-report")
    monkeypatch.setattr(
        report_month,
        "invoke_later",
        lambda _, event: send_month_report.handler(to_document(event), None),
    )


def due() -> dict[str, Any]:
    event = {"scheduled_at": FIRST_OF_DECEMBER.isoformat(), "customer_id": "acme"}
    return report_month.handler(event, None)


def attached(message: EmailMessage) -> dict[str, str]:
    files = list(message.iter_attachments())
    return {str(each.get_filename()): str(each.get_content()) for each in files}


@pytest.mark.usefixtures("monthly")
def test_each_contact_gets_the_figures_and_the_whole_report(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    sign(locale="en")
    outage(rule_clock, HTTP, 3_600)
    rule_clock.at = FIRST_OF_DECEMBER
    report = due()

    assert [address for address, _ in office.letters] == [ALICE.mail, BOB.mail]
    assert all("- web01: 99.861 %" in text for _, text in office.letters)
    for message in office.messages:
        files = attached(message)
        assert list(files) == ["acme.report.2026-11.html", "acme.report.2026-11.txt"]
        assert files["acme.report.2026-11.txt"].replace("\r\n", "\n") == report["text"]
        assert files["acme.report.2026-11.html"].startswith("<!DOCTYPE html>")


@pytest.mark.usefixtures("monthly")
def test_however_often_the_schedule_fires_each_contact_has_one_mail(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    sign()
    rule_clock.at = FIRST_OF_DECEMBER
    due()
    due()
    rule_clock.pass_by(2 * 86_400)
    due()

    assert [address for address, _ in office.letters] == [ALICE.mail, BOB.mail]


@pytest.mark.usefixtures("monthly")
def test_who_asks_for_a_report_has_nobody_mailed(rule_clock: RuleClock, office: PostOffice) -> None:
    sign()
    rule_clock.at = FIRST_OF_DECEMBER
    report_month.handler({"customer_id": "acme", "month": "2026-11"}, None)

    assert office.letters == []
