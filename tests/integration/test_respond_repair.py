"""The standard restart over SSH, on a service that really runs and stops."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from infra.local.demo.servers.ssh import real_sshd
from respond.course import Claimant, RepairAttempt
from respond.repair import repair
from tests.integration.respond_site.site import NOON, Site, secret
from tests.loopback import loopback
from toban.domain.repair import HoldReason, RepairOutcome, RepairReport, StepName


class Make(Protocol):
    def __call__(self, init: str, *, real: bool = ...) -> Site: ...


REAL = bool(real_sshd())


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Site] = []

    def make_site(init: str, *, real: bool = REAL) -> Site:
        site = Site(tmp_path / "site", loopback(61), init, real=real)
        made.append(site)
        return site

    yield make_site
    for site in made:
        site.close()


@pytest.fixture
def site(make: Make) -> Site:
    return make("systemd")


def granted(_unit: str) -> HoldReason:
    return HoldReason.NONE


def attempt(site: Site, claim: Claimant = granted) -> RepairAttempt:
    return repair(site.server(), site.monitor(), secret, claim, lambda: NOON)


def hold(site: Site) -> HoldReason:
    report = attempt(site).report
    assert report.outcome is (
        RepairOutcome.HELD_BACK if report.hold is not HoldReason.NONE else report.outcome
    )
    assert report.changed == (report.hold is HoldReason.NONE)
    return report.hold


def words(report: RepairReport, step: StepName) -> str:
    return " ".join(told.detail for told in report.steps if told.name is step)


@pytest.mark.clause("P-1")
@pytest.mark.parametrize("init", ["systemd", "service"])
@pytest.mark.parametrize("real", {REAL, False})
def test_a_dead_service_is_started(make: Make, init: str, real: bool) -> None:
    site = make(init, real=real)

    report = attempt(site).report

    assert (report.outcome, report.hold) == (RepairOutcome.ACTED, HoldReason.NONE)
    assert site.changes == ["start"]
    assert site.answers()
    assert [step.name for step in report.steps if not step.passed] == []


@pytest.mark.clause("P-1")
def test_a_service_that_runs_but_is_silent_is_restarted_once(site: Site) -> None:
    site.hang()

    report = attempt(site).report

    assert report.outcome is RepairOutcome.ACTED
    assert site.changes == ["stop", "start"]
    assert site.answers()


def test_an_init_script_is_stopped_and_started(make: Make) -> None:
    site = make("service")
    site.hang()

    assert attempt(site).report.outcome is RepairOutcome.ACTED
    assert site.changes == ["stop", "start"]


@pytest.mark.clause("P-10")
def test_a_configuration_error_stops_everything_and_is_told(site: Site) -> None:
    site.mark("broken")

    report = attempt(site).report

    assert report.hold is HoldReason.CONFIG_ERROR
    assert "unknown directive 'lisen'" in words(report, StepName.TEST_CONFIG)
    assert site.changes == []


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    ("mark", "expected"),
    [("masked", HoldReason.UNIT_MASKED), ("disabled", HoldReason.UNIT_DISABLED)],
)
def test_what_somebody_switched_off_stays_off(site: Site, mark: str, expected: HoldReason) -> None:
    site.mark(mark)

    assert hold(site) is expected
    assert site.changes == []


def test_what_answers_on_the_server_itself_is_not_restarted(site: Site) -> None:
    assert hold(site) is HoldReason.NONE

    held = attempt(site)

    assert held.report.hold is HoldReason.ANSWERS_LOCALLY
    assert {"iptables", "hosts_deny"} <= {finding.name for finding in held.findings}
    assert site.changes == ["start"]


def test_a_full_disk_is_reported_instead_of_a_start(site: Site) -> None:
    site.say("df", "#!/bin/sh\necho '/dev/sda1 100 100 0 100% /var'\n")

    assert hold(site) is HoldReason.DISK_FULL
    assert site.changes == []


def test_nothing_is_done_while_packages_are_being_installed(site: Site) -> None:
    site.say("ps", "#!/bin/sh\necho '? /usr/bin/dpkg --status-fd 9 --configure nginx'\n")

    assert hold(site) is HoldReason.SOMEBODY_WORKS
    assert site.changes == []


def test_nothing_is_done_under_the_hands_of_somebody_at_a_terminal(site: Site) -> None:
    site.say("ps", "#!/bin/sh\necho 'pts/7 vim /etc/nginx/nginx.conf'\n")
    site.say("find", "#!/bin/sh\necho /dev/pts/7\n")

    assert hold(site) is HoldReason.SOMEBODY_WORKS
    assert site.changes == []


def test_a_unit_of_a_cluster_is_left_to_the_cluster(site: Site) -> None:
    site.say("pgrep", '#!/bin/sh\ncase "$*" in *pacemaker*) exit 0 ;; *) exit 1 ;; esac\n')
    site.say("crm_mon", "#!/bin/sh\necho ' * nginx (systemd:nginx): Stopped'\n")

    assert hold(site) is HoldReason.CLUSTER_OWNS_UNIT
    assert site.changes == []


def test_a_port_that_a_container_publishes_is_left_to_its_manager(site: Site) -> None:
    site.say("ss", """#!/bin/sh\necho '*:80 *:* users:(("docker-proxy",pid=1,fd=4))'\n""")

    assert hold(site) is HoldReason.CLUSTER_OWNS_UNIT
    assert site.changes == []


def test_a_unit_that_is_not_there_is_reported(site: Site) -> None:
    report = repair(site.server(), site.monitor(unit="haproxy"), secret, granted, lambda: NOON)

    assert report.report.hold is HoldReason.UNIT_NOT_FOUND
    assert site.changes == []


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    "refusal", [HoldReason.INTERRUPTED, HoldReason.RESTARTED_RECENTLY, HoldReason.TURN_LOST]
)
def test_without_the_claim_nothing_is_restarted(site: Site, refusal: HoldReason) -> None:
    report = attempt(site, lambda _: refusal).report

    assert (report.hold, report.changed) == (refusal, False)
    assert site.changes == []


def test_two_runs_of_the_same_work_restart_once(site: Site) -> None:
    answers = iter([HoldReason.NONE, HoldReason.INTERRUPTED])
    site.say("curl", "#!/bin/sh\nexit 7\n")

    reports = [attempt(site, lambda _: next(answers)).report for _ in range(2)]

    assert [report.changed for report in reports] == [True, False]
    assert site.changes == ["start"]


def test_a_start_that_fails_is_told_in_the_servers_words_without_its_secrets(site: Site) -> None:
    site.mark("fails")

    report = attempt(site).report

    assert (report.outcome, report.changed) == (RepairOutcome.COMMAND_FAILED, True)
    assert "Job for nginx failed. password=[redacted]" in words(report, StepName.START)
    assert site.changes == ["start"]


@pytest.mark.skipif(not REAL, reason="needs root and openssh-server: a real session is killed")
def test_a_connection_that_breaks_during_the_start_is_told_and_not_tried_again(site: Site) -> None:
    systemctl = (site.folder / "bin" / "systemctl").read_text(encoding="utf-8")
    broken = systemctl.replace("  start) ", "  start) start; kill -9 $(session) ;;\n  other) ")
    # the shell's ancestors up to sshd: its process for this connection
    session = (
        'session() { p=$$; while [ "$(cat /proc/$p/comm)" != sshd ]; do '
        "p=$(awk '/^PPid/{print $2}' /proc/$p/status); done; echo $p; }\n"
    )
    site.say("systemctl", "#!/bin/sh\n" + session + broken)

    report = attempt(site).report

    assert (report.outcome, report.changed) == (RepairOutcome.COMMAND_FAILED, True)
    assert "dropped" in words(report, StepName.START)
    assert site.changes == ["start"]


def test_without_the_right_to_restart_nothing_is_claimed(make: Make) -> None:
    site = make("systemd", real=False)  # any user may log in there
    site.say("sudo", "#!/bin/sh\necho 'sudo: a password is required' >&2; exit 1\n")
    asked: list[str] = []

    def claim(unit: str) -> HoldReason:
        asked.append(unit)
        return HoldReason.NONE

    server = site.server(user="deploy")
    report = repair(server, site.monitor(), secret, claim, lambda: NOON).report

    assert report.hold is HoldReason.NO_PRIVILEGE
    assert (asked, site.changes) == ([], [])


def test_a_monitor_without_runbook_is_not_worked_on(site: Site) -> None:
    report = repair(site.server(), site.monitor(runbook=""), secret, granted, lambda: NOON).report

    assert (report.hold, report.steps) == (HoldReason.NO_RUNBOOK, ())


def test_a_server_that_cannot_be_entered_is_reported(site: Site) -> None:
    site.ssh.stop()
    report = attempt(site).report

    assert (report.hold, report.changed) == (HoldReason.LOGIN_FAILED, False)
    assert "refused" in words(report, StepName.LOG_IN)
