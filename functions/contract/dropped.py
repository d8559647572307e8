"""What the name of a dropped object asks for: intake keys, written by hand and not to be trusted.

plan/<file>, apply/<file> or apply/<plan id>/<file>, accept/<file> or accept-with-call/<file>; the
result of each is result/<key>.txt.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

RESULTS = "result/"
_MOST_BYTES = 500
"""S3 allows keys of 1024 bytes; the result's is longer than the sheet's, and mails name it."""

_PLAN_ID = re.compile(r"(new|[0-9a-f]{16})\.[0-9a-f]{16}\.\d{4}-\d\d-\d\d", re.ASCII)
_NO_SIGNS = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
ACCEPT, WITH_CALL = "accept", "accept-with-call"
_ACTIONS = ("plan", "apply", ACCEPT, WITH_CALL)
_MEND = (
    "Put the sheet directly into plan/, apply/, accept/ or accept-with-call/, or into "
    "apply/<plan id>/ to apply that very plan."
)


class MisplacedError(ValueError):
    """A key that asks for nothing we know; the text is the mistake and its mend."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with which file; `plan_id` is None for whatever a plan would say now."""

    action: str
    file: str
    plan_id: str | None = None


def wish_of(key: str) -> Wish:
    """Return what the key asks for; raises MisplacedError."""
    if not _is_plain(key):
        raise MisplacedError("The file's name is too long or holds unprintable signs: rename it.")
    folder, *between, file = key.split("/") if "/" in key else ("", key)
    if folder not in _ACTIONS or len(between) > (folder == "apply"):
        raise MisplacedError(f"This folder is for no sheets. {_MEND}")
    if between and not _PLAN_ID.fullmatch(between[0]):
        raise MisplacedError(f"The folder's name is not the id of a plan. {_MEND}")
    return Wish(folder, file, between[0] if between else None)


def result_key(key: str, form: str = "txt") -> str:
    """Return the key of the result in that form; never one that an event comes of."""
    named = key if _is_plain(key) else f"misnamed/{digest(key)}"
    return f"{RESULTS}{named}.{form}"


def digest(text: str) -> str:
    """Return 16 hexadecimal digits that stand for a text of any signs."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _is_plain(key: str) -> bool:
    # blanks of any width are ordinary in names of files
    signs = not any(unicodedata.category(sign) in _NO_SIGNS for sign in key)
    return signs and len(key.encode(errors="replace")) <= _MOST_BYTES
