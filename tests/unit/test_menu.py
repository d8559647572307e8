"""The menu of monitors."""

from pathlib import Path

import pytest

from tests.unit.menu_file import HTTP, mistakes_of
from toban.catalogue.menu import RUNBOOKS, UNITS, menu, read_menu
from toban.catalogue.runbooks import runbooks
from toban.catalogue.units import units
from toban.domain.check import Kind
from toban.domain.contract import Family


@pytest.mark.clause("N-3")
def test_the_menu_has_all_four_families() -> None:
    assert {item.family for item in menu().values()} == set(Family)


@pytest.mark.clause("N-9")
def test_the_five_resources_of_the_specification_have_their_thresholds() -> None:
    resources = {name: item.threshold for name, item in menu().items() if item.resource}

    five = {"cpu": 90, "load": 3, "mem": 95, "disk": 90, "traffic": 80}
    more = {"inode": 90, "swap": 80, "proc_total": 1000, "diskio": 95, "zombie": 10, "fd": 90}
    states = {"mysql_repl": 300, "mail_queue": 200, "time_offset": 1, "reboot": 600}
    assert resources == five | more | states | {"raid_hw": 0, "fs_ro": 0}


@pytest.mark.clause("N-3")
def test_the_menu_has_all_sixty_items_of_the_catalogue() -> None:
    own = {"oid", "command"}  # specified by the customer (M-3)

    assert len(set(menu()) - own) == 60


@pytest.mark.clause("N-3")
@pytest.mark.parametrize("name", sorted(menu()))
def test_every_item_can_be_asked_named_and_ordered(name: str) -> None:
    item = menu()[name]

    assert item.name_ja
    assert item.name_en.isascii()
    assert 10 <= item.priority <= 129
    assert item.runbook in ("", *RUNBOOKS)
    assert item.kind is not Kind.PROCESS or item.process or name == "proc_custom"


@pytest.mark.clause("P-1")
def test_every_item_that_is_repaired_names_a_service_that_the_runbook_knows() -> None:
    named = {item.unit for item in menu().values() if item.unit}

    assert named <= set(units())


def test_the_units_that_a_sheet_may_name_are_those_that_exist() -> None:
    assert set(UNITS) == set(units())


@pytest.mark.clause("P-8")
def test_databases_come_before_the_web_and_resources_last() -> None:
    priorities = {name: item.priority for name, item in menu().items()}

    assert priorities["ssh"] < priorities["proc_mysqld"] < priorities["http"] < priorities["cpu"]


def test_the_runbooks_of_the_menu_are_those_that_exist() -> None:
    assert set(RUNBOOKS) == set(runbooks())


def test_what_is_only_watched_is_diagnosed_and_told() -> None:
    watched = {name for name, item in menu().items() if not runbooks()[item.runbook].steps}

    resources = {name for name, item in menu().items() if item.resource}
    assert watched == resources - {"time_offset", "disk", "inode"}


@pytest.mark.clause("P-1")
@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("ping", "rb_host"),
        ("ssh", "rb_ssh"),
        ("proc_sshd", "rb_ssh"),
        ("mysql", "rb_db"),
        ("postgresql", "rb_db"),
        ("redis", "rb_redis"),
        ("url_status", "rb_url"),
        ("url_keyword", "rb_url"),
        ("cert_expiry", "rb_cert"),
        ("disk", "rb_disk"),
        ("inode", "rb_disk"),
        ("smtp", "rb_unit"),
        ("time_offset", "rb_unit"),
    ],
)
def test_each_item_has_the_runbook_of_the_catalogue(item: str, expected: str) -> None:
    assert menu()[item].runbook == expected


@pytest.mark.clause("P-4")
def test_nobody_is_called_for_agents_caches_base_daemons_and_capacity() -> None:
    quiet = {name for name, item in menu().items() if not item.phone}

    daemons = {"proc_crond", "proc_rsyslogd", "proc_ntpd", "proc_chronyd", "proc_snmpd"}
    called = {"disk", "inode", "fs_ro", "raid_hw", "mysql_repl"}
    capacity = {name for name, item in menu().items() if item.resource} - called
    assert quiet == {"agent", "memcached", "proc_memcached"} | capacity | daemons


@pytest.mark.clause("P-4")
def test_a_disk_calls_people_from_its_second_stage_on_and_a_certificate_when_it_has_ended() -> None:
    stages = {n: item.phone_from for n, item in menu().items() if item.phone_from is not None}

    assert stages == {"disk": 95, "inode": 95, "cert_expiry": 0}


def test_states_are_critical_from_the_second_stage_of_the_catalogue_on() -> None:
    stages = {n: item.grave_from for n, item in menu().items() if item.grave_from is not None}

    assert stages == {"mysql_repl": 1800, "mail_queue": 1000, "time_offset": 60}


def test_a_sound_menu_is_read() -> None:
    assert read_menu(HTTP.encode(), "monitors.yaml")["http"].port == 80


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "  port: 80",
            "  prot: 80",
            '6:3: "prot" is not known in http. Did you mean "port"?',
        ),
        (
            "priority: 70",
            "priority: high",
            '7:13: priority: "high" is not a whole number. Write a priority in digits only.',
        ),
        (
            "family: port",
            "family: prot",
            '4:11: family: "prot" is not known here. Did you mean "port"?',
        ),
        (
            "  unit: web",
            "  unit: apache",
            '9:9: unit: "apache" is not known here. ' + f"Use one of: {', '.join(UNITS)}.",
        ),
        (
            "  unit: web\n",
            "",
            "2:3: A unit goes with a runbook that works on one, and only with that."
            " Give both, or neither.",
        ),
        (
            "  port: 80",
            "  threshold: 80",
            "2:3: A resource item and its threshold go together."
            ' Give "resource" and "threshold" to resource items only.',
        ),
        (
            "  port: 80",
            "  process: httpd",
            "6:12: Only a process item has a process name. Remove it.",
        ),
        (
            "kind: http",
            "kind: process",
            "6:9: This kind of item is not asked at a port. Remove it.",
        ),
        (
            "  port: 80",
            "  greeting: SSH-",
            "6:13: Only a tcp item has a greeting. Remove it.",
        ),
        (
            "  port: 80",
            "  ports: [80]",
            "6:3: Ports and the kind alive go together. Give both, or neither.",
        ),
        (
            "  port: 80",
            "  days: 30",
            "6:9: Days and the kind certificate go together. Give both, or neither.",
        ),
        (
            "kind: http",
            "kind: dialogue\n  dialogue:\n    steps: [{send: PING}]",
            "7:13: A step expects no answer."
            ' Write how a good answer begins, for example "expect: [220]".',
        ),
        (
            "kind: http",
            "kind: tcp\n  highest_status: 501",
            "6:19: Only an http item has a highest status. Mend it.",
        ),
        (
            "  port: 80",
            "  phone_from: 95",
            "6:15: Nobody is called from a value on here."
            ' Give it to resource and certificate items with "phone: yes" only.',
        ),
        (
            "  port: 80",
            "  phone: maybe",
            '6:10: phone: "maybe" is neither yes nor no. Write "yes" or "no".',
        ),
        (
            "  port: 80",
            "  arguments: '['",
            '6:14: arguments: "[" is not a regular expression:'
            " unterminated character set at position 0. Mend it.",
        ),
        (
            "http:\n",
            "HTTP:\n",
            '2:3: "HTTP" cannot name an item. Use at most 20 small letters, digits and underlines.',
        ),
    ],
)
def test_a_mistake_in_the_menu_is_named(before: str, after: str, told: str) -> None:
    assert mistakes_of(HTTP.replace(before, after)) == [f"monitors.yaml:{told}"]


def test_all_mistakes_of_the_menu_are_listed_at_once() -> None:
    told = mistakes_of(HTTP.replace("en: HTTP", "en:").replace("70", "7000") + "smtp: [25]\n")

    assert [line.split(":")[1] for line in told] == ["3", "7", "10"]


def test_every_item_is_explained_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs/hearing-sheet.md").read_text(encoding="utf-8")

    assert [name for name in menu() if f"| `{name}` | {menu()[name].name_ja} /" not in page] == []


@pytest.mark.parametrize("name", sorted(menu()))
def test_the_documentation_says_for_what_people_are_called(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs/hearing-sheet.md").read_text(encoding="utf-8")

    item = menu()[name]
    start = f"| `{name}` | {item.name_ja} /"

    (row,) = [line.split(" |") for line in page.splitlines() if line.startswith(start)]

    called = f"from {item.phone_from:g} %" if item.phone_from else "yes" if item.phone else "no"
    called = "when it has ended" if item.phone_from == 0 else called
    assert row[5].strip() == called
