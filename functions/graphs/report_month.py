"""Write each customer's report on the month that is over, and keep it (N-9)."""

from typing import Any

from graphs.month_graphs import drawings
from graphs.month_report import MonthReport, compose_month
from graphs.month_view import month_figures
from graphs.recollection import recollect
from toban import clock
from toban.domain.identifier import customer_of
from toban.domain.month import Month, is_settled, month_before
from toban.executions import invoke_later
from toban.settings import optional, required
from toban.store import contracts, evidence, record, revisions

_FACTS, _TEXT, _PAGE = "month", "report.txt", "report.html"
"""The evidence that a report is written from: the record itself ends one day, contracts change."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"scheduled_at"} of the schedule, which hands on {"scheduled_at", "customer_id"} and has
    the report mailed, or of people {"customer_id", "month"}; then return {"customer_id", "month",
    "text", "html"}, the latter the key of what is kept, "" for a month that is not over; with
    {"page": true} the page itself as well.

    May come late and twice: what is kept is written once, and written again it is the same.
    """
    if "customer_id" not in event:
        return _hand_on(event)
    customer_id = event["customer_id"]
    zone, now = contracts.customer(customer_id).zone, clock.now()
    month = event.get("month") or month_before(now, zone)
    settled = is_settled(month, zone, now)
    if "month" not in event and not settled:
        return {"customer_id": customer_id, "month": "", "text": "", "html": ""}
    found = _month(customer_id, month, settled=settled)
    report, html = _kept(found) if settled else (_composed(found), "")
    if html and "month" not in event:
        figures = month_figures(found, _owner(customer_id, month))
        invoke_later(required("SEND_MONTH_REPORT_FUNCTION"), {"figures": figures})
    told = {"customer_id": customer_id, "month": month, "text": report.text, "html": html}
    return told | ({"page": report.html} if event.get("page") else {})


def _hand_on(event: dict[str, Any]) -> dict[str, Any]:
    customers = sorted({customer_of(each) for each in revisions.servers_in_force()})
    for each in customers:
        invoke_later(required("REPORT_MONTH_FUNCTION"), {**event, "customer_id": each})
    return {"handed_on": len(customers)}


def _month(customer_id: str, month: str, *, settled: bool) -> Month:
    """Return the month as it was told first, otherwise as the record tells it."""
    kept = evidence.load(_owner(customer_id, month), _FACTS, Month) if settled else None
    if kept is None:
        kept = recollect(customer_id, month, clock.now())
        if settled:
            evidence.save(_owner(customer_id, month), _FACTS, kept)
    return kept


def _composed(month: Month) -> MonthReport:
    return compose_month(month, drawings(month, clock.now()), _provider())


def _kept(month: Month) -> tuple[MonthReport, str]:
    """Return both forms as they were kept first, and the key of the page."""
    owner = _owner(month.customer_id, month.name)
    key = f"incidents/{owner}/{_PAGE}"
    text, page = (evidence.load_octets(owner, name) for name in (_TEXT, _PAGE))
    if text and page:
        return MonthReport(text.decode(), page.decode()), key
    report = _composed(month)
    evidence.save_text(owner, _TEXT, report.text, "text/plain")
    evidence.save_text(owner, _PAGE, report.html, "text/html")
    record.append(owner, "report", clock.now(), "report written", {"key": key})
    return report, key


def _owner(customer_id: str, month: str) -> str:
    """Return the name under which the report is kept, such as acme.report.2026-11."""
    return f"{customer_id}.report.{month}"


def _provider() -> dict[str, str]:
    return {"name": required("PROVIDER_NAME"), "telephone": optional("PROVIDER_PHONE")}
