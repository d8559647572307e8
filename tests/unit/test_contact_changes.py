"""Who came, who left, who changed or moved, between two lists of contacts."""

from dataclasses import replace

import pytest

from tests.functions.acme import ALICE, BOB
from toban.domain.contact_changes import contact_changes
from toban.domain.contract import Contact
from toban.domain.hours import WORKDAYS, Day, WeeklyHours

OFFICE, SATURDAY = WeeklyHours(WORKDAYS, 540, 1080), WeeklyHours((Day.SAT,), 600, 720)
CAROL = Contact("Carol", "carol@acme.example", "+819000000003")


def told(before: list[Contact], after: list[Contact]) -> list[tuple[str, ...]]:
    return [
        tuple(part for part in (each.kind, each.name, each.field, each.before, each.after) if part)
        for each in contact_changes(before, after)
    ]


def test_the_same_contacts_have_not_changed() -> None:
    assert told([ALICE, BOB], [ALICE, BOB]) == []


def test_whoever_comes_and_whoever_leaves_is_told_with_address_and_number() -> None:
    assert told([ALICE], [CAROL]) == [
        ("removed", "Alice", "alice@acme.example +819000000001"),
        ("added", "Carol", "carol@acme.example +819000000003"),
    ]


@pytest.mark.parametrize(
    ("changed", "field", "values"),
    [
        (replace(ALICE, mail="new@acme.example"), "mail", (ALICE.mail, "new@acme.example")),
        (replace(ALICE, phone="+819000000009"), "phone", (ALICE.phone, "+819000000009")),
        (replace(ALICE, name="Alicia"), "name", ("Alice", "Alicia")),
        (replace(ALICE, hours=(OFFICE, SATURDAY)), "hours", (f"{OFFICE}, {SATURDAY}",)),
    ],
    ids=["mail", "phone", "name", "hours"],
)
def test_a_contact_with_one_thing_changed_is_the_same_person(
    changed: Contact, field: str, values: tuple[str, ...]
) -> None:
    assert told([ALICE, BOB], [changed, BOB]) == [("changed", changed.name, field, *values)]


def test_another_order_is_told_and_who_only_moved_up_has_not_moved() -> None:
    swapped = told([ALICE, BOB, CAROL], [BOB, ALICE, CAROL])

    assert swapped == [("moved", "Bob", "place", "2", "1"), ("moved", "Alice", "place", "1", "2")]
    assert [each[:2] for each in told([ALICE, BOB, CAROL], [BOB, CAROL])] == [("removed", "Alice")]


def test_people_who_share_a_name_are_told_apart() -> None:
    namesake = replace(ALICE, mail="alice2@acme.example")
    others = [replace(ALICE, mail=f"alice{n}@acme.example") for n in (3, 4, 5)]

    kinds = [each[0] for each in told([ALICE, namesake], others)]

    assert kinds == ["changed", "changed", "added"]
