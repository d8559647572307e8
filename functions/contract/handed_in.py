"""A hearing sheet as an event hands it in."""

from base64 import b64decode
from typing import Any

from contract.sheet import Sheet, parse_sheet
from toban.settings import on_lambda
from toban.store import contracts


def read(event: dict[str, Any]) -> Sheet:
    """Return the sheet; raises MistakesError. "sheet" is its text, "sheet_base64" the file as it
    is, also the form; "file" is its name in the mistakes.
    """
    data = b64decode(event["sheet_base64"]) if "sheet_base64" in event else event["sheet"].encode()
    rails = contracts.policy().rails
    return parse_sheet(data, str(event["file"]), allow_loopback=not on_lambda(), rails=rails)
