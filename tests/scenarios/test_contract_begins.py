"""A customer's sheet is planned and agreed to; on its day the server is watched by itself."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from infra.local.system import LocalSystem
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.night import Mailbox
from tests.scenarios.standing_night import JAPAN

ROOT = Path(__file__).parents[2]
ROOTS = (ROOT, ROOT / "functions", ROOT / "layers" / "core")
TUESDAY = datetime(2026, 11, 24, 17, 30, tzinfo=JAPAN)
SHEET = """\
customer: {{id: acme, name: アクメ株式会社}}
contacts:
  - {{name: 山田 太郎, mail: taro@acme.example, phone: 03-1234-5678}}
servers:
  - id: web01
    plan: notify
    addresses: [127.0.0.1]
    monitors:
      - {{item: tcp, id: api, port: {port}}}
"""


@pytest.fixture
def system(tmp_path: Path) -> Iterator[LocalSystem]:
    mails = tmp_path / "mail"
    with LocalSystem(stepped_from=TUESDAY, mail=mails, parameters=PARAMETERS) as running:
        yield running


@pytest.fixture
def service() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def _toban(system: LocalSystem, *arguments: object) -> tuple[int, list[str]]:
    """Run `toban sheet` in a process of its own; return its status and what it says."""
    command = [sys.executable, "-m", "infra.local.command", "sheet", *map(str, arguments)]
    command += ["--endpoint", system.endpoint.url]
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env={**own, "PYTHONPATH": os.pathsep.join(map(str, ROOTS))},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, (ran.stdout + ran.stderr).splitlines()


def _pass_until(system: LocalSystem, moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=JAPAN)
    system.wait_until(lambda: False, (at - system.clock.now()).total_seconds())


@pytest.mark.clause("C-2", "C-3", "C-4")
def test_a_server_is_watched_from_its_day_on_and_not_before(
    system: LocalSystem, service: socket.socket, tmp_path: Path
) -> None:
    sheet = tmp_path / "acme.yaml"
    sheet.write_text(SHEET.format(port=service.getsockname()[1]), encoding="utf-8")

    _, planned = _toban(system, "plan", sheet)
    status, agreed = _toban(system, "apply", sheet, "--plan", planned[-2].split()[-1])

    # received while the office is open: in force on the next business day
    assert planned[0] == "acme: from 2026-11-25 on"
    assert "  + monitor acme.web01.api  (mail after 2.5 to 6.5 min)" in planned
    assert (status, agreed[-1]) == (0, "Agreed: in force from 2026-11-25 on.")

    service.close()
    mails = Mailbox(tmp_path / "mail")
    _pass_until(system, "2026-11-24 23:59:00")
    assert not mails.mails()
    _pass_until(system, "2026-11-25 00:08:30")
    assert [mail.kind for mail in mails.mails()] == ["alert"]


@pytest.mark.clause("C-6", "N-7")
def test_who_drops_a_monitor_that_fails_hears_once_that_nobody_looks_any_more(
    system: LocalSystem, service: socket.socket, tmp_path: Path
) -> None:
    sheet, mails = tmp_path / "acme.yaml", Mailbox(tmp_path / "mail")
    with socket.create_server(("127.0.0.1", 0)) as other:
        api = SHEET.format(port=service.getsockname()[1])
        web = f"      - {{item: tcp, id: web, port: {other.getsockname()[1]}}}\n"
        sheet.write_text(api + web, encoding="utf-8")
        _toban(system, "apply", sheet, "--at-once")
        service.close()
        _pass_until(system, "2026-11-24 17:38:30")
        sheet.write_text(api.replace(api.splitlines(keepends=True)[-1], web), encoding="utf-8")
        _toban(system, "apply", sheet, "--at-once")
        _pass_until(system, "2026-11-24 18:15:00")

    assert [mail.kind for mail in mails.mails()] == ["alert", "watch_ended"]


@pytest.mark.clause("C-2")
def test_before_its_first_day_all_is_tried_and_a_sheet_to_sign_is_written(
    system: LocalSystem, service: socket.socket, tmp_path: Path
) -> None:
    sheet, signed = tmp_path / "acme.yaml", tmp_path / "acme.accepted.html"
    sheet.write_text(SHEET.format(port=service.getsockname()[1]), encoding="utf-8")
    refused, why = _toban(system, "accept", sheet)
    _toban(system, "apply", sheet)

    ready, told = _toban(system, "accept", sheet)
    service.close()
    broken, seen = _toban(system, "accept", sheet)

    assert (refused, ready, broken) == (2, 0, 1)
    assert why[0].startswith("This sheet was not handed in")
    assert told == [
        "acme: everything works",
        "  contact 1: test mail sent",
        "acme.web01: everything works",
        "  api: works",
        f"To sign: {signed}",
    ]
    assert (seen[0], seen[2]) == ("acme: to be mended", "acme.web01: to be mended")
    assert seen[3].startswith("  api: refused")
    assert "接続拒否" in signed.read_text(encoding="utf-8")
