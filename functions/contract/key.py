"""Secrets by reference and host keys by value: what may stand in a sheet and what must not."""

import base64
import re
from collections.abc import Iterator
from itertools import pairwise

from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import Refusal
from toban.catalogue.section import STORE_IT

_REFERENCE = re.compile(r"/toban(?:/(?!\.+(?:/|$))[A-Za-z0-9_.-]{1,64}){1,8}")
_HOST_KEY_TYPES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)
_PARTS = {"ssh-ed25519": 2}
"""Type and key; the others have one more: exponent and modulus, or curve and point."""
_SCAN = 'Write a line of "ssh-keyscan HOST" that you have compared on the server itself.'


def _reference(text: str) -> str:
    typed = half_width(text)
    if _REFERENCE.fullmatch(typed):
        return typed
    if typed.startswith("/"):
        mend = "Write the parameter's name, for example /toban/acme/web01/ssh-key."
        raise Refusal("This is not the name of a toban parameter.", mend)
    # The value itself is never shown: it may well be the secret.
    raise Refusal("This looks like a secret itself, not its name.", f"{STORE_IT} And change it.")


def _host_key(text: str) -> str:
    if "PRIVATE KEY" in text:
        raise Refusal("This is a private key.", f"{STORE_IT} And make a new key.")
    words = text.split()
    if any(word.startswith(("SHA256:", "MD5:")) for word in words):
        raise Refusal("This is only the fingerprint of a host key.", _SCAN)
    for kind, key in pairwise(words):
        if kind in _HOST_KEY_TYPES:
            return f"{kind} {_public_key(kind, key)}"
    if "ssh-dss" in words:
        raise Refusal("DSA host keys can be forged today.", "Pin the server's ssh-ed25519 key.")
    raise Refusal("This is not a public host key.", _SCAN)


def _public_key(kind: str, key: str) -> str:
    """Return the key when it is whole: half a key would be told as a changed one ever after."""
    try:
        parts = list(_strings(base64.b64decode(key, validate=True)))
    except ValueError:
        parts = []
    if len(parts) != _PARTS.get(kind, 3) or parts[0] != kind.encode() or not all(parts):
        raise Refusal(f"The {kind} key is damaged or cut off.", _SCAN)
    return key


def _strings(blob: bytes) -> Iterator[bytes]:
    """Yield the strings that a key is made of (RFC 4253, 6.6); raises ValueError where one ends
    early.
    """
    while blob:
        end = 4 + int.from_bytes(blob[:4])
        if len(blob) < end:
            raise ValueError(end)
        yield blob[4:end]
        blob = blob[end:]


SSH_KEY = Format(_reference, "/toban/acme/web01/ssh-key", "")
SNMP_SECRET = Format(_reference, "/toban/acme/web01/snmp", "")
"""Names of parameters in the parameter store; a value that is no name is never repeated."""

HOST_KEY = Format(_host_key, "ssh-ed25519 AAAAC3Nz...", "")
"""A public host key, also as a line of known_hosts; returned as "type base64"."""
