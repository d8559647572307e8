"""What a new hearing sheet changes, told part by part."""

from dataclasses import replace

import pytest

from tests.unit.acme_sheet import ACME, read
from toban.domain.contract import Access
from toban.domain.revision import Change, ChangeKind, Terms, changes, differ

NEW = Terms(read(ACME).customer, read(ACME).servers)


WAY_IN = Access("192.0.2.10", "toban", "/toban/acme/web01/key", ("ssh-ed25519 AAAA",))
KEYED = replace(NEW, servers=(replace(NEW.servers[0], access=WAY_IN),))


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


@pytest.mark.clause("C-6")
def test_hours_that_a_contact_gets_are_told_as_a_person_would() -> None:
    (change,) = _changed(ACME.replace("8\n  - name", "8\n    hours: fri 9:00-18:00\n  - name"))

    assert change.particulars == ("hours: at any time -> fri 09:00-18:00",)


@pytest.mark.clause("C-6", "C-8")
def test_a_change_from_a_key_to_certificates_and_back_is_told_in_words() -> None:
    by_key = KEYED.servers[0]
    by_certificate = replace(by_key, access=replace(WAY_IN, key=""))
    either = [Terms(KEYED.customer, (server,)) for server in (by_key, by_certificate)]

    there, back = changes(*either), changes(*reversed(either))

    key, none = f"the key {WAY_IN.key}", "short-lived certificates, without a key"
    assert [line for each in there for line in each.particulars] == [
        f"access login: {key} -> {none}"
    ]
    assert [line for each in back for line in each.particulars] == [
        f"access login: {none} -> {key}"
    ]


@pytest.mark.clause("C-6")
def test_a_way_in_that_comes_to_a_server_is_told_in_words() -> None:
    closed = replace(KEYED.servers[0], access=None)

    found = changes(Terms(KEYED.customer, (closed,)), KEYED)

    (line,) = [line for each in found for line in each.particulars]
    assert line.startswith("access: nothing -> toban at ")
    assert line.endswith(f"TCP 22, with the key {WAY_IN.key}")


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
