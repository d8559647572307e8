"""What has been agreed, what of it is in force, and what comes into force on which day."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition as Claim
from pynamodb.transactions import TransactWrite

from toban.domain.contact_changes import ContactsRevision
from toban.domain.contract import Server
from toban.domain.identifier import customer_of
from toban.domain.revision import Revision, Terms
from toban.store import contact_changes, contracts
from toban.store.claims import raise_unless_beaten
from toban.store.documents import to_document
from toban.store.tables import InForceItem, RevisionItem, StandingItem, connection

MOST_BYTES = 380_000
"""DynamoDB's items hold 400 KB, the keys and the other attributes included."""

_PENDING, IN_FORCE = "#revisions", "#in-force"
"""No id of a customer begins like this: these partitions are lists over all customers."""

_MOST_SERVERS, _MOST_TOGETHER = 97, 3_500_000
"""A transaction takes 100 items and 4 MB (DynamoDB developer guide, TransactWriteItems): servers,
the customer, the change of contacts and the mark.
"""

_REVISION = msgspec.json.Decoder(Revision)


class TooLargeError(Exception):
    """A contract that is too large to be kept in one piece."""


def fingerprint(terms: Terms) -> str:
    """Return what only these very terms have, as 16 hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode(terms, order="sorted")).hexdigest()[:16]


def in_force(customer_id: str) -> Terms | None:
    """Return the terms that are in force, or None for a customer without any."""
    try:
        names = InForceItem.get(IN_FORCE, customer_id, consistent_read=True).document["servers"]
    except DoesNotExist:
        return None
    return contracts.terms(customer_id, names)


def marks() -> dict[str, str]:
    """Return what tells of each customer which terms are in force; one query for all."""
    return {item.item: item.document["fingerprint"] for item in _in_force()}


def last_revisions() -> dict[str, str | None]:
    """Return by which revision the terms of each customer came into force, None for by none."""
    return {item.item: item.revision for item in _in_force()}


def all_in_force() -> list[Terms]:
    """Return the terms of every customer."""
    return [contracts.terms(item.item, item.document["servers"]) for item in _in_force()]


def _in_force() -> Iterator[InForceItem]:
    return iter(InForceItem.query(IN_FORCE, consistent_read=True))


def servers_in_force() -> list[str]:
    """Return the ids of all servers of all customers; one query, however many they are."""
    return [server_id for item in _in_force() for server_id in item.document["servers"]]


def pending(customer_id: str | None = None) -> list[Revision]:
    """Return what has been agreed and is not in force yet, of one customer or of all, the earliest
    first.
    """
    listed = RevisionItem.query(_PENDING, consistent_read=True)
    wanted = [each for each in listed if customer_id in (None, _customer(each.item))]
    return [_REVISION.decode(zlib.decompress(each.terms)) for each in wanted]


def standing(customer_id: str) -> str:
    """Return the fingerprint of the newest terms that have been agreed, in force or not yet; ""
    for a customer without any.
    """
    try:
        item = StandingItem.get(customer_id, "standing", consistent_read=True)
    except DoesNotExist:
        return ""
    return str(item.fingerprint)


def terms_on(customer_id: str, day: date) -> Terms | None:
    """Return the terms that will be in force on that day by what has been agreed so far."""
    return _newest(customer_id, [each for each in pending(customer_id) if each.effective_on <= day])


def agreed(customer_id: str) -> Terms | None:
    """Return the newest terms that have been agreed, in force or not yet."""
    return _newest(customer_id, pending(customer_id))


def agreed_from(customer_id: str) -> date:
    """Return the day from which the newest terms that have been agreed are in force."""
    if waiting := pending(customer_id):
        return max(waiting, key=lambda each: each.requested_at).effective_on
    mark = InForceItem.get(IN_FORCE, customer_id, consistent_read=True)
    return date.fromisoformat(mark.document["since"])


def _newest(customer_id: str, agreed: list[Revision]) -> Terms | None:
    last = max(agreed, key=lambda each: each.requested_at, default=None)
    return last.terms if last else in_force(customer_id)


def agreed_server(server_id: str) -> Server:
    """Return a server as it was agreed, before its first day too; raises KeyError."""
    terms = agreed(customer_of(server_id))
    server = terms.server(server_id) if terms else None
    if server is None:
        raise KeyError(server_id)
    return server


def has_left(server_id: str) -> bool:
    """Tell whether the server is no longer in the contract that is in force."""
    terms = in_force(customer_of(server_id))
    return terms is not None and terms.server(server_id) is None


def agree(revision: Revision, contacts_changed: ContactsRevision | None = None) -> bool:
    """Put a revision on the list, and on record what it changes in the contacts; False when its
    terms no longer follow on those that stand, or somebody else is agreeing to others just now.

    Raises TooLargeError.
    """
    item = RevisionItem(_PENDING, _name(revision))
    item.terms = zlib.compress(msgspec.json.encode(revision))
    if len(item.terms) > MOST_BYTES:
        raise TooLargeError(f"{revision.customer_id}: {len(item.terms)} bytes")
    follows: Claim = StandingItem.fingerprint == revision.based_on
    if not revision.based_on:
        follows = StandingItem.customer_id.does_not_exist()
    head = StandingItem(revision.customer_id, "standing", fingerprint=revision.fingerprint)
    try:
        with TransactWrite(connection=connection()) as transaction:
            transaction.save(head, condition=follows)
            transaction.save(item)
            if contacts_changed:
                transaction.save(contact_changes.item_of(contacts_changed))
    except TransactWriteError as error:
        raise_unless_beaten(error)
        return False
    return True


def put_in_force(
    revision: Revision,
    terms: Terms,
    since: date,
    follows: str | None,
    contacts_changed: ContactsRevision | None = None,
) -> bool:
    """Make these the customer's terms, those of the revision or what is left of them, and put on
    record what that changes in the contacts; done again, it changes nothing.

    False when it no longer `follows` on the revision that was the last of `last_revisions`: what
    was agreed later may be in force by now.
    """
    unchanged = (
        InForceItem.revision == follows if follows else InForceItem.revision.does_not_exist()
    )
    try:
        _write(terms, since, _name(revision), unchanged, contacts_changed)
    except TransactWriteError as error:
        raise_unless_beaten(error)
        return False
    return True


def _write(
    terms: Terms,
    since: date,
    revision: str | None = None,
    condition: Claim | None = None,
    contacts_changed: ContactsRevision | None = None,
) -> None:
    """One transaction for all but the largest contracts, whose last one marks them as in force."""
    names = [server.server_id for server in terms.servers]
    mark = InForceItem(IN_FORCE, terms.customer.customer_id, revision=revision)
    mark.document = to_document(
        {"servers": names, "since": since, "fingerprint": fingerprint(terms)}
    )
    *earlier, last = _parts(terms.servers)
    for part in earlier:
        with TransactWrite(connection=connection()) as transaction:
            for server in part:
                transaction.save(contracts.item_of_server(server))
    with TransactWrite(connection=connection()) as transaction:
        for server in last:
            transaction.save(contracts.item_of_server(server))
        transaction.save(contracts.item_of_customer(terms.customer))
        if contacts_changed:
            transaction.save(contact_changes.item_of(contacts_changed))
        transaction.save(mark, condition=condition)


def _parts(servers: Iterable[Server]) -> Iterator[list[Server]]:
    """Yield as many servers at a time as one transaction takes, at least one part."""
    part: list[Server] = []
    size = 0
    for server in servers:
        octets = len(msgspec.json.encode(server))
        if len(part) == _MOST_SERVERS or (part and size + octets > _MOST_TOGETHER):
            yield part
            part, size = [], 0
        part.append(server)
        size += octets
    yield part


def begin_with(terms: Terms, since: date) -> None:
    """Make these the customer's terms, in place of all that had been agreed before."""
    customer_id = terms.customer.customer_id
    StandingItem(customer_id, "standing", fingerprint=fingerprint(terms)).save()
    _write(terms, since)
    for revision in pending(customer_id):
        strike_off(revision)


def strike_off(revision: Revision) -> None:
    """Take a revision that is in force off the list."""
    RevisionItem(_PENDING, _name(revision)).delete()


def _name(revision: Revision) -> str:
    """Sorts by day, and on a day by the time of the request."""
    moment = f"{revision.requested_at:%Y%m%dT%H%M%S%f}"
    return f"{revision.effective_on}#{moment}#{revision.customer_id}"


def _customer(name: str) -> str:
    return name.rpartition("#")[2]
