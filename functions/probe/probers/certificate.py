"""How long a certificate is valid, and whether visitors' programs believe it (catalogue 2.2:
cert_expiry).

Name and chain are judged by openssl, the end by us: it is told before openssl would say no. A
server that cannot be asked is left to the monitor of its port; here it is unknown.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from probe.probers.connection import connect
from probe.probers.dialogue import hold
from probe.probers.in_time import Stage, in_time
from probe.probers.result import ProbeError, ProbeResult, observed, result_of
from probe.probers.tls import tls_failure
from toban.domain.check import CertificateQuestion, Check, DialogueQuestion, DialogueStep, Framing
from toban.domain.observation import Observation, Reason

_EXPIRED = 10
"""X509_V_ERR_CERT_HAS_EXPIRED, of the server's certificate or of one above it."""
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME, which the ssl module has no name for."""
_DAY_SECONDS = 86_400
_CHUNK = 65_536

_EHLO = DialogueStep("EHLO toban.invalid", ("250",), ("STARTTLS",))
STARTTLS = {
    "smtp": DialogueQuestion(
        (DialogueStep(expect=("220",)), _EHLO, DialogueStep("STARTTLS", ("220",))), Framing.REPLY
    ),
    "ftp": DialogueQuestion(
        (DialogueStep(expect=("220",)), DialogueStep("AUTH TLS", ("234",))), Framing.REPLY
    ),
    "imap": DialogueQuestion(
        (DialogueStep(expect=("* OK",)), DialogueStep("a STARTTLS", ("a OK",))), Framing.TAGGED
    ),
    "pop3": DialogueQuestion(
        (DialogueStep(expect=("+OK",)), DialogueStep("STLS", ("+OK",))), Framing.LINE
    ),
}
"""What is said before TLS begins (RFC 3207, 4217, 9051, 2595), by CertificateQuestion.protocol."""


async def probe(check: Check, at: Callable[[], datetime]) -> Observation:
    """Look at the certificate that the check's server shows; never raises but for cancellation."""
    return await observed(check, at, _ask(check, at))


async def _ask(check: Check, at: Callable[[], datetime]) -> ProbeResult:
    question = check.certificate
    if question is None:
        raise ProbeError(Reason.PROBER_FAULT, "the check names no certificate")
    stage = Stage()
    try:
        return await in_time(check, stage, _looked_at(check, question, stage, at))
    except (OSError, ProbeError) as error:
        seen = result_of(error)
    words = f"the certificate was not seen ({seen.reason}): {seen.evidence}"
    raise ProbeError(Reason.NOT_MEASURED, words)


async def _looked_at(
    check: Check, question: CertificateQuestion, stage: Stage, at: Callable[[], datetime]
) -> ProbeResult:
    try:
        ends = await _end(check, question, stage, context(check_time=True))
        return _judged(question, ends, at())
    except ssl.SSLCertVerificationError as error:
        if error.verify_code != _EXPIRED:
            return tls_failure(error).result
        expired = tls_failure(error).result
    try:
        ends = await _end(check, question, stage, context(check_time=False))
    except ssl.SSLCertVerificationError as error:
        return tls_failure(error).result
    days = _days_since(ends, at())
    shown = f"{expired.evidence}; the server's own ends {ends:%Y-%m-%d %H:%M}Z"
    return ProbeResult(expired.reason, shown, days)


def _judged(question: CertificateQuestion, ends: datetime, now: datetime) -> ProbeResult:
    days = _days_since(ends, now)
    words = f"{question.host}: ends {ends:%Y-%m-%d %H:%M}Z"
    if days >= 0:
        return ProbeResult(Reason.TLS_ERROR, f"{words}, expired", days)
    words = f"{words}, in {-days:.0f} days"
    if -days > question.days:
        return ProbeResult(Reason.OK, words, days)
    return ProbeResult(Reason.OVER_THRESHOLD, f"{words}; told from {question.days} days on", days)


def _days_since(ends: datetime, now: datetime) -> float:
    return (now - ends).total_seconds() / _DAY_SECONDS


async def _end(
    check: Check, question: CertificateQuestion, stage: Stage, rules: ssl.SSLContext
) -> datetime:
    """Return when the server's certificate ends; raises SSLCertVerificationError when it is not
    believed, other errors when it is not seen.
    """
    stage.words = "no connection"
    with await connect(check.address, check.port, check.connect_timeout_seconds) as opened:
        if question.protocol:
            await hold(opened, STARTTLS[question.protocol], stage, question.host)
        stage.words = "connected, but the TLS handshake did not end"
        shown = await _handshake(opened, rules, question.host)
    end = (shown or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(end)), UTC)


async def _handshake(
    opened: socket.socket, rules: ssl.SSLContext, host: str
) -> dict[str, object] | None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = rules.wrap_bio(incoming, outgoing, server_hostname=host)
    loop = asyncio.get_running_loop()
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            await loop.sock_sendall(opened, outgoing.read())
            received = await loop.sock_recv(opened, _CHUNK)
            incoming.write(received) if received else incoming.write_eof()
        else:
            await loop.sock_sendall(opened, outgoing.read())
            return dict(tls.getpeercert() or {})


@cache
def context(check_time: bool) -> ssl.SSLContext:
    """Return the shared context that believes what browsers believe, but for the time if asked."""
    made = ssl.create_default_context()
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not check_time:
        made.verify_flags = ssl.VerifyFlags(made.verify_flags | _NO_CHECK_TIME)
    return made
