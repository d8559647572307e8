"""From what happened on the wire to an observation: the one place where errors get their reason."""

import errno
import os
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

from toban.domain.check import Check
from toban.domain.observation import EVIDENCE_LIMIT, Observation, Reason


class ProbeResult(NamedTuple):
    """What a probe found, before it is tied to a monitor and a time."""

    reason: Reason
    evidence: str = ""
    value: float | None = None


class ProbeError(Exception):
    """A probe ended early with this result."""

    def __init__(self, reason: Reason, evidence: str) -> None:
        super().__init__(evidence)
        self.result = ProbeResult(reason, evidence)


_REASONS = {
    errno.ECONNREFUSED: Reason.REFUSED,
    errno.ETIMEDOUT: Reason.TIMEOUT,
    errno.ECONNRESET: Reason.RESET,
    errno.ECONNABORTED: Reason.RESET,
    errno.EPIPE: Reason.RESET,
    errno.EHOSTUNREACH: Reason.UNREACHABLE,
    errno.EHOSTDOWN: Reason.UNREACHABLE,
    errno.ENOPROTOOPT: Reason.UNREACHABLE,
    errno.EPROTO: Reason.UNREACHABLE,
    errno.ENETUNREACH: Reason.NO_ROUTE,
    errno.ENETDOWN: Reason.NO_ROUTE,
    errno.EACCES: Reason.NO_ROUTE,
    errno.EPERM: Reason.NO_ROUTE,
    errno.EAFNOSUPPORT: Reason.NO_ROUTE,
    errno.EADDRNOTAVAIL: Reason.NO_DESCRIPTORS,
    errno.EMFILE: Reason.NO_DESCRIPTORS,
    errno.ENFILE: Reason.NO_DESCRIPTORS,
    errno.ENOBUFS: Reason.NO_DESCRIPTORS,
    errno.ENOMEM: Reason.NO_DESCRIPTORS,
}
"""ENETUNREACH is our own missing route, EADDRNOTAVAIL our own exhausted ports: neither is the
server's fault.
"""


def result_of(error: BaseException) -> ProbeResult:
    """Return the result that an error of a probe is; what nobody foresaw is our own fault."""
    if isinstance(error, ProbeError):
        return error.result
    if isinstance(error, TimeoutError) and error.errno is None:
        return ProbeResult(Reason.TIMEOUT, "no complete answer in time")
    if isinstance(error, OSError) and error.errno in _REASONS:
        return ProbeResult(_REASONS[error.errno], os.strerror(error.errno))
    return ProbeResult(Reason.PROBER_FAULT, f"{type(error).__name__}: {error}")


async def observed(
    check: Check, at: Callable[[], datetime], asked: Awaitable[ProbeResult]
) -> Observation:
    """Await a result and return it as the check's observation; no error gets through."""
    try:
        result = await asked
    except Exception as error:  # whatever goes wrong in a probe is an observation
        result = result_of(error)
    return observation(check, at(), result)


def observation(check: Check, observed_at: datetime, result: ProbeResult) -> Observation:
    """Return the check's observation with its evidence made safe to store."""
    value = None if result.value is None else round(result.value, 3)
    return Observation(check.monitor_id, result.reason, observed_at, value, tidy(result.evidence))


def tidy(text: str | bytes) -> str:
    """Return text of an untrusted server as one line without control characters, at most
    EVIDENCE_LIMIT long.
    """
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if words.isascii() and words.isprintable() and "  " not in words:
        return words.strip()[:EVIDENCE_LIMIT]
    words = words[: 4 * EVIDENCE_LIMIT]
    words = "".join(_visible(character) for character in words)
    return " ".join(words.split())[:EVIDENCE_LIMIT]


def _visible(character: str) -> str:
    """Drop what a terminal or a mail client would obey instead of show (Unicode categories C*)."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character).startswith("C") else character
