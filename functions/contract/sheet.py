"""Reads a hearing sheet (clauses C-2, C-4): the whole of it, or every mistake and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from contract.contact import JAPAN, read_contacts
from contract.days import DAY
from contract.figures import read_figures
from contract.naming import CUSTOMER_ID
from contract.server import read_servers
from contract.workbook import read_workbook
from contract.workbook_file import ARCHIVE, MOST_BYTES
from toban.catalogue.document import START, Node, read_bytes, read_document
from toban.catalogue.format import Format, half_width, line_of_text, one_of
from toban.catalogue.mistake import MistakesError, Notes, Place, Refusal, nearest, quoted
from toban.catalogue.section import Section, section_of
from toban.domain.contract import Customer, Server
from toban.domain.rails import Rails
from toban.domain.revision import Terms


class SheetError(MistakesError):
    """The hearing sheet cannot be used; nothing of it was taken."""


SPECIFIED = Rails()
"""The rails as the specification has them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one customer has agreed to, and the day from which it is wished for; None for as soon as
    possible. `id_at` and `start_at` are where the customer's id and that day stand in the file.
    """

    customer: Customer
    servers: tuple[Server, ...]
    start: date | None = None
    id_at: Place = field(default=START, compare=False)
    start_at: Place = field(default=START, compare=False)

    @property
    def terms(self) -> Terms:
        """What would be in force."""
        return Terms(self.customer, self.servers)


def read_sheet(path: Path, *, allow_loopback: bool = False, rails: Rails = SPECIFIED) -> Sheet:
    """Return the sheet in the file; raises SheetError, also when it cannot be opened.

    A server's address may be the prober's own machine only with `allow_loopback`, for the local
    system: on AWS that would be the runtime of the function itself. `rails` are the provider's: a
    customer's own rails take from them what the sheet does not write.
    """
    notes = Notes(str(path))
    data = read_bytes(path, notes, MOST_BYTES)
    root = None if data is None else _tree(data, notes)
    return _read(root, notes, rails, allow_loopback=allow_loopback)


def parse_sheet(
    data: bytes, file: str, *, allow_loopback: bool = False, rails: Rails = SPECIFIED
) -> Sheet:
    """Return the sheet as read_sheet does; `file` is its name in the mistakes."""
    notes = Notes(file)
    return _read(_tree(data, notes), notes, rails, allow_loopback=allow_loopback)


def _tree(data: bytes, notes: Notes) -> Node | None:
    """A sheet is written as YAML or filled in as a form in Excel."""
    return read_workbook(data, notes) if data.startswith(ARCHIVE) else read_document(data, notes)


def _read(root: Node | None, notes: Notes, rails: Rails, *, allow_loopback: bool) -> Sheet:
    part = section_of(root, notes, "the sheet") if root else None
    if part is None:
        raise SheetError(notes.mistakes)
    customer = _customer(part, rails)
    servers = read_servers(part, customer.customer_id, allow_loopback=allow_loopback)
    start = part.optional("start", DAY, None)
    part.close()
    notes.raise_as(SheetError)
    return Sheet(customer, servers, start, _id_at(part), part.place_of("start"))


def _id_at(sheet: Section) -> Place:
    part = sheet.section("customer")
    return part.place_of("id") if part else sheet.place


def _customer(sheet: Section, rails: Rails) -> Customer:
    part = _customer_section(sheet)
    customer_id = part.required("id", CUSTOMER_ID) if part else ""
    name = part.required("name", _NAME) if part else ""
    locale = part.optional("locale", _LOCALE, "ja") if part else "ja"
    zone = part.optional("zone", _ZONE, JAPAN) if part else JAPAN
    own = part.section("rails") if part else None
    if part:
        part.close()
    contacts = read_contacts(sheet, zone)
    own_rails = read_figures(own, rails) if own else None
    return Customer(customer_id, name, contacts, locale, zone, own_rails)


def _customer_section(sheet: Section) -> Section | None:
    key = "customers" if "customers" in sheet.keys else "customer"
    if key == "customers" or sheet.is_list(key):
        sheet.has(key)
        mend = 'Write "customer:" with its lines below it, and other customers in other files.'
        sheet.note(key, "A sheet holds one customer.", mend)
        return None
    return sheet.required_section("customer")


def _zone(text: str) -> str:
    typed = half_width(text)
    if typed not in _zones():
        near = nearest(typed, _zones()) or "Asia/Tokyo"
        mend = f'Write its name in the IANA list, for example "{near}".'
        raise Refusal(f"{quoted(text)} is not a time zone.", mend)
    return typed


@cache
def _zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


_NAME = line_of_text(100, "株式会社アクメ")
_LOCALE = one_of(("ja", "en"), "ja")
_ZONE = Format(_zone, JAPAN, JAPAN)
