"""Reads a server's answers, line by line, from a stream that may be hostile."""

from typing import Protocol

from probe.probers.in_time import Stage
from probe.probers.result import ProbeError
from toban.domain.check import Framing
from toban.domain.observation import Reason

ANSWER_LIMIT = 8_192
"""Bytes of one answer read at most; the EHLO of a talkative mail server has about 500."""
_CODE_LENGTH = 3


class Stream(Protocol):
    """A connection, plain or encrypted."""

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""

    async def receive(self) -> bytes:
        """Return what came, b"" at the end."""


class Answers:
    """The answers of one stream, whatever pieces they come in."""

    def __init__(self, stream: Stream, framing: Framing, stage: Stage) -> None:
        self._stream = stream
        self._framing = framing
        self._stage = stage
        self._waiting = bytearray()

    async def next(self, expected: tuple[str, ...], to_command: bool) -> list[str]:
        """Return the lines of the next answer, the decisive one last; raises ProbeError BAD_ANSWER
        when none comes whole.

        `expected` are beginnings of good answers; `to_command` tells that something was asked.
        """
        left = ANSWER_LIMIT
        lines = [await self._line(left)]
        while not self._ended(lines, expected, to_command):
            left -= len(lines[-1]) + 1
            lines.append(await self._line(left))
        self._stage.heard = ""
        return lines

    async def _line(self, limit: int) -> str:
        while b"\n" not in self._waiting:
            if len(self._waiting) >= limit:
                words = f"no end of the answer in {ANSWER_LIMIT} bytes"
                raise ProbeError(Reason.BAD_ANSWER, f"{words}: {self._text()[:80]}")
            received = await self._stream.receive()
            if not received:
                raise ProbeError(Reason.BAD_ANSWER, self._unfinished())
            self._waiting += received[: ANSWER_LIMIT + 1]
            self._stage.heard = self._text().strip()[:80] or self._stage.heard
        line, _, self._waiting = self._waiting.partition(b"\n")
        if len(line) > limit:
            words = f"no end of the answer in {ANSWER_LIMIT} bytes"
            raise ProbeError(Reason.BAD_ANSWER, words)
        text = line.decode("utf-8", "replace").rstrip("\r")
        self._stage.heard = text[:80] or self._stage.heard
        return text

    def _unfinished(self) -> str:
        if self._stage.heard:
            return f"connection closed after: {self._stage.heard}"
        return f"connection closed: {self._stage.words}"

    def _text(self) -> str:
        return self._waiting.decode("utf-8", "replace")

    def _ended(self, lines: list[str], expected: tuple[str, ...], to_command: bool) -> bool:
        first, last = lines[0], lines[-1]
        match self._framing:
            case Framing.REPLY:
                code = first[:_CODE_LENGTH]
                continues = code.isdigit() and first[_CODE_LENGTH:].startswith("-")
                ends = last.startswith(code) and not last[_CODE_LENGTH:].startswith("-")
                return not continues or ends
            case Framing.TAGGED:
                return not to_command or not last.startswith("* ") or last.startswith("* BYE")
            case Framing.BANNER:
                return last.startswith(expected)
            case Framing.LINE:
                return True
