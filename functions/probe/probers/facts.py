"""What an agent told, and how a measure asks for more of it.

A measure is a generator without input or output: it yields what it needs, finds it in the facts,
and returns a result. Measures of one agent advance together, so their needs travel in the same
requests.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from probe.probers.result import ProbeResult


@dataclass(frozen=True, slots=True)
class Need:
    """Objects (OIDs of instances) and whole table columns that a measure wants to see next."""

    oids: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


Measure = Generator[Need, None, ProbeResult]


@dataclass(slots=True)
class AgentFacts:
    """Values by OID and columns by OID and index; what the agent does not have is missing."""

    values: dict[str, object] = field(default_factory=dict)
    columns: dict[str, dict[str, object]] = field(default_factory=dict)

    def number(self, oid: str) -> int | None:
        """Return an integer, or None when the agent does not have it."""
        value = self.values.get(oid)
        return value if isinstance(value, int) else None

    def each_number(self, oids: Sequence[str]) -> list[int | None]:
        """Return the integer of each OID, or None in its place."""
        values = map(self.values.get, oids)
        return [value if isinstance(value, int) else None for value in values]

    def numbers(self, *oids: str) -> list[int] | None:
        """Return the integers, or None when one of them is missing."""
        values = map(self.values.get, oids)
        found = [value for value in values if isinstance(value, int)]
        return found if len(found) == len(oids) else None

    def text(self, oid: str) -> str:
        """Return a string, "" when the agent does not have it."""
        return text_of(self.values.get(oid))

    def column(self, oid: str) -> dict[str, str]:
        """Return a column of strings by index."""
        return {index: text_of(value) for index, value in self.columns.get(oid, {}).items()}

    def index_of(self, column: str, text: str) -> str | None:
        """Return the index of the row whose cell is `text`, or None."""
        return next((i for i, cell in self.column(column).items() if cell == text), None)

    def cell(self, column: str, index: str) -> object:
        """Return a cell, whether it came with its column or alone; None when the agent does not
        have it.
        """
        alone = self.values.get(f"{column}.{index}")
        return alone if alone is not None else self.columns.get(column, {}).get(index)

    def cell_text(self, column: str, index: str) -> str:
        """Return a cell as a string, "" when the agent does not have it."""
        return text_of(self.cell(column, index))


def text_of(value: object) -> str:
    """Return a value of an agent as text, "" for None."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").rstrip("\0")
    return "" if value is None else str(value)
