"""TLS over an already connected socket: one context for all probes, openssl's own words as
evidence.
"""

import socket
import ssl
from functools import cache
from math import inf

from probe.probers.result import ProbeError
from probe.probers.wire import receive, send_all
from toban.domain.observation import Reason

_CHUNK = 65_536


@cache
def context(verify: bool) -> ssl.SSLContext:
    """Return the shared context: loading the certificate bundle costs as much as a hundred
    handshakes.
    """
    made = ssl.create_default_context()
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13 sets it; browsers are not so strict
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


class PlainStream:
    """A connected socket read and written as it is; TimeoutError at `end` (loop time)."""

    def __init__(self, opened: socket.socket, end: float = inf) -> None:
        self._socket = opened
        self._end = end

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""
        await send_all(self._socket, data, self._end)

    async def receive(self) -> bytes:
        """Return what came, b"" at the end."""
        return await receive(self._socket, _CHUNK, self._end)


class TlsStream:
    """The same over TLS; the handshake is made first, by `open`."""

    def __init__(self, opened: socket.socket, host: str, verify: bool, end: float = inf) -> None:
        self._socket = opened
        self._end = end
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context(verify).wrap_bio(
            self._incoming, self._outgoing, server_hostname=host or None
        )

    async def open(self) -> None:
        """Make the handshake, or raise ProbeError TLS_ERROR."""
        try:
            while True:
                try:
                    self._tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    await self._exchange()
            await self._flush()
        except ssl.SSLError as error:
            raise tls_failure(error) from None

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""
        self._tls.write(data)
        await self._flush()

    async def receive(self) -> bytes:
        """Return what came, b"" at the end (also when the server forgot the closing alert)."""
        while True:
            try:
                return self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                await self._exchange()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
            except ssl.SSLError as error:
                raise tls_failure(error) from None

    async def _exchange(self) -> None:
        await self._flush()
        received = await receive(self._socket, _CHUNK, self._end)
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        waiting = self._outgoing.read()
        if waiting:
            await send_all(self._socket, waiting, self._end)


def tls_failure(error: ssl.SSLError) -> ProbeError:
    """Return the failure in openssl's words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ProbeError(Reason.TLS_ERROR, f"certificate: {error.verify_message}")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return ProbeError(Reason.TLS_ERROR, "connection closed during the TLS handshake")
    return ProbeError(Reason.TLS_ERROR, (error.reason or str(error)).lower().replace("_", " "))
