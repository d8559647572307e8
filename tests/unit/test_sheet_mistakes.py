"""Every mistake that people make in a hearing sheet, and the exact words that they are told.

tests/testdata/sheets/mistakes.txt holds the single slips, the folder bad/ whole files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.sheet import SheetError, parse_sheet, read_sheet

SHEETS = Path(__file__).parents[1] / "testdata" / "sheets"
ACME = (SHEETS / "acme.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Slip:
    name: str
    before: str
    after: str
    told: list[str]


def slips() -> Iterator[Slip]:
    text = (SHEETS / "mistakes.txt").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name, *lines = part.splitlines()
        by_sign = {sign: [x[2:] for x in lines if x.startswith(sign + " ")] for sign in "-+="}
        before, after = ("".join(f"{line}\n" for line in by_sign[sign]) for sign in "-+")
        yield Slip(name, before, after, by_sign["="])


SLIPS = list(slips())
BAD_FILES = sorted(path for path in (SHEETS / "bad").iterdir() if path.suffix != ".txt")


def test_the_sheet_that_the_slips_are_made_in_is_good() -> None:
    assert parse_sheet(ACME.encode(), "acme.yaml").servers[0].server_id == "acme.web01"


@pytest.mark.clause("C-2")
@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_a_slip_is_named_with_its_place_and_its_mend(slip: Slip) -> None:
    assert ACME.count(slip.before) == 1

    with pytest.raises(SheetError) as caught:
        parse_sheet(ACME.replace(slip.before, slip.after).encode(), "acme.yaml")

    assert str(caught.value).splitlines() == [f"acme.yaml:{line}" for line in slip.told]


@pytest.mark.clause("C-2")
@pytest.mark.parametrize("path", BAD_FILES, ids=[path.name for path in BAD_FILES])
def test_a_bad_file_is_told_all_of_its_mistakes_by_line(path: Path) -> None:
    with pytest.raises(SheetError) as caught:
        parse_sheet(path.read_bytes(), path.name)

    assert str(caught.value) + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_file_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(SheetError) as caught:
        read_sheet(Path("nowhere.yaml"))

    told = "nowhere.yaml:1:1: The file cannot be read: No such file or directory."
    assert str(caught.value) == f"{told} Check its name and its rights."


def test_a_folder_is_no_sheet(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="The file cannot be read: Is a directory"):
        read_sheet(tmp_path)


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(SheetError, match="larger than 256 KiB"):
        parse_sheet(b"# " + b"x" * 300_000, "large.yaml")


def test_hundreds_of_mistakes_are_cut_short_but_counted() -> None:
    keys = "".join(f"key{number}: 1\n" for number in range(300))

    with pytest.raises(SheetError) as caught:
        parse_sheet((ACME + keys).encode(), "acme.yaml")

    assert len(caught.value.mistakes) == 300
    assert str(caught.value).splitlines()[-1] == "... and 100 more mistakes like these."


@pytest.mark.parametrize(
    "line",
    ["key: hunter2 is it", "key: '-----BEGIN RSA PRIVATE KEY-----hunter2'", "password: hunter2"],
)
def test_a_secret_in_the_file_is_never_repeated(line: str) -> None:
    text = ACME.replace("key: /toban/acme/web01/ssh-key", line)

    with pytest.raises(SheetError) as caught:
        parse_sheet(text.encode(), "acme.yaml")

    assert "hunter2" not in str(caught.value)
