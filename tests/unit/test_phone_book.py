"""The file of telephones of `toban up --phones`."""

from pathlib import Path

import pytest

from infra.local.telephone.behaviour import (
    Behaviour,
    Reaction,
    acknowledges,
    answers,
    busy,
    congested,
    passes_on,
    silent,
    voicemail,
)
from infra.local.telephone.phone_book import PhoneBook, PhoneBookError, read_phone_book

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "phones.yaml"
ALICE = "+819000000001"


def book_of(tmp_path: Path, text: str) -> PhoneBook:
    path = tmp_path / "phones.yaml"
    path.write_text(text, encoding="utf-8")
    return read_phone_book(path)


@pytest.mark.parametrize(
    ("line", "behaviour"),
    [
        ("acknowledges", acknowledges()),
        ("acknowledges after 12", acknowledges(12)),
        ("acknowledges after 12 s", acknowledges(12)),
        ("passes_on", passes_on()),
        ("Silent", silent()),
        ("busy", busy()),
        ("voicemail", voicemail()),
        ("voicemail after 20", voicemail(20)),
        ("answers after 3 pressing 1 9 1", answers(3, "191")),
        ("ｂｕｓｙ", busy()),
    ],
)
def test_a_number_is_told_in_a_line_what_to_do(
    tmp_path: Path, line: str, behaviour: Behaviour
) -> None:
    book = book_of(tmp_path, f'"{ALICE}": {line}\n')

    assert book.behaviour(ALICE, 0) == behaviour


def test_a_list_is_for_one_call_after_the_other_and_the_last_stays(tmp_path: Path) -> None:
    book = book_of(tmp_path, f'"{ALICE}": [congested, acknowledges after 2]\n')

    seen = [book.behaviour(ALICE, calls) for calls in range(3)]
    assert seen == [congested(), acknowledges(2), acknowledges(2)]


def test_an_unknown_number_rings_unheard() -> None:
    assert PhoneBook().behaviour(ALICE, 0) == silent()


def test_a_number_may_change_its_mind() -> None:
    book = PhoneBook({ALICE: busy()})

    book.set(ALICE, acknowledges())

    assert book.behaviour(ALICE, 0).kind is Reaction.ANSWERS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'"{ALICE}": buzy\n', 'phones.yaml:1:18: +819000000001: "buzy" does not say what the '
         'number does. Did you mean "busy"?'),
        (f'"{ALICE}": answers soon\n', '"answers soon" does not say what the number does. '
         'Write "answers after 5 pressing 11".'),
        ('"090-1234-5678": busy\n', '1:18: "090-1234-5678" is not a telephone number with its '
         'country\'s code. Write it as "+819012345678", in quotes.'),
        (f'"{ALICE}":\n', None),
        ("- busy\n", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_its_mend(
    tmp_path: Path, text: str, told: str | None
) -> None:
    with pytest.raises(PhoneBookError) as refused:
        book_of(tmp_path, text)

    assert "phones.yaml" in str(refused.value)
    assert told is None or told in str(refused.value)


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PhoneBookError, match=r"none\.yaml"):
        read_phone_book(tmp_path / "none.yaml")


def test_the_phone_book_of_the_documentation_can_be_read() -> None:
    book = read_phone_book(EXAMPLE)
    assert book.behaviour("+819022222222", 0) == busy()
    assert book.behaviour("+819022222222", 1) == acknowledges(8)
    assert book.behaviour("+819033333333", 0) == answers(5, "191")
