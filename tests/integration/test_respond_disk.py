"""The cleaning that a customer has agreed to, on a real file system that is nearly full."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.respond_site.machine import Machine, own_folder
from tests.integration.respond_site.services import repaired, words
from tests.loopback import loopback
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.consent import Cleaning, Consent, OldFiles
from toban.domain.contract import Family, Monitor
from toban.domain.repair import HoldReason, RepairOutcome, StepName

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a file system")
OLD = 1_700_000_000


@dataclass(frozen=True, slots=True)
class Disk:
    """A server with a file system of one megabyte."""

    machine: Machine
    mount: Path

    def monitor(self) -> Monitor:
        question = ResourceQuestion(Resource.DISK, 90, str(self.mount))
        check = Check("acme.web01.disk", Kind.RESOURCE, loopback(66), resource=question)
        return Monitor(
            check.monitor_id, "disk", Family.RESOURCE, "", "", 30, check, runbook="rb_disk"
        )

    def file(self, name: str, *, old: bool) -> Path:
        path = self.mount / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(100_000))
        if old:
            os.utime(path, (OLD, OLD))
        return path

    def files(self, folder: str = "app") -> Consent:
        return Consent(files=(OldFiles(f"{self.mount}/{folder}/*.log", 30),))


@pytest.fixture
def disk() -> Iterator[Disk]:
    with own_folder() as folder:
        mount, machine = folder / "full", Machine(folder / "machine")
        mount.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            machine.close()
            pytest.skip("a file system cannot be mounted here")
        yield Disk(machine, mount)
        subprocess.run(["umount", str(mount)], check=True)
        machine.close()


@pytest.mark.clause("P-1")
def test_the_agreed_old_files_are_deleted_and_the_bytes_freed_are_told(disk: Disk) -> None:
    gone = [disk.file(f"app/{number}.log", old=True) for number in range(3)]
    kept = [disk.file("app/new.log", old=False), disk.file("app/old.txt", old=True)]
    elsewhere = disk.file("other/1.log", old=True)

    attempt = repaired(disk.machine, disk.monitor(), consent=disk.files())

    report = attempt.report
    assert (report.outcome, report.last_change) == (RepairOutcome.ACTED, StepName.CLEAN)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in [*kept, elsewhere])
    told = words(attempt, StepName.CLEAN)
    assert "3 files deleted" in told
    assert int(told.split(" bytes")[0].replace(",", "")) >= 300_000
    assert {"du", "big", "inodes"} <= {finding.name for finding in attempt.findings}


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    "consent", [Consent(), Consent(clean=(Cleaning.PACKAGES, Cleaning.JOURNAL))]
)
def test_without_an_agreed_place_on_this_disk_nothing_is_touched(
    disk: Disk, consent: Consent
) -> None:
    kept = disk.file("app/1.log", old=True)

    report = repaired(disk.machine, disk.monitor(), consent=consent).report

    assert (report.hold, report.changed) == (HoldReason.NOTHING_TO_CLEAN, False)
    assert kept.exists()


@pytest.mark.clause("P-10")
def test_a_folder_that_leads_elsewhere_is_not_cleaned(disk: Disk) -> None:
    kept = disk.file("data/1.log", old=True)
    (disk.mount / "app").symlink_to(disk.mount / "data")

    attempt = repaired(disk.machine, disk.monitor(), consent=disk.files())

    assert "leads elsewhere" in words(attempt, StepName.CLEAN)
    assert attempt.report.outcome is RepairOutcome.COMMAND_FAILED
    assert kept.exists()


@pytest.mark.clause("P-10")
def test_what_nobody_may_agree_to_is_not_cleaned_even_when_it_stands_there(disk: Disk) -> None:
    kept = disk.file("mysql/1.log", old=True)

    report = repaired(disk.machine, disk.monitor(), consent=disk.files("mysql")).report

    assert report.hold is HoldReason.NOTHING_TO_CLEAN
    assert kept.exists()
