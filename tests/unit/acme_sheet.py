"""The sheet that the tests of reading begin from, whole or with other monitors."""

from pathlib import Path

from contract.sheet import Sheet, parse_sheet
from toban.domain.contract import Monitor

ROOT = Path(__file__).parents[2]
ACME = (ROOT / "tests/testdata/sheets/acme.yaml").read_text(encoding="utf-8")


def read(text: str) -> Sheet:
    return parse_sheet(text.encode(), "acme.yaml")


def with_monitors(*lines: str) -> str:
    """Return the sheet with these lines in the place of its monitors."""
    return ACME.partition("      - ssh\n")[0] + "".join(f"      {line}\n" for line in lines)


def monitor(*lines: str) -> Monitor:
    (found,) = read(with_monitors(*lines)).servers[0].monitors
    return found
