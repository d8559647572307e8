"""Errors get their reason in one place, and hostile words are made safe there."""

import asyncio
import errno
from datetime import UTC, datetime

import pytest

from probe.probers.result import ProbeError, ProbeResult, observed, result_of, tidy
from toban.domain.check import Check, Kind
from toban.domain.observation import EVIDENCE_LIMIT, Observation, Reason, Status

CHECK = Check("acme.web01.http", Kind.TCP, "127.0.0.1", 80)
AT = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)


def observe_error(error: Exception) -> Observation:
    async def asked() -> ProbeResult:
        raise error

    return asyncio.run(observed(CHECK, lambda: AT, asked()))


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ECONNREFUSED, Reason.REFUSED),
        (errno.ETIMEDOUT, Reason.TIMEOUT),
        (errno.ECONNRESET, Reason.RESET),
        (errno.EPIPE, Reason.RESET),
        (errno.EHOSTUNREACH, Reason.UNREACHABLE),
    ],
)
def test_what_the_server_or_its_network_did_is_down(number: int, reason: Reason) -> None:
    observation = observe_error(OSError(number, "words of the library"))
    assert (observation.reason, observation.status) == (reason, Status.DOWN)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENETUNREACH, Reason.NO_ROUTE),
        (errno.ENETDOWN, Reason.NO_ROUTE),
        (errno.EPERM, Reason.NO_ROUTE),
        (errno.EADDRNOTAVAIL, Reason.NO_DESCRIPTORS),
        (errno.EMFILE, Reason.NO_DESCRIPTORS),
        (errno.ENFILE, Reason.NO_DESCRIPTORS),
        (errno.ENOBUFS, Reason.NO_DESCRIPTORS),
        (errno.EIO, Reason.PROBER_FAULT),
    ],
)
def test_what_our_own_side_lacks_is_unknown(number: int, reason: Reason) -> None:
    observation = observe_error(OSError(number, "words of the library"))
    assert (observation.reason, observation.status) == (reason, Status.UNKNOWN)


@pytest.mark.parametrize("error", [ValueError("boom"), RecursionError(), KeyError("x")])
def test_what_nobody_foresaw_is_our_fault_and_never_raised(error: Exception) -> None:
    observation = observe_error(error)
    assert observation.reason is Reason.PROBER_FAULT
    assert type(error).__name__ in observation.evidence


def test_a_result_thrown_early_is_kept() -> None:
    assert result_of(ProbeError(Reason.BAD_ANSWER, "SSH-1.5")) == ProbeResult(
        Reason.BAD_ANSWER, "SSH-1.5"
    )


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("line\r\nBcc: all@example.com", "line Bcc: all@example.com"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("zero\u200bwidth\x00", "zerowidth"),
        ("日本語　の\tページ", "日本語 の ページ"),
        (b"\xff\xferaw", "��raw"),
    ],
)
def test_words_of_a_server_are_one_harmless_line(hostile: str | bytes, safe: str) -> None:
    assert tidy(hostile) == safe


def test_words_of_a_server_are_cut() -> None:
    assert len(tidy("語" * 1_000_000)) == EVIDENCE_LIMIT
