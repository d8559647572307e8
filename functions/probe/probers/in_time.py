"""A probe within its total timeout, and how far it had come when that ended."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from probe.probers.result import ProbeError, ProbeResult
from toban.domain.check import Check
from toban.domain.observation import Reason


@dataclass(slots=True)
class Stage:
    """What had not happened yet, in words that "within 20 s" can follow; `heard` is what the server
    had begun to say.
    """

    words: str = "no connection"
    heard: str = ""


async def in_time(check: Check, stage: Stage, asked: Awaitable[ProbeResult]) -> ProbeResult:
    """Await the result until the check's total timeout, then raise ProbeError.

    A server that had begun to answer is reached: its half answer is BAD_ANSWER, silence TIMEOUT.
    """
    try:
        async with asyncio.timeout(check.total_timeout_seconds):
            return await asked
    except TimeoutError as error:
        if error.errno is not None:
            raise
        words = f"{stage.words} within {check.total_timeout_seconds:g} s"
        reason = Reason.BAD_ANSWER if stage.heard else Reason.TIMEOUT
        said = f"; heard: {stage.heard}" if stage.heard else ""
        raise ProbeError(reason, words + said) from None
