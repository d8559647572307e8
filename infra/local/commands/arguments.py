"""What may be written after an option: each reader returns the value or says what is wrong."""

import math
import re
import tempfile
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from infra.local.commands.refusal import RefusalError

FASTEST = 1000.0
HIGHEST_PORT = 65_535
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_INSTANCE = re.compile(r"(arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9-]+)?")


def speed(text: str) -> float:
    """Return how many rule seconds pass in a second, e.g. 20 for "20" and for "20x"."""
    try:
        value = float(text.removesuffix("x"))
    except ValueError:
        value = math.nan
    if not 0 < value <= FASTEST:
        raise ArgumentTypeError(
            f"{text!r} is not a speed; give a number above 0 and up to {FASTEST:.0f}, such as 20."
        )
    return value


def port(text: str) -> int:
    """Return a TCP port; 0 stands for any free one."""
    if not text.isascii() or not text.isdigit() or int(text) > HIGHEST_PORT:
        raise ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535.")
    return int(text)


def day(text: str) -> str:
    """Return a day of the calendar in ISO 8601, such as 2026-11-30."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it like 2026-11-30.") from None


def mail(text: str) -> str:
    """Return one mail address, as the template takes it."""
    if not _MAIL.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is not a mail address; write it like ops@example.com.")
    return text


def connect_instance(text: str) -> str:
    """Return the ARN of an instance of Amazon Connect, or nothing, as the template takes it."""
    if not _INSTANCE.fullmatch(text):
        raise ArgumentTypeError(
            f"{text!r} is not an instance of Amazon Connect; write its ARN, like "
            "arn:aws:connect:ap-northeast-1:123456789012:instance/..."
        )
    return text


def peer(text: str) -> tuple[str, int]:
    """Return host and port of HOST:PORT; an IPv6 address stands in brackets."""
    host, _, number = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if (
        not host
        or not number.isascii()
        or not number.isdigit()
        or not 0 < int(number) <= HIGHEST_PORT
    ):
        raise ArgumentTypeError(f"{text!r} is not HOST:PORT; write it like mail.example.com:25.")
    return host, int(number)


def require_writable(folder: Path, option: str) -> Path:
    """Make the folder and prove that files can be written there; raises RefusalError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.resolve()
    except OSError as error:
        raise RefusalError(
            f"Nothing can be written in {folder} ({_reason(error)}): "
            f"give {option} a folder that you may write in."
        ) from None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
