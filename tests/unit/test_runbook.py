"""The decisions of the standard restart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.repair import HoldReason, StepName
from toban.domain.runbook import (
    EntryFailure,
    InitSystem,
    InstalledUnit,
    Process,
    UnitState,
    action,
    choose,
    hold_for_claim,
    hold_for_config,
    hold_for_entry,
    hold_for_people,
    hold_for_space,
    hold_for_state,
    lacks_privilege,
)


def installed(service: str, state: UnitState) -> InstalledUnit:
    return InstalledUnit("web", service, InitSystem.SYSTEMD, state)


def process(terminal: str, command: str) -> Process:
    return Process(terminal, tuple(command.split()))


def test_the_unit_that_runs_is_taken_before_one_that_is_merely_installed() -> None:
    apache = installed("apache2", UnitState.DISABLED)
    nginx = installed("nginx", UnitState.RUNNING)

    assert choose([apache, nginx]) == nginx


def test_a_unit_that_should_run_is_taken_before_one_that_was_switched_off() -> None:
    apache = installed("apache2", UnitState.MASKED)
    nginx = installed("nginx", UnitState.STOPPED)

    assert choose([apache, nginx]) == nginx
    assert choose([apache]) == apache
    assert choose([]) is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (UnitState.RUNNING, StepName.RESTART),
        (UnitState.STOPPED, StepName.START),
    ],
)
def test_what_is_stopped_is_started_and_what_is_silent_is_restarted(
    state: UnitState, expected: StepName
) -> None:
    assert hold_for_state(state) is HoldReason.NONE
    assert action(state) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (UnitState.MASKED, HoldReason.UNIT_MASKED),
        (UnitState.DISABLED, HoldReason.UNIT_DISABLED),
        (UnitState.UNKNOWN, HoldReason.UNSUPPORTED_SYSTEM),
    ],
)
def test_what_is_switched_off_or_not_understood_is_left_alone(
    state: UnitState, expected: HoldReason
) -> None:
    assert hold_for_state(state) is expected


@pytest.mark.parametrize("failure", EntryFailure)
def test_a_login_that_fails_always_holds_back(failure: EntryFailure) -> None:
    assert hold_for_entry(failure) is not HoldReason.NONE


def test_a_changed_host_key_is_never_a_mere_login_failure() -> None:
    assert hold_for_entry(EntryFailure.HOST_KEY_CHANGED) is HoldReason.HOST_KEY_CHANGED


def test_only_a_full_file_system_holds_back() -> None:
    assert hold_for_space({"/": 99, "/var": 42}) is HoldReason.NONE
    assert hold_for_space({"/": 10, "/var": 100}) is HoldReason.DISK_FULL
    assert hold_for_space({}) is HoldReason.NONE


@pytest.mark.parametrize(
    "command",
    [
        "vim /etc/nginx/nginx.conf",
        "sudo vi /etc/my.cnf",
        "systemctl restart nginx",
        "service httpd status",
        "sudo service nginx stop",
        "/bin/sh /etc/init.d/nginx start",
        "yum update",
        "/usr/bin/python3 /usr/bin/dnf upgrade",
        "apt-get install nginx",
    ],
)
def test_work_at_a_terminal_in_use_holds_back(command: str) -> None:
    seen = process("pts/0", command)

    assert hold_for_people([seen], frozenset({"pts/0"})) == (HoldReason.SOMEBODY_WORKS, (seen,))


@pytest.mark.parametrize(
    ("terminal", "command"),
    [
        ("pts/1", "vim /etc/nginx/nginx.conf"),  # left open, not touched for long
        ("pts/0", "-bash"),
        ("pts/0", "tail -f /var/log/messages"),
        ("", "sh -c systemctl status nginx"),  # our own session has no terminal
        ("", "/usr/bin/python3 /usr/bin/dnf makecache --timer"),
        ("", "/usr/bin/python3 /usr/share/unattended-upgrades/unattended-upgrade-shutdown"),
    ],
)
def test_looking_on_and_housekeeping_hold_nothing_back(terminal: str, command: str) -> None:
    seen = process(terminal, command)

    assert hold_for_people([seen], frozenset({"pts/0"})) == (HoldReason.NONE, ())


@pytest.mark.parametrize(
    "command",
    [
        "/usr/bin/dpkg --status-fd 9 --configure nginx",
        "/usr/bin/python3 /usr/bin/yum -y update",
        "apt-get -q install nginx",
        "rpm -Uvh nginx.rpm",
    ],
)
def test_an_installation_without_terminal_holds_back(command: str) -> None:
    hold, _ = hold_for_people([process("", command)], frozenset())

    assert hold is HoldReason.SOMEBODY_WORKS


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0, HoldReason.NONE),
        (127, HoldReason.NONE),
        (1, HoldReason.CONFIG_ERROR),
        (None, HoldReason.CONFIG_ERROR),
    ],
)
def test_a_configuration_counts_as_good_only_when_its_test_says_so(
    status: int | None, expected: HoldReason
) -> None:
    assert hold_for_config(status) is expected


@pytest.mark.parametrize(
    "said",
    [
        "sudo: a password is required",
        "sudo: a terminal is required to read the password",
        "bash: sudo: command not found",
        "deploy is not in the sudoers file.",
        "Sorry, user deploy is not allowed to execute '/bin/systemctl' as root on web01.",
        "Sorry, user deploy may not run sudo on web01.",
    ],
)
def test_a_refusal_of_sudo_is_recognised(said: str) -> None:
    assert lacks_privilege(1, said)
    assert not lacks_privilege(0, said)


def test_a_failure_of_the_service_is_not_taken_for_a_refusal() -> None:
    assert not lacks_privilege(1, "Job for nginx.service failed. See systemctl status.")


@given(st.booleans(), st.booleans(), st.booleans())
def test_only_a_granted_claim_of_whoever_has_the_turn_lets_through(
    holds_turn: bool, granted: bool, restarted_recently: bool
) -> None:
    hold = hold_for_claim(holds_turn, granted, restarted_recently)

    assert (hold is HoldReason.NONE) == (holds_turn and granted)


def test_a_claim_of_our_own_that_is_there_already_means_an_interruption() -> None:
    assert hold_for_claim(True, False, restarted_recently=False) is HoldReason.INTERRUPTED
    assert hold_for_claim(True, False, restarted_recently=True) is HoldReason.RESTARTED_RECENTLY
    assert hold_for_claim(False, False, restarted_recently=True) is HoldReason.TURN_LOST
