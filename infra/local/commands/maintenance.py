"""`toban maintenance`: hands the operator's wish to the function PlanMaintenance, and tells the
answer.
"""

from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from infra.local.commands.function import ask
from infra.local.commands.incident import asking
from infra.local.commands.refusal import RefusalError

Document = Mapping[str, Any]
_FAILED = "Maintenance cannot be asked for at"


def run(given: Namespace) -> int:
    """Carry out one action and print the windows and rules that it is about."""
    wishes = _of_all(given) if given.action == "list" and not given.server else [request(given)]
    lines = [line for wish in wishes for line in _carried_out(given.endpoint, wish)]
    print("\n".join(lines or ["No maintenance is open or ahead."]))
    return 0


def _of_all(given: Namespace) -> list[Document]:
    """Return an event for each customer: times are told in the zone of each."""
    with asking(given.endpoint, _FAILED):
        from toban.store import revisions

        return [{"action": "list", "server_id": each} for each in sorted(revisions.marks())]


def _carried_out(endpoint: str | None, wish: Document) -> list[str]:
    answer = ask("plan-maintenance", wish, endpoint, _FAILED)
    if answer["mistakes"]:
        raise RefusalError("\n".join(answer["mistakes"]))
    return told(answer)


def request(given: Namespace) -> dict[str, Any]:
    """Return the event for PlanMaintenance; raises RefusalError for options that do not fit."""
    asked: dict[str, Any] = {"action": given.action}
    for field, option in {"server_id": "server", "window_id": "window"}.items():
        asked |= {field: getattr(given, option)} if hasattr(given, option) else {}
    if given.action == "list":
        return asked
    asked["requested_by"] = given.requested_by
    if given.action != "cancel":
        asked |= {"minutes": given.length, "ends_at": given.until}
    if given.action == "plan":
        asked |= {"monitor_ids": given.monitor, "reason": given.reason, "starts_at": given.start}
        asked["recurrence"] = _recurrence(given)
    return asked


def _recurrence(given: Namespace) -> dict[str, Any] | None:
    if given.every is None:
        if given.at:
            raise RefusalError("--at goes with --every: give --from for a single window.")
        return None
    if not given.at or given.length is None:
        raise RefusalError("--every needs --at and --for, such as --every sun --at 02:00 --for 1h.")
    days = given.every.split(",")
    terms = {"weekdays": days, "starts": given.at, "minutes": given.length}
    return {**terms, "holidays": given.holidays}


def told(answer: Document) -> list[str]:
    """Return a line for each window and rule, times in the customer's zone."""
    zone = answer["zone"]
    return [_window(each, zone) for each in answer["windows"]] + [
        _rule(each) for each in answer["rules"]
    ]


def _window(window: Document, zone: str) -> str:
    from toban.text.moments import rough_moment

    starts = rough_moment(datetime.fromisoformat(window["starts_at"]), zone)
    ends = rough_moment(datetime.fromisoformat(window["ends_at"]), zone)
    parts = [window["window_id"], f"{starts} to {ends}", window["phase"].replace("_", " ")]
    return "  ".join([*parts, *_particulars(window)])


def _rule(rule: Document) -> str:
    from toban.domain.maintenance import WEEKDAYS

    terms = rule["recurrence"]
    days = ",".join(WEEKDAYS[number] for number in sorted(terms["weekdays"]))
    when = f"every {days} at {terms['starts'][:5]} for {terms['minutes']} min ({terms['zone']})"
    holidays = f"holidays {terms['holidays'].replace('_', ' ')}"
    return "  ".join([rule["rule_id"], when, holidays, *_particulars(rule)])


def _particulars(document: Document) -> list[str]:
    monitors = ", ".join(each.rpartition(".")[2] for each in document["monitor_ids"])
    asked = f"asked for by {document['requested_by']}"
    return [monitors or "the whole server", asked, *filter(None, [document["reason"]])]
