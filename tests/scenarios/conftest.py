"""A fresh night for each story, on servers of its own. Time stands still while anything is done,
unless a story names a speed.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.demo.server import DemonstrationServer, missing_for_real
from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from infra.local.telephone.behaviour import acknowledges
from respond import collect_diagnostics, run_runbook
from tests.loopback import loopback
from tests.scenarios.host import hosts
from tests.scenarios.night import OPERATOR, Mailbox, Night
from tests.scenarios.shaken import shaken
from tests.scenarios.shift import BEGINS, Shift, Work
from toban.domain.policy import Policy

TARO_PHONE = "+81312345678"
PARAMETERS = {
    "SenderAddress": "toban@msp.example",
    "OperatorAddress": OPERATOR,
    "ReferenceTargets": "",
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "night(speed, real): let rule time pass with the clock, so fast; may real servers be used",
    )


@pytest.fixture(scope="session", autouse=True)
def shaking() -> Iterator[None]:
    """TOBAN_SHAKE=7: let what happens in one moment happen in another order each time."""
    seed = os.environ.get("TOBAN_SHAKE")
    if not seed:
        yield
        return
    with shaken(int(seed)):
        yield


def pytest_report_header() -> str:
    missing = missing_for_real()
    if missing:
        return f"stories: embedded servers (for real ones this lacks {', '.join(missing)})"
    return "stories: real sshd, snmpd and nginx"


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[DemonstrationServer]:
    real = bool(_wanted(request, "real", default=True) and not missing_for_real())
    with DemonstrationServer(
        tmp_path / "web01", real=real, disks=("/dev/shm",), address=loopback(21)
    ) as server:
        yield server


@pytest.fixture
def night(
    tmp_path: Path, request: pytest.FixtureRequest, server: DemonstrationServer
) -> Iterator[Night]:
    mails = tmp_path / "mails"
    speed = _wanted(request, "speed", default=0)
    phones = PhoneBook({TARO_PHONE: acknowledges(after=5)})
    with LocalSystem(
        speed=speed or 1.0,
        stepped_from=None if speed else BEGINS,
        mail=mails,
        parameters=PARAMETERS,
        phones=phones,
    ) as system:
        yield Night(system, server, Mailbox(mails), tmp_path)


@pytest.fixture(scope="module")
def shift(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Shift]:
    """One system for the stories of a file, which may name its POLICY."""
    folder = tmp_path_factory.mktemp("shift")
    mails = folder / "mails"
    policy = getattr(request.module, "POLICY", Policy())
    running = LocalSystem(stepped_from=BEGINS, mail=mails, parameters=PARAMETERS)
    with hosts(folder) as servers, running as system, pytest.MonkeyPatch.context() as patch:
        shift = Shift(system, servers, Mailbox(mails), folder, policy)
        for work, module in {
            Work.COLLECTING: collect_diagnostics,
            Work.REPAIR: run_runbook,
        }.items():
            patch.setattr(module, "handler", shift.slowly(work, module.handler))
        yield shift


def _wanted(request: pytest.FixtureRequest, name: str, default: float) -> float:
    marker = request.node.get_closest_marker("night")
    return float(marker.kwargs.get(name, default)) if marker else default
