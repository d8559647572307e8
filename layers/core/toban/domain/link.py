"""Links to the graphs of one server, which nobody can make or change without the key.

A token is "<what it says>.<HMAC-SHA256 of that>", both base64url without padding (RFC 4648 section
5, RFC 2104). It says: version, id of the key, server, end, recipient. The recipient stands in it
as a short digest, so that a link holds no mail address.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from toban.domain.identifier import customer_of

VERSION = "1"
LONGEST = 400
"""Characters of a token; a longer one is not even looked at."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,330}\.[A-Za-z0-9_-]{43}")
_ANY_KEY = b"no key of this id: the comparison takes as long"
_PARTS = 5


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says: who may see which server until when; `ends_at` is in whole seconds."""

    server_id: str
    recipient: str
    ends_at: datetime

    @property
    def customer_id(self) -> str:
        """The customer whose server it is."""
        return customer_of(self.server_id)


def recipient_of(mail: str) -> str:
    """Return the digest under which a link knows its reader."""
    return hashlib.sha256(mail.strip().lower().encode()).hexdigest()[:16]


def token_of(link: Link, key_id: str, key: bytes) -> str:
    """Return the token of a link, signed with the key of that id."""
    end = str(int(link.ends_at.timestamp()))
    said = _encoded("|".join((VERSION, key_id, link.server_id, end, link.recipient)).encode())
    return f"{said}.{_signature(said, key)}"


def link_of(token: str, keys: Mapping[str, bytes], now: datetime) -> Link | None:
    """Return what the token says, or None for any that is not good, whatever is wrong with it.

    The signature is compared in constant time, also for a key that is not known.
    """
    if len(token) > LONGEST or not _TOKEN.fullmatch(token):
        return None
    said, _, signature = token.partition(".")
    parts = _decoded(said).split(b"|")
    key = keys.get(parts[1].decode("ascii", "replace"), b"") if len(parts) == _PARTS else b""
    if not hmac.compare_digest(_signature(said, key or _ANY_KEY), signature) or not key:
        return None
    link = _read(parts)
    return link if link and now < link.ends_at else None


def _read(parts: list[bytes]) -> Link | None:
    version, _, server_id, end, recipient = (part.decode() for part in parts)
    if version != VERSION:
        return None
    return Link(server_id, recipient, datetime.fromtimestamp(int(end), UTC))


def _signature(said: str, key: bytes) -> str:
    """Sign the letters themselves: then no other letters can say the same."""
    return _encoded(hmac.new(key, said.encode(), hashlib.sha256).digest())


def _encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """Return the octets; the pattern has let only letters of the alphabet through."""
    rest = len(text) % 4
    return urlsafe_b64decode(text + "=" * (-rest % 4)) if rest != 1 else b""
