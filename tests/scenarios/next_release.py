"""Code of a release that is rolled out while the system is at work."""

from typing import Any

from escalate import send_mail

KINDS: list[str] = []
"""The mails that this release was asked for, by kind."""


def handler(event: dict[str, Any], context: object) -> Any:
    """Do as `send_mail` does, and note it."""
    KINDS.append(event["kind"])
    return send_mail.handler(event, context)
