"""The words of a plan: what a sheet would change, and how soon each monitor would tell (N-6)."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]
_SIGNS = {"created": "+", "changed": "~", "ended": "-"}


def told(proposal: Document) -> list[str]:
    """Return the plan, a line a change, and how soon each new or changed monitor would tell.

    The document is the "plan" of the answer of contract.read_hearing_sheet.
    """
    if not proposal["changes_anything"]:
        return [f"{proposal['customer_id']}: nothing changes, all of this is agreed already."]
    return [
        f"{proposal['customer_id']}: from {proposal['effective_on']} on",
        *_changed(proposal),
        *_overridden(proposal),
        *_unreachable(proposal),
        f"Plan {proposal['plan_id']}",
    ]


def agreed(proposal: Document) -> list[str]:
    """Return the plan as it is told to whoever has just agreed to it."""
    if not proposal["changes_anything"]:
        return told(proposal)
    return [*told(proposal), f"Agreed: in force from {proposal['effective_on']} on."]


def _changed(proposal: Document) -> Iterator[str]:
    seconds = proposal["detection_seconds"]
    same = 0
    for change in proposal["changes"]:
        if change["kind"] not in _SIGNS:
            same += 1
            continue
        bounds = seconds.get(change["subject"].removeprefix("monitor "))
        told_of = f"  (mail after {_minutes(*bounds)})" if bounds else ""
        yield f"  {_SIGNS[change['kind']]} {change['subject']}{told_of}"
        yield from (f"      {particular}" for particular in change["particulars"])
    if same:
        yield f"  {same} unchanged"


def _overridden(proposal: Document) -> Iterator[str]:
    if proposal["withdraws_notice"]:
        yield "  the notice that was given no longer holds: the contract goes on"
    elif proposal["overrides"]:
        yield "  what had been agreed for later no longer holds"


def _unreachable(proposal: Document) -> Iterator[str]:
    """Yield when the telephone chain would find nobody, by the hours of the contacts."""
    if proposal["gaps"]:
        yield f"  warning: there are times at which nobody may be telephoned ({proposal['zone']}):"
        yield from (f"      {gap}" for gap in proposal["gaps"])


def _minutes(least: int, most: int) -> str:
    return f"{least / 60:g} to {most / 60:g} min"
