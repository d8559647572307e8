"""What is collected before the alert mail, from servers in every condition."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.demo.servers.ssh import generate_key, real_sshd
from respond import diagnostics
from tests.integration.respond_site.site import NOON, Site, secret
from tests.loopback import loopback
from toban.catalogue.diagnostics import inspections
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.contract import Family, Monitor, Server
from toban.domain.repair import Diagnostics

REAL = bool(real_sshd())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "site", loopback(63), real=REAL)
    yield made
    made.close()


def collect(
    server: Server,
    *monitors: Monitor,
    cap: float = 60.0,
    keys: Callable[[str], str] = secret,
) -> Diagnostics:
    return diagnostics.collect(server, monitors, keys, cap, lambda: NOON)


def disk(mount: str) -> Monitor:
    question = ResourceQuestion(Resource.DISK, 90.0, subject=mount)
    check = Check("acme.web01.disk", Kind.RESOURCE, loopback(63), resource=question)
    return Monitor(check.monitor_id, "disk", Family.RESOURCE, "ディスク", "Disk", 30, check)


def names(seen: Diagnostics) -> list[str]:
    return [finding.name for finding in seen.findings]


def output(seen: Diagnostics, name: str) -> str:
    return next(finding.output for finding in seen.findings if finding.name == name)


@pytest.mark.clause("N-4")
def test_the_base_and_the_failing_unit_are_looked_at(site: Site) -> None:
    seen = collect(site.server(), site.monitor())

    assert (seen.failure, seen.host_key_changed) == ("", False)
    expected = [look.id for name in ("unit", "base") for look in inspections()[name]]
    assert names(seen) == expected
    assert output(seen, "status") == "nginx.service: dead"
    assert output(seen, "conf") == "syntax is ok"
    assert f"no answer on 127.0.0.1 port {site.port}" in output(seen, "local")
    assert site.changes == []


def test_a_unit_managed_by_init_scripts_is_looked_at_as_well(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", loopback(63), "service", real=REAL)
    seen = collect(site.server(), site.monitor())
    site.close()

    assert "nginx is stopped" in output(seen, "status")


def test_a_resource_is_looked_at_where_it_is_short(site: Site, tmp_path: Path) -> None:
    site.say("du", '#!/bin/sh\nfor last in "$@"; do :; done; echo "1 $last"\n')
    mount = "/data of 'us'; rm -rf $HOME"

    seen = collect(site.server(), disk(mount))

    assert output(seen, "du") == f"1 {mount}"
    assert "status" not in names(seen)
    assert tmp_path.exists()


def test_what_a_resource_is_due_to_comes_first(site: Site) -> None:
    process = "  7 1 app R 97.0 2.0 8 01:00 php /srv/import.php"
    site.say(
        "ps", f"#!/bin/sh\necho PID PPID USER STAT CPU MEM RSS ELAPSED ARGS\necho '{process}'\n"
    )

    seen = collect(site.server(), disk("/"))

    assert names(seen)[0] == "classification"
    assert "CPU: 97 % php /srv/import.php (pid 7)" in output(seen, "classification")
    assert "classification" not in names(collect(site.server(), site.monitor()))


@pytest.mark.clause("N-4")
def test_a_server_that_hangs_costs_no_more_than_the_cap_and_the_rest_is_named(site: Site) -> None:
    for tool in ("ps", "df", "free", "vmstat", "uptime", "systemctl", "ss", "date"):
        site.say(tool, "#!/bin/sh\nsleep 30\n")

    seen = collect(site.server(), site.monitor(), cap=5)

    assert seen.failure == ""
    assert names(seen)[-1] == "skipped"
    assert "syslog" in seen.findings[-1].output


def test_endless_output_is_cut_and_the_whole_stays_within_its_limit(site: Site) -> None:
    for tool in ("ps", "df", "free", "vmstat", "ss"):
        site.say(tool, "#!/bin/sh\nexec yes 'a long line of this server'\n")

    seen = collect(site.server(), site.monitor())

    assert sum(len(finding.output.encode()) for finding in seen.findings) <= 64 * 1024
    assert {"mem", "vmstat"} <= {found.name for found in seen.findings if found.truncated}


def test_binary_garbage_becomes_text_that_can_be_stored(site: Site) -> None:
    site.say("free", "#!/bin/sh\nhead -c 3000 /dev/urandom; printf '\\033[2J\\000'\n")

    said = output(collect(site.server()), "mem")

    assert said.encode()
    assert not {"\x00", "\x1b"} & set(said)


def test_secrets_on_a_command_line_are_masked(site: Site) -> None:
    site.say("ps", "#!/bin/sh\necho 'mysqldump -uroot -phunter2 --password=hunter3 shop'\n")

    said = output(collect(site.server()), "cpu_top")

    assert said == "mysqldump -uroot -p[redacted] --password=[redacted] shop"


def test_missing_tools_leave_the_rest_in_place(site: Site) -> None:
    for tool in ("vmstat", "ss", "free", "last", "who", "dmesg", "journalctl", "netstat"):
        site.say(tool, "#!/bin/sh\nexit 127\n")

    seen = collect(site.server(), site.monitor())

    assert (seen.failure, names(seen)[-1]) == ("", "syslog")
    assert output(seen, "when")


@pytest.mark.clause("N-4")
def test_a_login_that_fails_is_told_and_raises_nothing(site: Site) -> None:
    seen = collect(site.server(), site.monitor(), keys=lambda _: generate_key().private)

    assert (seen.failure, seen.findings) == ("login_refused: user root", ())
    assert not seen.host_key_changed


@pytest.mark.clause("C-8")
def test_a_changed_host_key_is_told_apart(site: Site) -> None:
    server = site.server()
    assert server.access
    changed = replace(server.access, host_keys=(generate_key().public,))

    seen = collect(replace(server, access=changed), site.monitor())

    assert seen.host_key_changed
    assert seen.failure.startswith("host_key_changed")
    assert seen.findings == ()


def test_a_server_without_a_way_in_is_told(site: Site) -> None:
    seen = collect(replace(site.server(), access=None))

    assert (seen.failure, seen.findings) == ("no_access", ())


@pytest.mark.skipif(not REAL, reason="needs root and openssh-server: MaxSessions is sshd's")
def test_a_server_that_allows_one_command_at_a_time_is_looked_at_in_full(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", loopback(63), real=True, options=["MaxSessions 1"])
    seen = collect(site.server(), site.monitor(), cap=180.0)
    site.close()

    assert "skipped" not in names(seen)
    assert len(seen.findings) == len(inspections()["unit"]) + len(inspections()["base"])


@pytest.mark.skipif(not REAL, reason="needs root and openssh-server: a real session is killed")
def test_a_connection_that_breaks_leaves_what_was_seen_so_far(site: Site) -> None:
    ancestor = (
        '#!/bin/sh\np=$$; while [ "$(cat /proc/$p/comm)" != sshd ]; do '
        "p=$(awk '/^PPid/{print $2}' /proc/$p/status); done; kill -9 $p\n"
    )
    site.say("dmesg", ancestor)

    seen = collect(site.server(), site.monitor())

    assert seen.failure == ""
    assert {"when", "uptime"} <= set(names(seen))
    assert names(seen)[-1] == "skipped"
