"""Every mistake in the provider's own data is told with its file, its line and its mend.

tests/testdata/catalogue/ holds a folder for each file of toban/catalogue: wrong files, and beside
each, under the same name, exactly what is told of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toban import catalogue
from toban.catalogue.diagnostics import Inspection
from toban.catalogue.document import read_file
from toban.catalogue.entries import read_entries
from toban.catalogue.menu import read_menu
from toban.catalogue.mistake import CatalogueError, Notes
from toban.catalogue.roles import read_roles
from toban.catalogue.runbooks import Runbook
from toban.catalogue.units import UnitDefinition

BAD = Path(__file__).parents[1] / "testdata" / "catalogue"
FILES = sorted(BAD.glob("*/*.yaml"))
OURS = sorted(Path(catalogue.__file__).parent.glob("*.yaml"))


def entries(kind: Any) -> Callable[[bytes, str], object]:
    return lambda data, file: read_entries(data, file, kind)


READERS: dict[str, Callable[[bytes, str], object]] = {
    "monitors": read_menu,
    "roles": read_roles,
    "units": entries(UnitDefinition),
    "diagnostics": entries(tuple[Inspection, ...]),
    "runbooks": entries(Runbook),
}


@pytest.mark.clause("N-3")
@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.name}/{p.stem}" for p in FILES])
def test_a_wrong_file_is_told_all_of_its_mistakes_by_line(path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        READERS[path.parent.name](path.read_bytes(), path.name)

    told = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert str(caught.value).splitlines() == told.splitlines()


def test_no_message_stands_without_its_file() -> None:
    assert {path.with_suffix(".yaml") for path in BAD.glob("*/*.txt")} == set(FILES)


def test_each_file_of_the_catalogue_has_its_wrong_ones() -> None:
    assert {path.stem for path in OURS} == {path.parent.name for path in FILES} == set(READERS)


@pytest.mark.parametrize("path", OURS, ids=[path.name for path in OURS])
def test_our_own_files_are_read_without_a_mistake(path: Path) -> None:
    notes = Notes(path.name)

    assert read_file(path, notes) is not None
    assert notes.mistakes == []
    assert READERS[path.stem](path.read_bytes(), path.name)
