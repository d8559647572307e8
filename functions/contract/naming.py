"""Ids that people give to customers, servers and monitors (toban.domain.identifier)."""

import re

from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import Refusal, quoted
from toban.domain.identifier import CUSTOMER, MONITOR, PROVIDER, SERVER


def _identifier(pattern: re.Pattern[str], longest: int, example: str) -> Format[str]:
    def parse(text: str) -> str:
        typed = half_width(text)
        if typed == PROVIDER and pattern is CUSTOMER:
            raise Refusal(f"{quoted(text)} is the provider's own id.", "Give the customer another.")
        if not pattern.fullmatch(typed):
            near = _suggestion(typed, longest)
            mend = f"Use at most {longest} small letters, digits and hyphens{near}."
            raise Refusal(f"{quoted(text)} cannot be an id.", mend)
        return typed

    return Format(parse, example, "")


def _suggestion(typed: str, longest: int) -> str:
    near = re.sub(r"[^a-z0-9]+", "-", typed.lower()).strip("-")[:longest].strip("-")
    return f', for example "{near}"' if near else ""


CUSTOMER_ID = _identifier(CUSTOMER, 16, "acme")
SERVER_ID = _identifier(SERVER, 24, "web01")
PROCEDURE_NAME = _identifier(MONITOR, 20, "restart-worker")
MONITOR_ID = _identifier(MONITOR, 20, "http-2")
