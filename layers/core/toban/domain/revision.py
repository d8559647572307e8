"""What a new hearing sheet changes in a contract, and from which date (clauses C-2 to C-6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from toban.domain.contract import Access, Contact, Customer, Server

_NOTHING = "nothing"
_ANY_TIME = "at any time"


@dataclass(frozen=True, slots=True)
class Terms:
    """All that one customer has agreed with the provider."""

    customer: Customer
    servers: tuple[Server, ...]

    def server(self, server_id: str) -> Server | None:
        """Return the server, or None when it is not under contract."""
        found = (server for server in self.servers if server.server_id == server_id)
        return next(found, None)


class ChangeKind(StrEnum):
    """What becomes of one part of the contract."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the contract; `particulars` say of a changed one what was and what will be."""

    kind: ChangeKind
    subject: str
    particulars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """Terms that have been agreed and are in force from the beginning of a day on.

    `based_on` is the fingerprint of the terms that they replace, "" for a new customer. The day is
    the provider's.
    """

    customer_id: str
    effective_on: date
    terms: Terms
    fingerprint: str
    based_on: str
    requested_by: str
    requested_at: datetime


def changes(before: Terms | None, after: Terms) -> tuple[Change, ...]:
    """Return what becomes of the customer, the contacts, each server and each monitor."""
    return (
        *_customer_changes(before.customer if before else None, after.customer),
        *_part_changes(_servers(before), _servers(after)),
    )


def differ(found: tuple[Change, ...]) -> bool:
    """Tell whether anything changes at all."""
    return any(change.kind is not ChangeKind.UNCHANGED for change in found)


def _customer_changes(before: Customer | None, after: Customer) -> Iterator[Change]:
    apart = frozenset({"contacts", "customer_id"})
    yield _change(f"customer {after.customer_id}", before, after, apart)
    contacts = {} if before is None else _contacts(before)
    yield from _part_changes(contacts, _contacts(after))


def _contacts(customer: Customer) -> dict[str, tuple[object, frozenset[str]]]:
    return {
        f"contact {number}": (contact, frozenset())
        for number, contact in enumerate(customer.contacts, 1)
    }


def _servers(terms: Terms | None) -> dict[str, tuple[object, frozenset[str]]]:
    parts: dict[str, tuple[object, frozenset[str]]] = {}
    for server in terms.servers if terms else ():
        parts[f"server {server.server_id}"] = server, frozenset({"monitors", "server_id"})
        for monitor in server.monitors:
            parts[f"monitor {monitor.monitor_id}"] = monitor, frozenset({"monitor_id"})
    return parts


def _part_changes(
    before: Mapping[str, tuple[object, frozenset[str]]],
    after: Mapping[str, tuple[object, frozenset[str]]],
) -> Iterator[Change]:
    for subject, (part, apart) in after.items():
        yield _change(subject, before[subject][0] if subject in before else None, part, apart)
    for subject in before:
        if subject not in after:
            yield Change(ChangeKind.ENDED, subject)


def _change(subject: str, before: object, after: object, apart: frozenset[str]) -> Change:
    if before is None:
        told = (after.name,) if isinstance(after, Contact) else ()
        return Change(ChangeKind.CREATED, subject, told)
    found = tuple(_differences("", before, after, apart))
    return Change(ChangeKind.CHANGED if found else ChangeKind.UNCHANGED, subject, found)


def _differences(
    path: str, before: object, after: object, apart: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield "field: what was -> what will be" for every value that differs, however deep."""
    if before == after:
        return
    if isinstance(before, Access) and isinstance(after, Access) and before.key != after.key:
        yield f"{path.replace('_', ' ')} login: {_login(before)} -> {_login(after)}"
        after = replace(after, key=before.key)
    if is_dataclass(after) and type(before) is type(after):
        for field in fields(after):
            if field.name not in apart:
                inner = f"{path} {field.name}".strip()
                yield from _differences(
                    inner, getattr(before, field.name), getattr(after, field.name)
                )
        return
    if path == "hours":
        before, after = before or _ANY_TIME, after or _ANY_TIME
    yield f"{path.replace('_', ' ')}: {_words(before)} -> {_words(after)}"


def _login(access: Access) -> str:
    """Return what we log in with; both ways need a line of their own on the server."""
    return f"the key {access.key}" if access.key else "short-lived certificates, without a key"


def _words(value: object) -> str:
    if isinstance(value, Access):
        return f"{value.user} at {value.address}, TCP {value.port}, with {_login(value)}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ("", ()):
        return _NOTHING
    if isinstance(value, tuple):
        return ", ".join(_words(each) for each in value)
    return str(value)
