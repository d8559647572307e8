"""One HTTP response as far as a probe needs it: read with limits, parsed as forgivingly as a
browser does.
"""

import re
import zlib
from enum import IntEnum

import httptools

from probe.probers.result import ProbeError
from toban.domain.observation import Reason

HEADER_LIMIT = 65_536
"""Bytes of status line and headers after which the server is not taken seriously any more."""
BODY_LIMIT = 262_144
"""Bytes of body looked at, before and after decompression."""
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +\d{3}\b")
_FIRST_FINAL_STATUS = 200
_SWITCHING_PROTOCOLS = 101


class Wanted(IntEnum):
    """How much of the response has to be read."""

    STATUS_LINE = 1
    HEADERS = 2
    BODY = 3


class Response:
    """Feed it what the connection gives until `enough`; then `end`.

    `status` is 0 until a final status came; `headers` have lower-case names, the first of equal
    names counts.
    """

    def __init__(self, wanted: Wanted, method: str) -> None:
        self.status = 0
        self.status_line = ""
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.truncated = False
        self._wanted = wanted
        self._bodiless = method == "HEAD"
        self._read = 0
        self._first = bytearray()
        self._reason = bytearray()
        self._headers_done = False
        self._body_done = False
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_keep_alive=True,
            lenient_transfer_encoding=True,
            lenient_version=True,
            lenient_data_after_close=True,
            lenient_optional_lf_after_cr=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )

    @property
    def enough(self) -> bool:
        """Tell whether all that is wanted has been read."""
        if self._wanted is Wanted.STATUS_LINE:
            return bool(self.status_line)
        if self._wanted is Wanted.HEADERS or self._bodiless:
            return self._headers_done
        return self._body_done

    def feed(self, data: bytes) -> None:
        """Take in what came; raises ProbeError BAD_ANSWER when it is no HTTP or too much of it."""
        self._read += len(data)
        if not self.status_line:
            self._read_status_line(data)
        if self._wanted is Wanted.STATUS_LINE:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._headers_done = self._body_done = True
        except httptools.HttpParserError as error:
            if not self.enough:
                raise self._not_http(str(error)) from None
        if not self._headers_done and self._read > HEADER_LIMIT:
            raise ProbeError(Reason.BAD_ANSWER, f"headers over {HEADER_LIMIT} bytes")
        if self._read > HEADER_LIMIT + 2 * BODY_LIMIT:
            self.truncated = self._body_done = True  # chunk headers or trailers without end

    def end(self) -> None:
        """Take note that the server closed the connection; raises ProbeError BAD_ANSWER when that
        was too early.
        """
        if not self._read:
            raise ProbeError(Reason.BAD_ANSWER, "connection closed without an answer")
        if self._wanted is Wanted.STATUS_LINE or not self._headers_done:
            raise self._not_http("connection closed before the end of the headers")
        self._body_done = True

    def text_bytes(self) -> bytes:
        """Return the body decompressed; raises ProbeError NOT_MEASURED for a coding that was not
        asked for.
        """
        coding = self.headers.get("content-encoding", "").strip().lower()
        if coding in {"", "identity"}:
            return bytes(self.body)
        if coding not in {"gzip", "x-gzip", "deflate"}:
            words = f"{self.status_line}; body in {coding} although none was accepted"
            raise ProbeError(Reason.NOT_MEASURED, words)
        return _inflated(bytes(self.body))

    def on_status(self, reason: bytes) -> None:
        """Collect the reason phrase (called by httptools, perhaps in pieces)."""
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the first of equal headers (called by httptools)."""
        self.headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))

    def on_headers_complete(self) -> None:
        """Take the status, unless it is an interim one (called by httptools)."""
        code = self._parser.get_status_code()
        if code < _FIRST_FINAL_STATUS and code != _SWITCHING_PROTOCOLS:
            self.headers.clear()
            self._reason.clear()
            return
        self.status = code
        words = self._reason.decode("utf-8", "replace")
        self.status_line = f"HTTP/{self._parser.get_http_version()} {code} {words}".rstrip()
        self._headers_done = True

    def on_body(self, body: bytes) -> None:
        """Collect the body up to the limit (called by httptools)."""
        room = BODY_LIMIT - len(self.body)
        self.body += body[:room]
        if len(body) >= room:
            self.truncated = True
            self._body_done = True

    def on_message_complete(self) -> None:
        """Note the end of the final response (called by httptools)."""
        self._body_done = self._body_done or self._headers_done

    def _read_status_line(self, data: bytes) -> None:
        self._first += data[:HEADER_LIMIT]
        line, found, _ = self._first.lstrip().partition(b"\n")
        if not found and len(self._first) < HEADER_LIMIT:
            return
        if not _STATUS_LINE.match(line):
            raise self._not_http("no status line")
        self.status_line = line.decode("utf-8", "replace").strip()

    def _not_http(self, problem: str) -> ProbeError:
        seen = bytes(self._first[:200]).decode("utf-8", "replace")
        return ProbeError(Reason.BAD_ANSWER, f"{problem}; received: {seen}")


def _inflated(body: bytes) -> bytes:
    """Decompress gzip or zlib (or raw deflate, as some servers send), never more than the limit."""
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body, BODY_LIMIT)
        except zlib.error:
            continue
    return b""
