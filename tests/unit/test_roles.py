"""What a server's roles bring along beside the monitors of its sheet."""

import pytest

from contract.sheet import SheetError
from tests.unit.acme_sheet import ACME, read
from toban.catalogue.menu import menu
from toban.catalogue.roles import EVERY_SERVER, Role, roles

HEAD = ACME.partition("    monitors:\n")[0]
DAEMONS = "without: [proc_ntpd]"
KEYS = {
    "cert_expiry": "host: www.acme.example",
    "url_status": 'url: "https://www.acme.example/"',
    "smtp": "port_25_allowed: yes",
    "dns": "name: acme.example",
}


def sheet(*lines: str) -> str:
    return HEAD + "".join(f"    {line}\n" for line in lines)


def items(*lines: str) -> list[str]:
    return [monitor.item for monitor in read(sheet(*lines)).servers[0].monitors]


def mistakes(*lines: str) -> list[str]:
    with pytest.raises(SheetError) as caught:
        read(sheet(*lines))
    start = len(HEAD.splitlines()) + 1
    told = [
        line.removeprefix("acme.yaml:").split(":", 2) for line in str(caught.value).splitlines()
    ]
    return [f"{int(line) - start}:{column}:{text}" for line, column, text in told]


@pytest.mark.clause("N-3", "C-2")
@pytest.mark.parametrize("role", [each for each in roles().values() if each.role != EVERY_SERVER])
def test_a_role_brings_its_items_and_those_of_every_server(role: Role) -> None:
    chosen = [group[0] for group in (*roles()[EVERY_SERVER].one_of, *role.one_of)]
    written = [*chosen, *(f"{{item: {item}, {KEYS[item]}}}" for item in role.with_keys)]

    found = items(f"role: {role.role}", "monitors:", *(f"  - {each}" for each in written))

    given = [*chosen, *role.with_keys, *roles()[EVERY_SERVER].items, *role.items]
    assert found == given


def test_every_item_that_a_role_leaves_to_the_sheet_does_need_a_key() -> None:
    for role in roles().values():
        for item in role.with_keys:
            with pytest.raises(SheetError):
                read(sheet("monitors:", f"  - {item}"))


def test_the_roles_are_those_of_the_catalogue() -> None:
    assert list(roles()) == ["any", "web", "db", "mail", "dns", "ftp"]
    assert all(item in menu() for role in roles().values() for item in role.mentioned)


@pytest.mark.clause("C-2")
def test_what_a_role_leaves_to_the_sheet_and_the_sheet_does_not_say_is_told() -> None:
    assert mistakes("role: web", DAEMONS) == [
        "0:11: The role web has cert_expiry, which needs keys of its own. "
        'Write it with them under "monitors:", or under "without:" if there is none.',
        "0:11: The role web has one of proc_httpd, proc_nginx. "
        'Write it under "monitors:", or under "without:" if there is none.',
        "0:11: The role web has url_status, which needs keys of its own. "
        'Write it with them under "monitors:", or under "without:" if there is none.',
    ]


def test_a_monitor_of_the_sheet_takes_the_place_of_its_roles() -> None:
    lines = (DAEMONS, "monitors:", "  - {item: ssh, port: 2222}")
    monitors = read(sheet("role: ftp", *lines)).servers[0].monitors

    assert [m.check.port for m in monitors if m.item == "ssh"] == [2222]


def test_a_further_monitor_of_an_item_stands_beside_its_roles() -> None:
    lines = (DAEMONS, "monitors:", "  - {item: disk, id: disk-data, mount: /data}")

    assert items("role: ftp", *lines).count("disk") == 2


def test_what_two_roles_have_in_common_is_there_once() -> None:
    found = items("role: [ftp, any]", DAEMONS)

    assert len(found) == len(set(found))


def test_what_does_not_apply_is_left_out() -> None:
    assert "proc_crond" not in items("role: ftp", "without: [proc_ntpd, proc_crond]")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("role: mial", DAEMONS), '0:11: role: "mial" is not a role. Did you mean "mail"?'),
        (
            ("role: [ftp, ftp]", DAEMONS),
            f'0:17: The role "ftp" is there twice (first on line {len(HEAD.splitlines()) + 1}).'
            " Remove one of the two.",
        ),
        (
            ("role: ftp", "without: [proc_ntpd, proc_nginx]"),
            '1:26: "proc_nginx" is in none of the server\'s roles. Remove it.',
        ),
        (
            ("role: ftp", "without: [proc_ntpd, proc_cron]"),
            '1:26: without: "proc_cron" is not on the menu. Did you mean "proc_crond"?',
        ),
        (
            ("without: [ssh]", "monitors: [ping]"),
            "0:5: There is no role that something could be left out of."
            ' Remove it, or name a role with "role:".',
        ),
    ],
)
def test_a_slip_is_named_with_its_mend(lines: tuple[str, ...], told: str) -> None:
    assert mistakes(*lines) == [told]
