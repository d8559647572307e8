"""What is wrong in a file that a person wrote: all of it at once, with places and mends."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN = 40
_COMPARED = 64
_WIDE_BLANK = "\N{IDEOGRAPHIC SPACE}"
MISTAKES_SHOWN = 200
"""A file with more mistakes than this is of another kind; a longer list helps nobody."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; both numbers count from 1, as editors do. In a workbook
    `cell` names tab and cell, as Excel does.
    """

    line: int
    column: int
    cell: str = ""

    @property
    def where(self) -> str:
        """The place in words."""
        return f"in {self.cell}" if self.cell else f"on line {self.line}"

    def __str__(self) -> str:
        return self.cell or f"{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that is wrong and what to do about it, as two sentences of plain English."""

    file: str
    place: Place
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.place}: {self.problem} {self.mend}"


class MistakesError(ValueError):
    """A file cannot be used; `mistakes` holds all that is wrong, by line. Nothing was taken."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        lines = [str(mistake) for mistake in self.mistakes[:MISTAKES_SHOWN]]
        left = len(self.mistakes) - MISTAKES_SHOWN
        return lines if left <= 0 else [*lines, f"... and {left} more mistakes like these."]


class CatalogueError(MistakesError):
    """The provider's own data is wrong; nothing of it was taken."""


class Refusal(ValueError):
    """A value cannot be taken, and why and what to do, before it is known where it stands."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


class Notes:
    """Collects the mistakes of one file while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def add(self, place: Place, problem: str, mend: str) -> None:
        """Write down one mistake."""
        self.mistakes.append(Mistake(self.file, place, problem, mend))

    def raise_as(self, error: type[MistakesError]) -> None:
        """Raise `error` when there is any mistake."""
        if self.mistakes:
            raise error(self.mistakes)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a mistyped one was probably meant to be."""
    words = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word[:_COMPARED].lower(), words, n=1, cutoff=0.7)
    return words[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a mend: the known word that is nearest to a mistyped one, or the list of them all."""
    words = list(known)
    near = nearest(word, words)
    return f'Did you mean "{near}"?' if near else f"Use one of: {', '.join(words)}."


def quoted(text: str) -> str:
    """Return what was written, fit to be shown: one short line without control characters."""
    shown = "".join(char if char.isprintable() or char == _WIDE_BLANK else "?" for char in text)
    return f'"{shown}"' if len(shown) <= _SHOWN else f'"{shown[: _SHOWN - 1]}…"'
