"""A user certificate of OpenSSH in its bytes: what an authority signs, and its signature behind it.

PROTOCOL.certkeys of OpenSSH; RFC 4251 section 5 (strings, numbers), RFC 5656 section 3.1 (ECDSA).
Keys are on the curve nistp256, both the authority's and the one that is certified.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

KEY_TYPE = "ecdsa-sha2-nistp256"
CERTIFICATE_TYPE = f"{KEY_TYPE}-cert-v01@openssh.com"

_CURVE = b"nistp256"
_USER_CERTIFICATE = 1
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
"""How RFC 5480 begins a public key on this curve; the point follows."""
_POINT_BYTES = 65
_UNCOMPRESSED = 0x04
_SEQUENCE, _INTEGER = 0x30, 0x02
_HEADER_BYTES = 2
_LONGEST = 127
_NO_SIGNATURE = "not the DER of an ECDSA signature on nistp256"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may log in where `principal` is let in, from when until when (aware UTC), from where, in
    whose name.

    `sources` are addresses or networks, none of them means from anywhere. sshd logs `key_id`. What
    is not a login with a command, a terminal or forwarding, is never granted.
    """

    key_id: str
    serial: int
    principal: str
    valid_from: datetime
    valid_until: datetime
    sources: tuple[str, ...] = ()


def principal_of(customer_id: str) -> str:
    """Return the name that a customer's servers let in, never one of a user: a server that lists it
    is entered for this customer only, whoever else names its address in a sheet.
    """
    return f"{customer_id}@toban"


def point_of(public_key: bytes) -> bytes:
    """Return the point of a public key (DER of SubjectPublicKeyInfo, as KMS GetPublicKey gives it).

    Raises ValueError for a key of another kind.
    """
    point = public_key.removeprefix(_SPKI)
    whole = len(point) == _POINT_BYTES and len(public_key) == len(_SPKI) + _POINT_BYTES
    if not whole or point[0] != _UNCOMPRESSED:
        raise ValueError("not a public key on nistp256")
    return point


def public_line(point: bytes, comment: str) -> str:
    """Return the public key as OpenSSH writes it, one line without its end."""
    return f"{KEY_TYPE} {base64.b64encode(_public_blob(point)).decode()} {comment}"


def to_be_signed(grant: Grant, holder: bytes, authority: bytes, nonce: bytes) -> bytes:
    """Return what the authority signs; `holder` and `authority` are points, `nonce` is random."""
    return b"".join(
        (
            _string(CERTIFICATE_TYPE.encode()),
            _string(nonce),
            _string(_CURVE),
            _string(holder),
            grant.serial.to_bytes(8),
            _USER_CERTIFICATE.to_bytes(4),
            _string(grant.key_id.encode()),
            _string(_string(grant.principal.encode())),
            _seconds(grant.valid_from),
            _seconds(grant.valid_until),
            _string(_options(grant.sources)),
            _string(b""),  # extensions: none
            _string(b""),  # reserved
            _string(_public_blob(authority)),
        )
    )


def certificate_line(signed: bytes, signature: bytes) -> str:
    """Return the certificate as OpenSSH writes it, one line without its end.

    `signature` is the DER of (r, s) over `signed`, as KMS Sign gives it; ValueError for any other.
    """
    numbers = b"".join(_string(number) for number in _numbers(signature))
    blob = signed + _string(_string(KEY_TYPE.encode()) + _string(numbers))
    return f"{CERTIFICATE_TYPE} {base64.b64encode(blob).decode()}"


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4) + value


def _seconds(moment: datetime) -> bytes:
    return int(moment.timestamp()).to_bytes(8)


def _options(sources: Iterable[str]) -> bytes:
    listed = ",".join(sources).encode()
    return _string(b"source-address") + _string(_string(listed)) if listed else b""


def _public_blob(point: bytes) -> bytes:
    return _string(KEY_TYPE.encode()) + _string(_CURVE) + _string(point)


def _numbers(signature: bytes) -> tuple[bytes, bytes]:
    """Return r and s: DER writes a positive number as RFC 4251 does, the length apart."""
    numbers, behind = _element(_SEQUENCE, signature)
    first, rest = _element(_INTEGER, numbers)
    second, nothing = _element(_INTEGER, rest)
    if behind or nothing:
        raise ValueError(_NO_SIGNATURE)
    return first, second


def _element(tag: int, der: bytes) -> tuple[bytes, bytes]:
    """Return the content of the first element and what follows it; all are shorter than 128."""
    length = der[1] if len(der) > 1 and der[0] == tag else 0
    end = _HEADER_BYTES + length
    if not 0 < length <= _LONGEST or end > len(der):
        raise ValueError(_NO_SIGNATURE)
    return der[_HEADER_BYTES:end], der[end:]
