"""A fresh night for each story: as fast as the story can bear, on servers of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.demo.server import DemonstrationServer, missing_for_real
from infra.local.system import LocalSystem
from tests.scenarios.night import OPERATOR, Mailbox, Night

SPEED = 60.0
"""At this speed a minute between two strikes is a second: enough to act in, short enough to run."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "night(speed, real): how fast rule time passes, and whether real servers may be used",
    )


def pytest_report_header() -> str:
    missing = missing_for_real()
    if missing:
        return f"stories: embedded servers (for real ones this lacks {', '.join(missing)})"
    return "stories: real sshd, snmpd and nginx"


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[DemonstrationServer]:
    real = _wanted(request, "real", default=True) and not missing_for_real()
    with DemonstrationServer(tmp_path / "web01", real=bool(real), disks=("/dev/shm",)) as server:
        yield server


@pytest.fixture
def night(
    tmp_path: Path, request: pytest.FixtureRequest, server: DemonstrationServer
) -> Iterator[Night]:
    mails = tmp_path / "mails"
    parameters = {
        "SenderAddress": "toban@msp.example",
        "OperatorAddress": OPERATOR,
        "ReferenceTargets": "",
    }
    speed = float(_wanted(request, "speed", default=SPEED))
    with LocalSystem(speed=speed, mail=mails, aws_port=0, parameters=parameters) as system:
        yield Night(system, server, Mailbox(mails), tmp_path)


def _wanted(request: pytest.FixtureRequest, name: str, default: float) -> float:
    marker = request.node.get_closest_marker("night")
    return float(marker.kwargs.get(name, default)) if marker else default
