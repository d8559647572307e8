"""What servers of different ages answer, and what is read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from respond import reading
from toban.domain.runbook import Process, UnitState


@pytest.mark.parametrize(
    ("release", "family"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', "deb"),
        ("ID=ubuntu\nID_LIKE=debian\n", "deb"),
        ('ID="almalinux"\nID_LIKE="rhel centos fedora"\n', "el7"),
        ('ID="amzn"\nID_LIKE="centos rhel fedora"\n', "el7"),
        ("CentOS release 6.10 (Final)\n", "el6"),
        ("CentOS Linux release 7.9.2009 (Core)\n", "el7"),
        ("", ""),
    ],
)
def test_the_family_of_a_system_is_read_from_its_release_files(release: str, family: str) -> None:
    assert reading.family(release) == family


def test_an_old_systemd_that_lists_nothing_with_exit_status_0_knows_no_unit() -> None:
    assert reading.is_listed("nginx", 0, "nginx.service   enabled enabled")
    assert reading.is_listed("nginx", 0, "UNIT FILE STATE\nnginx.service static\n")
    assert not reading.is_listed("nginx", 0, "0 unit files listed.")
    assert not reading.is_listed("nginx", 1, "")
    assert not reading.is_listed("httpd", 0, "nginx.service enabled")


def test_systemctl_without_systemd_knows_no_unit() -> None:
    said = "System has not been booted with systemd as init system (PID 1). Can't operate."

    assert not reading.is_listed("nginx", 0, f"nginx.service enabled\n{said}")
    assert reading.systemd_state(reading.properties(said)) is None


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        ("LoadState=loaded\nActiveState=active\nUnitFileState=enabled", UnitState.RUNNING),
        ("LoadState=loaded\nActiveState=activating\nSubState=start", UnitState.RUNNING),
        ("LoadState=loaded\nActiveState=activating\nSubState=auto-restart", UnitState.STOPPED),
        ("LoadState=loaded\nActiveState=failed\nUnitFileState=enabled", UnitState.STOPPED),
        ("LoadState=loaded\nActiveState=inactive\nUnitFileState=static", UnitState.STOPPED),
        ("LoadState=loaded\nActiveState=inactive\nUnitFileState=disabled", UnitState.DISABLED),
        ("LoadState=masked\nActiveState=inactive\nUnitFileState=masked", UnitState.MASKED),
        ("LoadState=loaded\nActiveState=active\nUnitFileState=masked-runtime", UnitState.MASKED),
        ("LoadState=not-found\nActiveState=inactive", None),
        ("", None),
    ],
)
def test_the_state_of_a_unit_under_systemd(shown: str, state: UnitState | None) -> None:
    assert reading.systemd_state(reading.properties(shown)) is state


@pytest.mark.parametrize(
    ("status", "said", "state"),
    [
        (0, "httpd (pid  1234) is running...", UnitState.RUNNING),
        (3, "httpd is stopped", UnitState.STOPPED),
        (2, "httpd dead but subsys locked", UnitState.STOPPED),
        (1, "mysqld dead but pid file exists", UnitState.STOPPED),
        (0, "nginx stop/waiting", UnitState.STOPPED),
        (0, "nginx start/running, process 812", UnitState.RUNNING),
        (0, "nginx is not running", UnitState.STOPPED),
        (3, "nginx is not running ... failed!", UnitState.STOPPED),
        (1, "nosuch: unrecognized service", None),
        (1, "status: Unknown job: nosuch", None),
        (127, "sh: 1: service: not found", None),
        (126, "Permission denied", None),
        (4, "???", UnitState.UNKNOWN),
        (None, "", UnitState.UNKNOWN),
    ],
)
def test_the_state_that_an_init_script_tells(
    status: int | None, said: str, state: UnitState | None
) -> None:
    assert reading.script_state(status, said) is state


def test_a_service_with_kill_links_only_is_switched_off() -> None:
    assert reading.is_disabled("K20nginx\nS10sshd\n", "nginx")
    assert not reading.is_disabled("K20nginx\nS20nginx\n", "nginx")
    assert not reading.is_disabled("S10sshd\n", "nginx")


def test_space_and_inodes_are_read_per_mount_point_and_the_worse_counts() -> None:
    df = (
        "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
        "/dev/sda1 100 45 55 45% /\n"
        "/dev/sdb1 100 100 0 100% /var/lib/my data\n"
        "/dev/sda1 500 500 0 100% /\n"
        "tmpfs - - - - /run\n"
    )

    assert reading.use(df) == {"/": 100}


def test_processes_are_read_with_their_terminal() -> None:
    listed = "/dev/pts/3\n?        /usr/sbin/sshd -D\npts/3    vim /etc/hosts\ngarbage\n"

    assert reading.terminals(listed) == {"pts/3"}
    assert reading.processes(listed) == [
        Process("", ("/usr/sbin/sshd", "-D")),
        Process("pts/3", ("vim", "/etc/hosts")),
    ]


@given(st.text(max_size=300), st.one_of(st.none(), st.integers(0, 255)))
def test_nothing_that_a_server_says_makes_the_reading_fail(said: str, status: int | None) -> None:
    reading.family(said)
    reading.is_listed("nginx", status, said)
    reading.systemd_state(reading.properties(said))
    reading.script_state(status, said)
    reading.is_disabled(said, "nginx")
    reading.use(said)
    reading.processes(said)
    reading.terminals(said)
