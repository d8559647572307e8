"""A resource over its threshold is reported at once, and again when it is below."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from graphs import draw_for_mail
from tests.integration.peers import observe, until
from tests.scenarios.night import CUSTOMER, OPERATOR, TARO, Mail, Night, hand_in
from toban.domain.observation import Reason

MEMORY_DISK = Path("/dev/shm")
ENOUGH = 2**28
"""Octets that nobody else takes or gives back meanwhile."""


def points() -> float:
    """The share that is filled: more of a small disk, for others of this machine use it as well."""
    space = os.statvfs(MEMORY_DISK)
    return max(3, min(40, 100 * ENOUGH / (space.f_frsize * space.f_blocks)))


def used_percent() -> float:
    space = os.statvfs(MEMORY_DISK)
    return 100 * (1 - space.f_bavail / space.f_blocks)


@pytest.fixture
def filler() -> Iterator[Path]:
    path = MEMORY_DISK / f"toban-story-{os.getpid()}"
    yield path
    path.unlink(missing_ok=True)


def fill(filler: Path) -> None:
    space = os.statvfs(MEMORY_DISK)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, int(space.f_frsize * space.f_blocks * points() / 100))


def link_in(mail: Mail) -> str:
    found = re.search(r"https?://\S+/g/\S+", mail.text)
    assert found
    return found[0]


def opened(link: str) -> str:
    with urlopen(link) as page:  # noqa: S310 - our own system's
        return str(page.read().decode())


def tells(night: Night, folder: Path, monitor: dict[str, Any], reason: Reason) -> bool:
    """Wait until the agent tells so: it renews what it knows of disks by the clock."""
    sheet = hand_in(folder, night.server.section(CUSTOMER, "notify", [monitor]))
    (watched,) = sheet.servers[0].monitors
    secrets = night.server.secrets(CUSTOMER)
    return until(lambda: observe(watched.check, secrets).reason is reason)


@pytest.mark.clause("N-5", "N-7", "N-9")
def test_a_disk_over_its_threshold_is_mailed_at_once_and_its_recovery_once_it_is_below(
    night: Night, filler: Path, tmp_path: Path
) -> None:
    threshold = round(used_percent() + points() / 2, 2)
    disk = {"item": "disk", "mount": str(MEMORY_DISK), "threshold": threshold}
    night.watch("notify", disk)

    fill(filler)
    assert tells(night, tmp_path, disk, Reason.OVER_THRESHOLD)
    alert = night.expect_mail("resource_alert", to=TARO)
    night.let_pass(minutes=6)
    filler.unlink()
    assert tells(night, tmp_path, disk, Reason.OK)
    recovery = night.expect_mail("recovery", to=TARO)

    assert "/dev/shm" in alert.text
    assert [picture[:4] for picture in alert.pictures] == [b"\x89PNG"]
    assert f"{MEMORY_DISK} space: Last" in alert.text
    assert "<svg" in opened(link_in(alert))
    assert alert.at < recovery.at
    assert len(night.mailbox.mails("resource_alert", to=TARO)) == 1
    assert night.executions("Confirm") == {}


@pytest.mark.clause("N-5", "N-9")
def test_graphs_that_cannot_be_drawn_keep_nobody_from_the_mail(
    night: Night, filler: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("no such graph")

    fill(filler)
    monkeypatch.setattr(draw_for_mail, "handler", fails)
    night.watch("notify", {"item": "disk", "mount": str(MEMORY_DISK), "threshold": 1})
    alert = night.expect_mail("resource_alert", to=TARO)
    told = night.expect_mail("operator_notice", to=OPERATOR)

    assert alert.pictures == ()
    assert "/g/" not in alert.text
    assert "ZeroDivisionError" in told.text
