"""What the daily check of the ways into a server found, and what of it is worth telling (C-8)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from toban.domain.runbook import EntryFailure

SLOT_MINUTES = 15
"""How often the schedule takes its share of the servers."""
SLOTS = 24 * 60 // SLOT_MINUTES
NO_PRIVILEGE, AGENT_SILENT = "no_privilege", "agent_silent"
SECRET_UNUSABLE = "secret_unusable"  # noqa: S105 - a fault, not a secret


class Way(StrEnum):
    """What a first response needs: to log in, to be allowed, to be told figures."""

    SSH = "ssh"
    SUDO = "sudo"
    AGENT = "agent"


class AccessNotice(StrEnum):
    """The notice that tells how a way changed."""

    FAILED = "access_failed"
    CHANGED_KEY = "host_key_changed"
    RESTORED = "access_restored"


_OURS = frozenset(
    {
        *(EntryFailure.KEY_UNUSABLE, EntryFailure.NO_ACCESS, EntryFailure.INCOMPATIBLE),
        SECRET_UNUSABLE,
    }
)
"""Faults of what we have registered: nothing that a customer could mend."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One way, tried once. `fault` is "" when it works, else an EntryFailure, NO_PRIVILEGE,
    AGENT_SILENT or SECRET_UNUSABLE; `detail` is what was seen. `unknown`: our own side could not
    see.
    """

    way: Way
    fault: str = ""
    detail: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Right:
    """A command that a runbook runs with sudo, and whether sudo would let it. `paths` are its parts
    with absolute paths, as a line of sudoers wants them.
    """

    command: str
    granted: bool
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the login and, where it worked, of the rights."""

    tried: tuple[Tried, ...]
    rights: tuple[Right, ...] = ()


@dataclass(frozen=True, slots=True)
class WayState:
    """What is known of one way: its fault, "" for none, and since when that is so."""

    way: Way
    since: datetime
    fault: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AccessState:
    """What the last check of a server found; a way that could not be judged keeps what it had."""

    server_id: str
    checked_at: datetime
    ways: tuple[WayState, ...] = ()

    def of(self, way: Way) -> WayState | None:
        """Return what is known of the way, None before it was first judged."""
        return next((each for each in self.ways if each.way is way), None)


@dataclass(frozen=True, slots=True)
class WayChange:
    """A change of one way, told once. `since` is when the fault was first seen, `customers_to_mend`
    says that it lies on the customer's side.
    """

    finding: AccessNotice
    way: Way
    fault: str
    detail: str
    since: datetime
    customers_to_mend: bool = False


def slot_of(server_id: str) -> int:
    """Return the server's share of the day, the same on every machine and day."""
    digest = hashlib.sha256(f"access {server_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % SLOTS


def due(server_ids: Iterable[str], at: datetime) -> list[str]:
    """Return the servers whose share of the day begins at or just before `at` (aware UTC)."""
    slot = (at.hour * 60 + at.minute) // SLOT_MINUTES
    return sorted(each for each in server_ids if slot_of(each) == slot)


def judge(
    server_id: str, before: AccessState | None, tried: Iterable[Tried], at: datetime
) -> tuple[AccessState, tuple[WayChange, ...]]:
    """Return the new state and what is to be told of: a fault that began, one that became another
    kind, and one that is over. What goes on is not told again.
    """
    state = before or AccessState(server_id, at)
    ways = {each.way: each for each in state.ways}
    changes = []
    for one in tried:
        if one.unknown:
            continue
        known = ways.get(one.way)
        ways[one.way] = _next(known, one, at)
        if change := _change(known, ways[one.way], at):
            changes.append(change)
    return replace(state, checked_at=at, ways=tuple(ways.values())), tuple(changes)


def _next(known: WayState | None, tried: Tried, at: datetime) -> WayState:
    goes_on = known is not None and bool(known.fault) == bool(tried.fault)
    since = known.since if known and goes_on else at
    return WayState(tried.way, since, tried.fault, tried.detail)


def _change(known: WayState | None, now: WayState, at: datetime) -> WayChange | None:
    was = known.fault if known else ""
    if not now.fault:
        return WayChange(AccessNotice.RESTORED, now.way, was, "", at, _theirs(was)) if was else None
    changed_key = now.fault == EntryFailure.HOST_KEY_CHANGED
    if was and (was == EntryFailure.HOST_KEY_CHANGED) == changed_key:
        return None
    finding = AccessNotice.CHANGED_KEY if changed_key else AccessNotice.FAILED
    return WayChange(finding, now.way, now.fault, now.detail, now.since, _theirs(now.fault))


def _theirs(fault: str) -> bool:
    """Of a changed host key the operators ask the customer themselves, by another way."""
    return fault != EntryFailure.HOST_KEY_CHANGED and fault not in _OURS


def sudoers_line(user: str, command: str) -> str:
    """Return the line of /etc/sudoers.d that lets the user run exactly this command as root; the
    signs that sudoers(5) gives a meaning of its own are escaped.
    """
    escaped = "".join(f"\\{sign}" if sign in "\\:,=" else sign for sign in command)
    return f"{user} ALL=(root) NOPASSWD: {escaped}"
