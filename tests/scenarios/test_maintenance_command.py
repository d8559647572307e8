"""An operator announces maintenance on the command line of the running system."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.scenarios.night import Night

ROOT = Path(__file__).parents[2]
ROOTS = (ROOT, ROOT / "functions", ROOT / "layers" / "core")
CAROL = "Carol <carol@agency.example>"


def toban(night: Night, *arguments: str) -> tuple[int, list[str]]:
    """Run `toban maintenance` in a process of its own; return its status and what it says."""
    command = [sys.executable, "-m", "infra.local.command", "maintenance", *arguments]
    command += ["--endpoint", night.system.endpoint.url]
    # the operator's shell, not the system's process
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**own, "PYTHONPATH": os.pathsep.join(map(str, ROOTS))}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return ran.returncode, (ran.stdout + ran.stderr).splitlines()


@pytest.mark.night(speed=5)  # commands take real seconds
@pytest.mark.clause("C-5")
def test_an_operator_plans_extends_lists_and_cancels(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())

    status, told = toban(
        night, "plan", "demo.web01", "--now", "--for", "2h", "--requested-by", CAROL
    )
    window = told[0].split()[0]
    extended = toban(night, "extend", window, "--for", "30m", "--requested-by", "Dave")
    listed = toban(night, "list", "demo")
    of_all = toban(night, "list")
    cancelled = toban(night, "cancel", window, "--requested-by", "Dave")
    afterwards = toban(night, "list", "demo.web01")

    assert status == 0
    assert "JST  open  the whole server  asked for by Carol" in told[0]
    assert extended[0] == listed[0] == cancelled[0] == 0
    assert listed[1] == of_all[1] == extended[1]
    assert "ended early" in cancelled[1][0]
    assert afterwards == (0, ["No maintenance is open or ahead."])
    assert "earlier than planned" in night.expect_mail("maintenance_ended").text


@pytest.mark.night(speed=5)
@pytest.mark.clause("C-5")
def test_an_operator_plans_maintenance_that_comes_back(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())
    every_sunday = "--every sun --at 02:00 --for 60m --holidays skip".split()

    status, told = toban(night, "plan", "demo.web01", *every_sunday, "--requested-by", "Carol")

    assert status == 0
    assert "02:00 JST to " in told[0]
    assert told[1].startswith("demo.web01.maintenance.sun.0200  every sun at 02:00 for 60 min")


MISTAKES = [
    (["plan", "demo.web01", "--from", "2 o'clock", "--for", "1h"], ["is not a time"]),
    (["plan", "demo.web09", "--now", "--for", "1h"], ["there is no server 'demo.web09'"]),
    (["plan", "demo.web01", "--every", "sun", "--for", "1h"], ["--every needs --at and --for"]),
    (
        ["plan", "demo.web01", "--now", "--until", "2020-01-01", "--monitor", "htpt"],
        ["has no monitor 'htpt'", "lies in the past"],
    ),
    (["cancel", "demo.web01"], ["there is no window 'demo.web01'"]),
]


def test_mistakes_are_told_one_a_line_and_nothing_is_done(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())

    for arguments, mistakes in MISTAKES:
        status, told = toban(night, *arguments, "--requested-by", "Carol")

        assert status == 2
        assert [line for line, each in zip(told, mistakes, strict=True) if each not in line] == []
    assert night.executions("Maintenance") == {}


def test_times_are_the_rules_own_and_not_the_machines(night: Night) -> None:
    """The local clock may run ahead of the operator's: "now" is the system's."""
    night.watch("notify", night.server.shop_monitor())
    night.let_pass(minutes=30)

    _, told = toban(night, "plan", "demo.web01", "--now", "--for", "2h", "--requested-by", "Carol")

    starts = datetime.strptime(" ".join(told[0].split()[1:3]), "%Y-%m-%d %H:%M")  # noqa: DTZ007
    assert starts - timedelta(hours=9) > datetime.now(UTC).replace(tzinfo=None)  # noqa: TID251
