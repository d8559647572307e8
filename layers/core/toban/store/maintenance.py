"""Announced maintenance of a server: the windows and the rules that bring them back (clause
C-5).
"""

from datetime import datetime

from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.condition import Condition as Claim
from pynamodb.expressions.update import Action

from toban.domain.identifier import server_of, stamp
from toban.domain.maintenance import LONGEST, Rule, Window
from toban.domain.maintenance import covering as covering_of
from toban.domain.observation import Observation
from toban.store import record
from toban.store.claims import raise_unless_lost
from toban.store.documents import from_document, to_document
from toban.store.tables import MaintenanceItem, MaintenanceRuleItem, end_of_keeping

_LONGEST_AGO = 2 * LONGEST
"""A window's id may name a start that lay in the past when it was asked for."""


def _key(window_id: str) -> tuple[str, str]:
    return server_of(window_id), f"maintenance#{window_id}"


def _window(item: MaintenanceItem) -> Window:
    return Window(
        window_id=item.item.partition("#")[2],
        server_id=item.server_id,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        requested_by=item.requested_by,
        reason=item.reason or "",
        monitor_ids=tuple(item.monitor_ids or ()),
        cancelled_at=item.cancelled_at,
        rule_id=item.rule_id or "",
        extended_at=item.extended_at,
    )


def add(window: Window) -> bool:
    """Claim the window's id; False when a window has it already."""
    item = MaintenanceItem(*_key(window.window_id), starts_at=window.starts_at)
    item.ends_at, item.requested_by = window.ends_at, window.requested_by
    item.reason, item.rule_id = window.reason or None, window.rule_id or None
    item.monitor_ids = list(window.monitor_ids) or None
    item.kept_until = end_of_keeping(window.ends_at)
    try:
        item.save(MaintenanceItem.server_id.does_not_exist())
    except PutError as error:
        raise_unless_lost(error)
        return False
    return True


def get(window_id: str) -> Window | None:
    """Return the window, or None when there is none of that id."""
    try:
        return _window(MaintenanceItem.get(*_key(window_id), consistent_read=True))
    except DoesNotExist:
        return None


def extend(window_id: str, ends_at: datetime, at: datetime) -> str | None:
    """Claim a later end of a window that is not over.

    Returns the token that waits for the end, "" while nobody waits, None when the claim is lost:
    the window is over, is cancelled, or ends as late already.
    """
    actions: list[Action] = [
        MaintenanceItem.ends_at.set(ends_at),
        MaintenanceItem.extended_at.set(at),
        MaintenanceItem.kept_until.set(end_of_keeping(ends_at)),
    ]
    return _change(window_id, actions, _to_come(at) & (MaintenanceItem.ends_at < ends_at))


def cancel(window_id: str, at: datetime) -> str | None:
    """Claim the end of a window now, or that it never begins; returns as `extend` does."""
    return _change(window_id, [MaintenanceItem.cancelled_at.set(at)], _to_come(at))


def _to_come(at: datetime) -> Claim:
    claim: Claim = MaintenanceItem.cancelled_at.does_not_exist() & (MaintenanceItem.ends_at > at)
    return claim


def _change(window_id: str, actions: list[Action], condition: Claim) -> str | None:
    item = MaintenanceItem(*_key(window_id))
    try:
        item.update(actions, condition=condition)
    except UpdateError as error:
        raise_unless_lost(error)
        return None
    return item.token or ""


def await_end(window_id: str, token: str) -> Window:
    """Leave the token that a change of the window completes; return the window as it stands."""
    item = MaintenanceItem(*_key(window_id))
    item.update([MaintenanceItem.token.set(token)], condition=MaintenanceItem.ends_at.exists())
    return _window(item)


def near(server_id: str, at: datetime) -> list[Window]:
    """Return the server's windows that may be open at `at`, over or cancelled ones among them."""
    return _between(server_id, at, stamp(at))


def since(server_id: str, at: datetime) -> list[Window]:
    """Return the server's windows that may be open at `at` or later, in the order of start."""
    return _between(server_id, at, "9")


def _between(server_id: str, at: datetime, last: str) -> list[Window]:
    begin = f"maintenance#{server_id}.maintenance."
    first = f"{begin}{stamp(at - _LONGEST_AGO)}"
    wanted = MaintenanceItem.item.between(first, f"{begin}{last}~")
    return [
        _window(item) for item in MaintenanceItem.query(server_id, wanted, consistent_read=True)
    ]


def covering(server_id: str, monitor_id: str, at: datetime) -> Window | None:
    """Return the window in which the monitor is at `at`, or None: asked before each step of a
    response.
    """
    return covering_of(near(server_id, at), monitor_id, at)


def note_failing(window: Window, seen: Observation) -> None:
    """Put on record that a monitor fails in the window; its first failure stands."""
    what = "failing in maintenance, nothing sent"
    record.append(window.window_id, f"failing#{seen.monitor_id}", seen.observed_at, what, seen)


def save_rule(rule: Rule) -> None:
    """Store a rule."""
    item = MaintenanceRuleItem(rule.server_id, f"maintenance-rule#{rule.rule_id}")
    item.document = to_document(rule)
    item.save()


def rule(rule_id: str) -> Rule | None:
    """Return the rule, or None when there is none of that id (any more)."""
    key = server_of(rule_id), f"maintenance-rule#{rule_id}"
    try:
        return from_document(MaintenanceRuleItem.get(*key, consistent_read=True).document, Rule)
    except DoesNotExist:
        return None


def rules(server_id: str) -> list[Rule]:
    """Return the server's rules."""
    starts = MaintenanceRuleItem.item.startswith("maintenance-rule#")
    found = MaintenanceRuleItem.query(server_id, starts, consistent_read=True)
    return [from_document(item.document, Rule) for item in found]


def end_rule(rule_id: str) -> None:
    """Let the rule bring no further window."""
    MaintenanceRuleItem(server_of(rule_id), f"maintenance-rule#{rule_id}").delete()
