"""Reads the provider's rota: the engineers who take over, in the order of the calls (M-1)."""

from pathlib import Path

from contract.contact import JAPAN, read_contacts
from toban.catalogue.document import read_file
from toban.catalogue.mistake import MistakesError, Notes
from toban.catalogue.section import section_of
from toban.domain.contract import Contact


class RotaError(MistakesError):
    """The rota cannot be used; nothing of it was taken."""


def read_rota(path: Path) -> tuple[Contact, ...]:
    """Return the engineers in the file, `engineers:` with name, mail and phone of each.

    Raises RotaError with all mistakes, also when the file cannot be opened.
    """
    notes = Notes(str(path))
    root = read_file(path, notes)
    section = section_of(root, notes, "the rota") if root else None
    engineers = read_contacts(section, JAPAN, "engineers") if section else ()
    if section:
        section.close()
    notes.raise_as(RotaError)
    return engineers
