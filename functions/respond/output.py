"""Makes a server's bytes safe to keep: text without control characters and without secrets."""

import re

from respond.redaction import redact

_TERMINAL = re.compile(
    r"\x1b\[[0-?]{0,64}[ -/]{0,16}[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?"  # OSC, DCS, SOS, PM, APC: titles, links
    r"|\x1b[ -/]{0,4}[0-~]?"
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Control characters, and the marks that turn or hide text: no log line may read backwards."""


def readable(raw: bytes) -> str:
    """Return the bytes as UTF-8 text: wrong ones replaced, control characters removed, secrets
    masked.
    """
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return redact(_UNSEEN.sub("", _TERMINAL.sub("", text))).strip("\n")


def clip(text: str, limit: int) -> str:
    """Return at most `limit` UTF-8 bytes of the text, cut between characters."""
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= limit else raw[:limit].decode("utf-8", "ignore")
