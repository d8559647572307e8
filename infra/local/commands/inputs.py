"""Reads every file that a command was given and tells all mistakes of all of them at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from contract.policy_file import read_policy
from contract.rota import read_rota
from contract.sheet import Sheet, read_sheet
from infra.local.commands.refusal import RefusalError
from infra.local.telephone import PhoneBook, read_phone_book
from toban.catalogue.mistake import MistakesError
from toban.domain.contract import Contact
from toban.domain.policy import Policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is to be watched, by which rules, and who answers which telephone."""

    sheets: tuple[Sheet, ...]
    policy: Policy
    phones: PhoneBook = field(default_factory=PhoneBook)
    engineers: tuple[Contact, ...] = ()


def read(
    sheets: Iterable[Path],
    policy: Path | None = None,
    phones: Path | None = None,
    engineers: Path | None = None,
) -> Inputs:
    """Return what the files say; raises RefusalError with every mistake of every file."""
    mistakes: list[str] = []
    rules = (_read(read_policy, policy, mistakes) if policy else None) or Policy()
    # this machine may well be the server that is watched, which no function on AWS ever is
    reader = partial(read_sheet, allow_loopback=True, rails=rules.rails)
    found = [(path, _read(reader, path, mistakes)) for path in dict.fromkeys(sheets)]
    mistakes += _twice([(path, sheet) for path, sheet in found if sheet])
    rota = (_read(read_rota, engineers, mistakes) if engineers else None) or ()
    book = (_read(read_phone_book, phones, mistakes) if phones else None) or PhoneBook()
    if mistakes:
        raise RefusalError("\n".join(mistakes))
    return Inputs(tuple(sheet for _, sheet in found if sheet), rules, book, rota)


def _read(reader: Callable[[Path], T], path: Path, mistakes: list[str]) -> T | None:
    try:
        return reader(path)
    except MistakesError as error:
        mistakes.append(str(error))
        return None


def _twice(sheets: Iterable[tuple[Path, Sheet]]) -> list[str]:
    """A customer has one sheet: two would overwrite each other's contacts."""
    first: dict[str, Path] = {}
    wrong = []
    for path, sheet in sheets:
        customer = sheet.customer.customer_id
        if customer in first:
            wrong.append(
                f'{path}: The customer "{customer}" has a sheet already, {first[customer]}. '
                "Put all of a customer's servers into one sheet."
            )
        first.setdefault(customer, path)
    return wrong
