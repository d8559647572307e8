"""Which monitors a server's tables suggest."""

import pytest

from contract.sheet import SheetError, parse_sheet
from infra.local.agent.fragment import WORDS, fragment
from infra.local.agent.proposal import ALWAYS, proposals
from infra.local.agent.survey import Row, Survey
from tests.unit.acme_sheet import ACME
from toban.catalogue.menu import menu

LISTENERS = {22: "sshd", 80: "nginx", 443: "nginx", 25: "master", 53: "named", 8443: "acme-api"}


def process(index: int, name: str, path: str = "", parameters: str = "") -> Row:
    row = {"hrSWRunName": name, "hrSWRunPath": path, "hrSWRunParameters": parameters}
    return {"index": str(index), **row}


def listener(address: str, port: int, pid: int) -> Row:
    return {"index": f"{address}.{port}", "tcpListenerProcess": str(pid)}


def mount(path: str, access: int = 1) -> Row:
    return {"index": path, "hrFSMountPoint": path, "hrFSAccess": str(access)}


FOUND = Survey(
    mounts=(mount("/"), mount("/var/lib/データ"), mount("/dev/shm"), mount("/mnt/cd", 2)),
    storage=tuple(
        {"index": path, "hrStorageDescr": path, "hrStorageSize": "1000"}
        for path in ("/", "/var/lib/データ", "/dev/shm", "/mnt/cd")
    ),
    processes=(
        process(1, "nginx", "nginx: master process /usr/sbin/nginx"),
        process(2, "master", "/usr/lib/postfix/sbin/master", "-w"),
        process(3, "php-fpm8.2", "php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)"),
        process(4, "acme-api"),
    ),
    interfaces=(
        {"index": "1", "ifName": "lo", "ifHighSpeed": "10"},
        {"index": "2", "ifName": "eth0", "ifHighSpeed": "1000"},
    ),
    listeners=(
        *(listener("ipv4.0.0.0.0", port, 4) for port in LISTENERS),
        *(listener("ipv4.127.0.0.1", port, 4) for port in (3306, 6379)),
        listener("ipv6.::1", 5432, 4),
        listener("ipv4.0.0.0.0", 43_210, 4),
    ),
    swap=2048,
)


def lines(found: Survey, locale: str = "en") -> list[str]:
    return [line.strip() for line in fragment("acme.web01", proposals(found), locale).splitlines()][
        3:
    ]


def items(found: Survey, *, ready: bool = True) -> list[str]:
    return [each.item for each in proposals(found) if each.ready is ready]


@pytest.mark.clause("N-11")
def test_what_is_open_to_others_is_suggested_by_its_port() -> None:
    assert {"ssh", "http", "https"} <= set(items(FOUND))
    assert not {"mysql", "redis", "postgresql"} & set(items(FOUND))


def test_a_web_server_is_repaired_as_the_program_that_runs() -> None:
    assert "- {item: http, unit: nginx}  # listens on TCP 80" in lines(FOUND)
    assert "- http  # listens on TCP 80" in lines(Survey(listeners=FOUND.listeners))


def test_processes_are_those_that_the_prober_would_find() -> None:
    processes = {item for item in items(FOUND) if item.startswith("proc_")} - {"proc_total"}

    assert processes == {"proc_nginx", "proc_postfix", "proc_phpfpm"}
    assert "mail_queue" in items(FOUND)


def test_what_needs_a_persons_word_is_a_comment() -> None:
    assert sorted(items(FOUND, ready=False)) == ["cert_expiry", "dns", "smtp", "tcp"]
    assert "# - {item: tcp, id: tcp-8443, port: 8443}  # acme-api listens on TCP 8443" in lines(
        FOUND
    )


def test_file_systems_with_data_are_suggested_and_no_others() -> None:
    mounts = {each.parts["mount"] for each in proposals(FOUND) if each.reason == "mount"}

    assert mounts == {"/", "/var/lib/データ"}


def test_an_interface_has_the_speed_that_it_tells() -> None:
    assert "- {item: traffic, interface: eth0, capacity: 1000M}  # eth0 has 1000 Mbit/s" in lines(
        FOUND
    )


def test_a_database_may_be_a_replica_which_a_person_knows() -> None:
    found = Survey(processes=(process(9, "mariadbd"),))

    assert items(found, ready=False) == ["mysql_repl"]
    assert "# - mysql_repl  # where the database is a replica" in lines(found)


def test_an_agent_that_tells_nothing_suggests_what_every_server_has() -> None:
    assert sorted(items(Survey())) == sorted(ALWAYS)


@pytest.mark.clause("N-11")
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_sheet_takes_the_suggestions_as_they_are(locale: str) -> None:
    text = fragment("acme.web01", proposals(FOUND), locale)
    sheet = ACME.partition("    monitors:\n")[0] + text

    monitors = parse_sheet(sheet.encode(), "acme.yaml").servers[0].monitors

    assert [monitor.item for monitor in monitors] == items(FOUND)


HOSTILE = "/data\n      - item: tcp\x1b[2J"


def test_names_that_would_write_lines_of_their_own_are_left_out() -> None:
    found = Survey(
        mounts=(mount(HOSTILE),),
        storage=({"index": "1", "hrStorageDescr": HOSTILE, "hrStorageSize": "9"},),
        interfaces=({"index": "1", "ifName": "eth0\n- x", "ifHighSpeed": "9"},),
        processes=(process(7, "evil\n      - ping"),),
        listeners=(listener("ipv4.0.0.0.0", 9000, 7),),
    )
    text = fragment("acme.web01", proposals(found), "ja")

    assert len(text.splitlines()) == 3 + len(ALWAYS) + 1
    assert "\x1b" not in text


def test_ids_that_would_be_the_same_are_kept_apart() -> None:
    names = ("/srv/customers/long-name/one", "/srv/customers/long-name/two")
    rows = tuple({"index": n, "hrStorageDescr": n, "hrStorageSize": "9"} for n in names)
    found = Survey(mounts=tuple(map(mount, names)), storage=rows)
    sheet = ACME.partition("    monitors:\n")[0]
    sheet += fragment("acme.web01", proposals(found), "en")

    try:
        monitors = parse_sheet(sheet.encode(), "acme.yaml").servers[0].monitors
    except SheetError as error:
        raise AssertionError(str(error)) from None
    assert len(monitors) == len(ALWAYS) + 6


def test_every_suggestion_has_its_reason_in_both_languages() -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()
    assert {each.reason for each in proposals(FOUND)} <= WORDS["ja"].keys()
    assert all(each.item in menu() for each in proposals(FOUND))
