"""Links to the graphs of a server: made for one reader, good for a term, revocable (N-9).

The keys are one SSM SecureString "/toban/graph.links/<stack>/keys" with a line "<id> <hex>" for
each; the first signs. The address under which the graphs are served and the days for which a link
is good stand beside it; the template writes them there, for commands have no setting of a function.
None is a name that a hearing sheet can give a secret of a customer.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from toban.clients import client
from toban.domain.identifier import PROVIDER, stamp
from toban.domain.link import Link, recipient_of, token_of
from toban.observability import logger
from toban.secrets import forget_secrets, secret
from toban.settings import optional, stack
from toban.store.tables import RevokedLinksItem

ALL = "all"
_DAYS = "90"
_KEY_OCTETS = 32
_KEPT_KEYS = 2


def link_to(server_id: str, mail: str, now: datetime) -> str:
    """Return the address of the server's graphs for the reader with that mail address.

    Returns "" where no link can be made, and says why in the log: no mail fails for want of it.
    """
    try:
        key_id, key = next(iter(_signing_keys(now).items()))
        address = secret(_name("address")).rstrip("/")
    except ClientError as error:
        logger.warning("no link to graphs", extra={"code": error.response["Error"]["Code"]})
        return ""
    link = Link(server_id, recipient_of(mail), (now + _term()).replace(microsecond=0))
    return f"{address}/g/{token_of(link, key_id, key)}"


def keys() -> dict[str, bytes]:
    """Return every key that may have signed a link, by its id; none when there was no link yet."""
    try:
        return _read(secret(_name("keys")))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return {}


def change_key(now: datetime) -> None:
    """Sign with a new key from now on; links of the one before stay good, those of older keys are
    not. Other processes follow within five minutes.
    """
    _save(_made(now) | keys(), overwrite=True)


def revoke(whose: str, now: datetime, recipient: str = ALL) -> None:
    """End the links that exist: of a server, a customer, or with "provider" of all; to one
    recipient (domain.link.recipient_of) or to all. Links that are made later are good.
    """
    item = RevokedLinksItem(whose, f"revoked-links#{recipient}")
    item.ends_until = item.kept_until = now + _term()
    item.save()


def is_revoked(link: Link) -> bool:
    """Tell whether the link was ended before its end."""
    owners = (link.server_id, link.customer_id, PROVIDER)
    return any(link.ends_at <= each for owner in owners for each in _ends(owner, link.recipient))


def _ends(owner: str, recipient: str) -> Iterable[datetime]:
    starts = RevokedLinksItem.item.startswith("revoked-links#")
    found = RevokedLinksItem.query(owner, starts, consistent_read=True)
    concerned = {f"revoked-links#{recipient}", f"revoked-links#{ALL}"}
    return [item.ends_until for item in found if item.item in concerned]


def _term() -> timedelta:
    return timedelta(days=int(optional("GRAPH_LINK_DAYS") or _days_on_record()))


def _days_on_record() -> str:
    try:
        return secret(_name("days"))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return _DAYS


def _signing_keys(now: datetime) -> dict[str, bytes]:
    """Return the keys; the first link of all makes the first one, and only one process wins."""
    if found := keys():
        return found
    try:
        _save(_made(now), overwrite=False)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise
    return keys()


def _made(now: datetime) -> dict[str, bytes]:
    return {stamp(now): secrets.token_bytes(_KEY_OCTETS)}


def _save(keys: dict[str, bytes], *, overwrite: bool) -> None:
    lines = [f"{key_id} {key.hex()}" for key_id, key in keys.items()]
    client("ssm").put_parameter(
        Name=_name("keys"),
        Value="\n".join(lines[:_KEPT_KEYS]),
        Type="SecureString",
        Overwrite=overwrite,
    )
    forget_secrets()


def _read(kept: str) -> dict[str, bytes]:
    pairs = (line.split() for line in kept.splitlines())
    return {key_id: bytes.fromhex(key) for key_id, key in pairs}


def _name(what: str) -> str:
    return f"/toban/graph.links/{stack()}/{what}"
