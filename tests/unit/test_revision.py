"""What a new hearing sheet changes, told part by part."""

import pytest

from tests.unit.acme_sheet import ACME, read
from toban.domain.revision import Change, ChangeKind, Terms, changes, differ

NEW = Terms(read(ACME).customer, read(ACME).servers)


def _terms(text: str) -> Terms:
    sheet = read(text)
    return Terms(sheet.customer, sheet.servers)


def _changed(text: str) -> list[Change]:
    found = changes(NEW, _terms(text))
    return [change for change in found if change.kind is not ChangeKind.UNCHANGED]


@pytest.mark.clause("C-2")
def test_everything_of_a_new_customer_is_created() -> None:
    found = changes(None, NEW)

    assert {change.kind for change in found} == {ChangeKind.CREATED}
    subjects = [change.subject for change in found]
    assert subjects[:2] == ["customer acme", "contact 1"]
    assert {f"server {server.server_id}" for server in NEW.servers} <= set(subjects)


@pytest.mark.clause("C-6")
def test_the_same_sheet_again_changes_nothing() -> None:
    found = changes(NEW, _terms(ACME))

    assert found
    assert not differ(found)


@pytest.mark.clause("C-6")
def test_a_changed_value_is_told_with_what_was_and_what_will_be() -> None:
    name = NEW.customer.contacts[0].name

    (change,) = _changed(ACME.replace(f"name: {name}", "name: 田中 一郎"))

    assert change == Change(ChangeKind.CHANGED, "contact 1", (f"name: {name} -> 田中 一郎",))


@pytest.mark.clause("C-6")
def test_a_value_deep_inside_a_part_is_told_by_its_way() -> None:
    (change,) = _changed(ACME.replace("threshold: 80", "threshold: 85"))

    assert change.subject == "monitor acme.web01.disk"
    assert change.particulars == ("check resource threshold: 80.0 -> 85.0",)


@pytest.mark.clause("C-7")
def test_what_the_new_sheet_no_longer_has_is_ended() -> None:
    (change,) = _changed(ACME.partition("      - item: disk\n")[0])

    assert change == Change(ChangeKind.ENDED, "monitor acme.web01.disk")


@pytest.mark.clause("C-6")
def test_a_contact_who_is_put_first_changes_both_places() -> None:
    first = "  - name: Yamada\n    mail: yamada@acme.example\n    phone: 03-1234-5678\n"
    second = "  - name: Sato\n    mail: sato@acme.example\n    phone: +819012345678\n"

    found = _changed(ACME.replace(first + second, second + first))

    assert [change.subject for change in found] == ["contact 1", "contact 2"]
