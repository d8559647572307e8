"""The people to tell: their order, one mail address and one telephone number each (clause N-2)."""

import re
from collections.abc import Callable

from contract.hours import HOURS, MOST_STRETCHES
from toban.catalogue.format import Format, half_width, line_of_text
from toban.catalogue.mistake import Notes, Place, Refusal, quoted
from toban.catalogue.section import Section, note_repeated, section_of
from toban.domain.contract import Contact
from toban.domain.hours import Hours

MOST_CONTACTS = 20
JAPAN = "Asia/Tokyo"
_NAME = line_of_text(60, "山田 太郎")
_BETWEEN = re.compile(r"[\s().\-ー]+")
"""What stands between digits; the long vowel sign is what a Japanese keyboard gives for a dash."""
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})+")
_MAIL_MEND = 'Write one address, for example "yamada@example.jp".'
_JAPANESE_MOBILE = re.compile(r"(?:20|50|60|70|80|90)[0-9]{8}")
_JAPANESE_LINE = re.compile(r"(?!20|50|60|70|80|90)[1-9][0-9]{8}")


def _mail(text: str) -> str:
    typed = half_width(text)
    if typed.count("@") > 1 or re.search(r"[,;、\s]\S*@", typed):
        problem = f"{quoted(text)} is more than one mail address, or has a name with it."
        raise Refusal(problem, _MAIL_MEND)
    if not _MAIL.fullmatch(typed):
        raise Refusal(f"{quoted(text)} is not a mail address.", _MAIL_MEND)
    local, _, domain = typed.rpartition("@")
    return f"{local}@{domain.lower()}"


def _phone(zone: str) -> Callable[[str], str]:
    """Return what reads the telephone numbers of `zone`: a leading 0 is Japan's only there."""

    def parse(text: str) -> str:
        digits = _BETWEEN.sub("", half_width(text).replace("(0)", ""))
        if not re.fullmatch(r"\+?[0-9]+", digits):
            raise Refusal(f"{quoted(text)} is not a telephone number.", _PHONE_MEND)
        if digits.startswith("+81"):
            return _japanese(digits[3:].removeprefix("0"), text)
        if digits.startswith("0") and zone == JAPAN:
            return _japanese(digits[1:], text)
        if not re.fullmatch(r"\+[1-9][0-9]{7,14}", digits):
            raise Refusal(f"{quoted(text)} is not a telephone number.", _PHONE_MEND)
        return digits

    return parse


_PHONE_MEND = 'Write it with the country\'s code, for example "+81312345678".'


def _japanese(national: str, text: str) -> str:
    """Check the length: mobile and IP telephones have ten digits behind the 0, all others nine."""
    if not (_JAPANESE_MOBILE if len(national) > 9 else _JAPANESE_LINE).fullmatch(national):  # noqa: PLR2004
        problem = f"{quoted(text)} has too many or too few digits for a telephone in Japan."
        raise Refusal(problem, 'Compare it with the forms "03-1234-5678" and "090-1234-5678".')
    return f"+81{national}"


MAIL = Format(_mail, "yamada@example.jp", "")
"""One mail address: its form only, whether it is reached is never asked (clause N-10)."""


def read_contacts(sheet: Section, zone: str, key: str = "contacts") -> tuple[Contact, ...]:
    """Return the contacts that stand under `key`, in their order."""
    nodes = sheet.nodes(key, '"- name: 山田 太郎" with its mail and phone below')
    if len(nodes) > MOST_CONTACTS:
        problem = f"There are {len(nodes)} contacts."
        sheet.note(key, problem, f"Keep the {MOST_CONTACTS} that are to be called.")
    parts = [section_of(node, sheet.notes, "a contact") for node in nodes]
    phone = Format(_phone(zone), "+81312345678", "")
    found = [(_contact(part, phone), part.place_of("mail")) for part in parts if part]
    _note_shared_mail(found, sheet.notes)
    return tuple(contact for contact, _ in found)


def _contact(part: Section, phone: Format[str]) -> Contact:
    contact = Contact(
        part.required("name", _NAME),
        part.required("mail", MAIL),
        part.required("phone", phone),
        _hours(part),
    )
    part.close()
    return contact


def _hours(part: Section) -> Hours:
    found = [stretch for stretch, _ in part.listed("hours", HOURS, required=False) if stretch]
    if len(found) > MOST_STRETCHES:
        mend = f"Write at most {MOST_STRETCHES}; days with the same hours stand together."
        part.note("hours", f"There are {len(found)} stretches of hours.", mend)
    return tuple(found)


def _note_shared_mail(found: list[tuple[Contact, Place]], notes: Notes) -> None:
    mails = [(contact.mail.lower(), place) for contact, place in found]
    mend = "Give each contact an address of their own."
    note_repeated(mails, notes, "The mail address", mend)
