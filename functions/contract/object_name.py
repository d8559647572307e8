"""The object of an agent that a customer names: its numbers, or its name in a MIB (M-3).

Names are turned into numbers when the sheet is read, by pysnmp and the collection pysnmp-mibs; what
probes servers knows numbers only.
"""

import re
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import Refusal, quoted

_NUMBERS = re.compile(r"\.?([0-2](?:\.[0-9]{1,10}){2,64})")
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,63})::([a-z][A-Za-z0-9-]{0,63})((?:\.[^.\s]{1,64})*)")
_MEND = 'Write its numbers, or a name as snmptranslate shows it: "UCD-SNMP-MIB::laLoad.1".'


def _parse(text: str) -> tuple[str, str]:
    typed = half_width(text)
    if found := _NUMBERS.fullmatch(typed):
        return found[1], found[1]
    found = _NAME.fullmatch(typed)
    if found is None:
        raise Refusal(f"{quoted(text)} is not an object of an agent.", _MEND)
    return _resolved(found[1], found[2], found[3].split(".")[1:], text), typed


def _resolved(mib: str, label: str, index: list[str], text: str) -> str:
    view = _view()
    from pysnmp.smi.error import SmiError  # type: ignore[import-untyped]  # few name an object
    from pysnmp.smi.rfc1902 import ObjectIdentity  # type: ignore[import-untyped]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MIBs of 2016 are written for the Python of then
            view.mibBuilder.load_modules(mib)
    except SmiError:
        mend = "Write the numbers of the object, which snmptranslate -On tells."
        raise Refusal(f"The MIB {quoted(mib)} is not known here.", mend) from None
    parts = [_unquoted(each) for each in index]
    try:
        found = ObjectIdentity(mib, label, *parts).resolve_with_mib(view)
        numbers = str(found.get_oid())
    except (SmiError, ValueError, TypeError):
        raise Refusal(f"{quoted(text)} is not in the MIB {mib}.", _MEND) from None
    if not index:
        mend = f'Write which one: "{mib}::{label}.0" for a single value.'
        raise Refusal(f"{quoted(text)} is a whole column or group.", mend)
    return numbers


def _unquoted(part: str) -> int | str:
    return int(part) if part.isdigit() else part.strip("\"'")


@cache
def _view() -> Any:
    try:
        import pysnmp_mibs  # type: ignore[import-untyped]
        from pysnmp.smi.builder import DirMibSource, MibBuilder  # type: ignore[import-untyped]
        from pysnmp.smi.view import MibViewController  # type: ignore[import-untyped]
    except ImportError:
        mend = "Write the numbers of the object, which snmptranslate -On tells."
        raise Refusal("Names of objects cannot be looked up here.", mend) from None
    builder = MibBuilder()
    builder.add_mib_sources(DirMibSource(str(Path(pysnmp_mibs.__file__).parent)))
    return MibViewController(builder)


OID = Format(_parse, "HOST-RESOURCES-MIB::hrSystemUptime.0", ("", ""))
"""An object of an agent; returned as its numbers and as it was written."""
