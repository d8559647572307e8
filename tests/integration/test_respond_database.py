"""What is asked before a database or a cache is touched, on real ones."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from infra.local.demo.servers.ssh import real_sshd
from respond.steps import database
from tests.integration.daemons import PATIENCE_SECONDS
from tests.integration.respond_site.machine import Machine
from tests.integration.respond_site.services import (
    EVERY,
    Service,
    machine_with,
    mariadb,
    redis,
    repaired,
    words,
)
from toban.domain.consent import Consent
from toban.domain.repair import HoldReason, RepairOutcome, StepName

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root starts the real services as their own users"
)
FULL = "mount -t tmpfs -o size=64k full /run; head -c 999999 /dev/zero >/run/full 2>/dev/null"
Made = tuple[Machine, Service]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with machine_with(mariadb) as (machine, service):
        yield machine, service


@pytest.fixture(autouse=True)
def _nothing_runs(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "made" in request.fixturenames:
        machine: Machine = request.getfixturevalue("made")[0]
        machine.forget()
        machine.say("journalctl", "#!/bin/sh\nexit 1\n")


def logged(machine: Machine, line: str) -> None:
    """Let the journal hold a line of the database's."""
    machine.say("journalctl", f"#!/bin/sh\ncat <<'EOF'\n{line}\nEOF\n")


def hung(machine: Machine, service: Service) -> int:
    """Start the service and stop it in the middle of everything; return its process."""
    machine.run(service.name, service.address, service.port)
    os.kill(machine.pid(service.name), signal.SIGSTOP)
    return machine.pid(service.name)


def stuck(machine: Machine, service: Service) -> None:
    """Let the service run without listening; what starts it next is the real one."""
    start = machine.units / service.name / "start"
    real = start.read_text(encoding="utf-8")
    start.write_text("exec sleep 600\n", encoding="utf-8")
    machine.systemctl("start", service.name)
    start.write_text(real, encoding="utf-8")


@pytest.mark.clause("P-10")
def test_a_database_that_is_full_of_connections_is_not_restarted(made: Made) -> None:
    machine, service = made
    machine.run(service.name, service.address, service.port)
    with ExitStack() as clients:
        answer = b""
        while b"Too many connections" not in answer:
            place = (service.address, service.port)
            answer = clients.enter_context(socket.create_connection(place, 5)).recv(200)
        attempt = repaired(machine, service.monitor())

    assert attempt.report.hold is HoldReason.TOO_MANY_CONNECTIONS
    assert "Too many connections" in words(attempt, StepName.COUNT_CONNECTIONS)
    assert "processlist" in {finding.name for finding in attempt.findings}
    assert machine.changes(service.name) == []


@pytest.mark.clause("P-10")
def test_a_database_whose_log_tells_of_damage_is_left_to_people(made: Made) -> None:
    machine, service = made
    told = "[ERROR] InnoDB: Database page corruption on disk or a failed read of file app/orders"
    logged(machine, told)

    attempt = repaired(machine, service.monitor())

    assert attempt.report.hold is HoldReason.DATA_DAMAGED
    assert "app/orders" in words(attempt, StepName.READ_DAMAGE)
    assert machine.changes(service.name) == []


@pytest.mark.clause("P-10")
def test_a_recovery_after_a_crash_is_not_cut_off_by_a_restart(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, service = made
    monkeypatch.setattr(database, "RECOVERY_SECONDS", 1)
    logged(machine, "[Note] InnoDB: Starting crash recovery from checkpoint LSN=46846")
    process = hung(machine, service)

    report = repaired(machine, service.monitor()).report
    os.kill(process, signal.SIGCONT)

    assert (report.hold, report.changed) == (HoldReason.RECOVERING, False)
    assert machine.changes(service.name) == []


def test_a_database_that_has_recovered_meanwhile_is_not_restarted(made: Made) -> None:
    machine, service = made
    logged(machine, "[Note] InnoDB: Starting crash recovery from checkpoint LSN=46846")
    awake = threading.Timer(3.0, os.kill, (hung(machine, service), signal.SIGCONT))
    awake.start()

    report = repaired(machine, service.monitor()).report
    awake.join()

    assert report.hold in {HoldReason.RECOVERED, HoldReason.ANSWERS_LOCALLY}
    assert machine.changes(service.name) == []


@pytest.mark.clause("P-1")
def test_a_database_that_hangs_without_a_recovery_is_restarted(made: Made) -> None:
    machine, service = made
    hung(machine, service)

    attempt = repaired(machine, service.monitor())

    assert (attempt.report.hold, attempt.report.changed) == (HoldReason.NONE, True)
    assert machine.changes(service.name) == ["stop", "start"]
    assert attempt.report.steps[-1].name is StepName.READ_LOG


@pytest.mark.clause("P-10")
@pytest.mark.skipif(not real_sshd(), reason="needs openssh-server: a file system is mounted")
@pytest.mark.parametrize("kind", ["web", "redis", "database"])
def test_nothing_is_started_on_a_full_disk(kind: str) -> None:
    with machine_with(EVERY[kind], FULL) as (machine, service):
        attempt = repaired(machine, service.monitor())

        assert attempt.report.hold is HoldReason.DISK_FULL
        assert "/run 100 %" in words(attempt, StepName.CHECK_SPACE)
        assert machine.changes(service.name) == []


@pytest.mark.skipif(not real_sshd(), reason="needs openssh-server: a folder is mounted")
def test_what_looks_like_a_replica_is_told_to_those_who_decide() -> None:
    replica = (
        "test -d /var/lib/mysql || exit 1; mount -t tmpfs own /var/lib/mysql\n"
        "echo 33 >/var/lib/mysql/master.info"
    )
    with machine_with(mariadb, replica) as (machine, service):
        attempt = repaired(machine, service.monitor())

        assert "/var/lib/mysql/master.info" in words(attempt, StepName.READ_ROLE)
        assert attempt.report.outcome is RepairOutcome.ACTED


def tell(service: Service, *command: str) -> str:
    place = ["redis-cli", "-h", service.address, "-p", str(service.port)]
    return subprocess.run([*place, *command], capture_output=True, text=True, check=False).stdout


@pytest.mark.clause("P-10")
def test_a_redis_that_cannot_save_is_told_of_and_not_restarted() -> None:
    with machine_with(redis) as (machine, service):
        machine.run(service.name, service.address, service.port)
        tell(service, "set", "key", "value")
        tell(service, "config", "set", "save", "1 1")
        shutil.rmtree(service.config.parent)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "MISCONF" not in tell(service, "ping") and time.monotonic() < deadline:
            tell(service, "bgsave")

        attempt = repaired(machine, service.monitor())

        assert attempt.report.hold is HoldReason.REFUSES_WRITES
        assert "MISCONF" in words(attempt, StepName.ASK_CACHE)
        assert machine.changes(service.name) == []


@pytest.mark.clause("P-10")
@pytest.mark.skipif(not real_sshd(), reason="needs openssh-server: a folder is mounted")
def test_a_redis_that_keeps_nothing_on_disk_is_restarted_only_where_that_is_agreed() -> None:
    only_memory = "mount -t tmpfs own /etc/redis; echo 'save \"\"' >/etc/redis/redis.conf"
    with machine_with(redis, only_memory) as (machine, service):
        stuck(machine, service)

        held = repaired(machine, service.monitor()).report
        agreed = repaired(machine, service.monitor(), consent=Consent(lose_cache=True)).report

        assert (held.hold, held.changed) == (HoldReason.WOULD_LOSE_DATA, False)
        assert (agreed.outcome, agreed.changed) == (RepairOutcome.ACTED, True)
        assert machine.changes(service.name) == ["stop", "start"]
