"""SNMP v2c messages as octets (RFC 3416, RFC 1901; BER of ITU-T X.690): the few forms that a prober
sends, and answers of a sender that is not trusted.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from probe.probers.ber_numbers import answer_of_numbers

GET, GET_BULK = 0xA0, 0xA5
_RESPONSE = 0xA2
_SEQUENCE, _INTEGER, _OCTETS, _NULL, _OID = 0x30, 0x02, 0x04, 0x05, 0x06
_ADDRESS = 0x40
_NUMBERS = frozenset({_INTEGER, 0x41, 0x42, 0x43, 0x46})
"""INTEGER, Counter32, Gauge32, TimeTicks, Counter64."""
_ABSENT = frozenset({_NULL, 0x80, 0x81, 0x82})
"""Null, noSuchObject, noSuchInstance, endOfMibView."""
_LONGEST_NUMBER = 9
"""Octets of a Counter64 with its sign; longer numbers are an attempt to keep us busy."""
_ADDRESS_LENGTH = 4
_LONG_FORM = 0x80
_LONGEST_LENGTH = 4
_KEPT = 4_096

Value = int | bytes | str
Binding = tuple[str, Value | None]
"""The OID, and a number, octets, or an OID or address as text; None where there is no value."""


class BerError(ValueError):
    """The octets are no SNMP v2c answer."""


def request(
    kind: int, community: bytes, number: int, oids: Sequence[str], repetitions: int = 0
) -> bytes:
    """Return a GET, or a GETBULK of `repetitions` rows (below 128); ValueError for what is no OID.

    `number` has its highest bits between 2**23 and 2**31: shorter ones have another encoding.
    """
    before, behind = _around(kind, community, tuple(oids), repetitions)
    return before + number.to_bytes(4, "big") + behind


@lru_cache(maxsize=_KEPT)
def _around(
    kind: int, community: bytes, oids: tuple[str, ...], repetitions: int
) -> tuple[bytes, bytes]:
    """Return what stands before and behind a request's number: the same round after round."""
    named = (_tagged(_OID, _oid_octets(oid)) for oid in oids)
    asked = _tagged(_SEQUENCE, b"".join(_tagged(_SEQUENCE, oid + b"\x05\x00") for oid in named))
    behind = b"\x02\x01\x00" + _tagged(_INTEGER, bytes((repetitions,))) + asked
    placeholder = _tagged(_INTEGER, bytes(4))
    pdu = _tagged(kind, placeholder + behind)
    whole = _tagged(_SEQUENCE, b"\x02\x01\x01" + _tagged(_OCTETS, community) + pdu)
    return whole[: -len(behind) - 4], behind


def answer(message: bytes) -> tuple[int, int, list[Binding]]:
    """Return the request's number, the error status and the bindings of a Response.

    Raises BerError; nothing outside the message is read, whatever lengths it claims.
    """
    try:
        return answer_of_numbers(message, TEXTS) or read_strictly(message)
    except (IndexError, ValueError) as error:  # a short slice cannot be unpacked
        if isinstance(error, BerError):
            raise
        raise BerError("it ends too early") from None


@lru_cache(maxsize=_KEPT)
def _oid_octets(oid: str) -> bytes:
    """Return the content octets of an OID; ValueError for what is none."""
    first, second, *rest = (int(part) for part in oid.split("."))
    return b"".join(_arc(part) for part in (40 * first + second, *rest))


class _Texts(dict[bytes, str]):
    """Made when they are first seen; those of late are kept."""

    def __missing__(self, element: bytes) -> str:
        if len(self) >= _KEPT:
            self.clear()
        text = self[element] = _oid_text(element[1:])
        return text


TEXTS: Mapping[bytes, str] = _Texts()
"""OIDs as text by their octets, with the length in front."""


def _oid_text(octets: bytes) -> str:
    """Return an OID as numbers with dots between them."""
    first, *rest = _arcs(octets)
    top = min(first // 40, 2)
    return ".".join(map(str, (top, first - 40 * top, *rest)))


def _arcs(octets: bytes) -> list[int]:
    """Return the numbers of an OID's octets as they are encoded; BerError when one is not whole."""
    found, number = list[int](), 0
    for octet in octets:
        number = number << 7 | octet & 0x7F
        if octet < _LONG_FORM:
            found.append(number)
            number = 0
    if not found or octets[-1] >= _LONG_FORM:
        raise BerError("an OID that is not whole")
    return found


def _arc(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(number & 0x7F | _LONG_FORM)
    return bytes(reversed(octets))


def _tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < _LONG_FORM:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(octets))) + octets + content


def read_strictly(message: bytes) -> tuple[int, int, list[Binding]]:
    """Read an answer of any form, as `answer` does; ValueError or IndexError where it ends."""
    at, end = _content(message, 0, len(message), _SEQUENCE)
    version, at = _number(message, at, end)
    if version != 1:
        raise BerError("it is not of version 2c")
    at = _content(message, at, end, _OCTETS)[1]
    at, end = _content(message, at, end, _RESPONSE)
    number, at = _number(message, at, end)
    status, at = _number(message, at, end)
    _, at = _number(message, at, end)
    at, end = _content(message, at, end, _SEQUENCE)
    return number, status, _bindings(message, at, end)


def _bindings(message: bytes, at: int, end: int) -> list[Binding]:
    """Return the bindings; the short forms, which nearly all are, without a call for each part."""
    found: list[Binding] = []
    while at < end:
        tag, size, oid_tag, oid_size = message[at : at + 4]
        oid_end, binding_end = at + 4 + oid_size, at + 2 + size
        short = tag == _SEQUENCE and oid_tag == _OID and size < _LONG_FORM and oid_size < _LONG_FORM
        if short and oid_end + 2 + message[oid_end + 1] == binding_end <= end:
            tag, octets = message[oid_end], message[oid_end + 2 : binding_end]
            found.append((TEXTS[message[at + 3 : oid_end]], _value(tag, octets)))
            at = binding_end
        else:
            at, binding = _long_binding(message, at, end)
            found.append(binding)
    return found


def _long_binding(message: bytes, at: int, end: int) -> tuple[int, Binding]:
    at, binding_end = _content(message, at, end, _SEQUENCE)
    at, oid_end = _content(message, at, binding_end, _OID)
    tag = message[oid_end]
    value_at, value_end = _content(message, oid_end, binding_end, tag)
    value = _value(tag, message[value_at:value_end])
    return binding_end, (_oid_text(message[at:oid_end]), value)


def _value(tag: int, octets: bytes) -> Value | None:
    if tag in _NUMBERS:
        if not 0 < len(octets) <= _LONGEST_NUMBER:
            raise BerError(f"a number of {len(octets)} octets")
        return int.from_bytes(octets, "big", signed=tag == _INTEGER)
    if tag in _ABSENT:
        return None
    if tag == _OID:
        return _oid_text(octets)
    if tag == _ADDRESS and len(octets) == _ADDRESS_LENGTH:
        return ".".join(map(str, octets))
    return octets


def _content(message: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Return where the content of the element at `at` begins and ends; it must lie before `end`."""
    if message[at] != tag:
        raise BerError(f"{message[at]:#04x} where {tag:#04x} should stand")
    length, start = message[at + 1], at + 2
    if length >= _LONG_FORM:
        octets = length - _LONG_FORM
        if not 0 < octets <= _LONGEST_LENGTH:
            raise BerError("a length without end")
        start += octets
        length = int.from_bytes(message[at + 2 : start], "big")
    if start + length > end:
        raise BerError("it claims to be longer than it is")
    return start, start + length


def _number(message: bytes, at: int, end: int) -> tuple[int, int]:
    start, stop = _content(message, at, end, _INTEGER)
    if not 0 < stop - start <= _LONGEST_NUMBER:
        raise BerError(f"a number of {stop - start} octets")
    return int.from_bytes(message[start:stop], "big", signed=True), stop
