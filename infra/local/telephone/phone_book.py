"""Who answers which telephone: a script for each number, also from a file (`toban up --phones`)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from infra.local.telephone import behaviour
from infra.local.telephone.behaviour import Behaviour
from toban.catalogue.document import read_file
from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import MistakesError, Notes, Refusal, did_you_mean, quoted
from toban.catalogue.section import Section, section_of

__all__ = ["Behaviour", "PhoneBook", "PhoneBookError", "read_phone_book"]


Script = Behaviour | Sequence[Behaviour]


class PhoneBookError(MistakesError):
    """The file of telephones cannot be used."""


class PhoneBook:
    """Behaviours by number, in the order of the calls; the last one stays. Unknown numbers are
    silent.
    """

    def __init__(
        self, numbers: Mapping[str, Behaviour | Sequence[Behaviour]] | None = None
    ) -> None:
        self._scripts = {
            number: (script,) if isinstance(script, Behaviour) else tuple(script)
            for number, script in (numbers or {}).items()
        }

    def behaviour(self, number: str, earlier_calls: int) -> Behaviour:
        """Return what the number does at this call."""
        script = self._scripts.get(number, (Behaviour(),))
        return script[min(earlier_calls, len(script) - 1)]

    def set(self, number: str, *script: Behaviour) -> None:
        """Let a number behave otherwise from the next call on."""
        self._scripts[number] = script


def read_phone_book(path: Path) -> PhoneBook:
    """Return the file's book: a line for each number, `"+819012345678": acknowledges after 5`.

    A list in the place of the line is for the first call, the second and so on. Raises
    PhoneBookError with all mistakes, also when the file cannot be opened.
    """
    notes = Notes(str(path))
    root = read_file(path, notes)
    section = section_of(root, notes, "the phone book") if root else None
    book = PhoneBook()
    for number in section.keys if section else ():
        _read_number(section, number, book)
    notes.raise_as(PhoneBookError)
    return book


def _read_number(section: Section | None, number: str, book: PhoneBook) -> None:
    if section is None:
        return
    if not _NUMBER.fullmatch(number):
        problem = f"{quoted(number)} is not a telephone number with its country's code."
        section.note(number, problem, f"Write it as {quoted('+819012345678')}, in quotes.")
    book.set(number, *(script for script, _ in section.listed(number, _SCRIPT)))


def _script(text: str) -> Behaviour:
    found = _LINE.fullmatch(half_width(text).lower())
    word = found["word"] if found else half_width(text).split(" ")[0]
    if found is None or word not in _WORDS:
        mend = did_you_mean(word, _WORDS)
        if word in _WORDS:
            mend = f"Write {quoted('answers after 5 pressing 11')}."
        raise Refusal(f"{quoted(text)} does not say what the number does.", mend)
    script = _WORDS[word]()
    if found["after"]:
        script = replace(script, after=float(found["after"]))
    return replace(script, keys=found["keys"].replace(" ", "")) if found["keys"] else script


_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_LINE = re.compile(
    r"(?P<word>[a-z_]+)( after (?P<after>[0-9]{1,3})( s)?)?( pressing (?P<keys>[0-9*# ]+))?"
)
_WORDS: Mapping[str, Callable[[], Behaviour]] = {
    "acknowledges": behaviour.acknowledges,
    "answers": behaviour.answers,
    "passes_on": behaviour.passes_on,
    "hangs_up": behaviour.hangs_up,
    "voicemail": behaviour.voicemail,
    "silent": behaviour.silent,
    "rejects": behaviour.rejects,
    "busy": behaviour.busy,
    "invalid": behaviour.invalid,
    "congested": behaviour.congested,
    "out_of_order": behaviour.out_of_order,
    "refused": behaviour.refused,
}
_SCRIPT = Format(_script, "acknowledges after 5", Behaviour())
