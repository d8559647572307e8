"""The little of DNS messages that a prober writes and reads (RFC 1035, section 4)."""

import struct
from dataclasses import dataclass

from probe.probers.result import ProbeError
from toban.domain.check import DnsQuestion
from toban.domain.observation import Reason

TYPES = {"A": 1, "SOA": 6}
RCODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED")
_INTERNET = 1
_RESPONSE, _TRUNCATED, _RECURSION_DESIRED, _RCODE = 0x8000, 0x0200, 0x0100, 0x000F
_HEADER = struct.Struct(">6H")
_LONGEST_LABEL = 63
_LONGEST_NAME = 254


@dataclass(frozen=True, slots=True)
class AnswerHeader:
    """The header of an answer: `records` is how many it gives."""

    rcode: str
    records: int
    truncated: bool


def query(question: DnsQuestion, number: int) -> bytes:
    """Return the message that asks; raises ProbeError PROBER_FAULT for what is no name."""
    header = _HEADER.pack(number, _RECURSION_DESIRED, 1, 0, 0, 0)
    return header + _question(question)


def answer_to(question: DnsQuestion, number: int, message: bytes) -> AnswerHeader | None:
    """Return the answer, or None when the message answers something else.

    A server that cannot read a question may leave it out of its answer.
    """
    if len(message) < _HEADER.size:
        return None
    found, flags, asked, records, *_ = _HEADER.unpack_from(message)
    if found != number or not flags & _RESPONSE:
        return None
    repeated = message[_HEADER.size :][: len(_question(question))].lower()
    if asked and repeated != _question(question).lower():
        return None
    code = flags & _RCODE
    rcode = RCODES[code] if code < len(RCODES) else f"RCODE{code}"
    return AnswerHeader(rcode, records, bool(flags & _TRUNCATED))


def _question(question: DnsQuestion) -> bytes:
    return _name(question.name) + struct.pack(">HH", TYPES[question.record], _INTERNET)


def _name(name: str) -> bytes:
    labels = [label.encode("ascii", "replace") for label in name.strip(".").split(".") if label]
    length = sum(len(label) + 1 for label in labels)
    if length > _LONGEST_NAME or any(len(label) > _LONGEST_LABEL for label in labels):
        raise ProbeError(Reason.PROBER_FAULT, f"{name[:80]} cannot be asked for: it is too long")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
