"""On the first day of a month the contacts have a report of the one before, as it was."""

import os
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract.sheet import read_sheet
from infra.local.commands.apply import apply
from infra.local.system import LocalSystem
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.night import Mailbox
from toban.domain.policy import Policy

ROOT = Path(__file__).parents[2]
ROOTS = (ROOT, ROOT / "functions", ROOT / "layers" / "core")
LAST_HOUR = datetime(2026, 11, 30, 23, 0, 30, tzinfo=UTC)
SHEET = """\
customer: {{id: acme, name: Acme Ltd, zone: UTC, locale: en}}
contacts:
  - {{name: Alice Smith, mail: alice@acme.example, phone: "+81312345678"}}
servers:
  - id: web01
    plan: notify
    addresses: [127.0.0.1]
    monitors:
      - {{item: tcp, id: api, port: {port}}}
"""


def printed(system: LocalSystem) -> str:
    command = [sys.executable, "-m", "infra.local.command", "report", "acme", "2026-11"]
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
    assert not ran.returncode, ran.stderr
    return ran.stdout


def outage(system: LocalSystem, mails: Mailbox) -> None:
    """A service is away for half an hour of the month's last one."""
    with socket.create_server(("127.0.0.1", 0)) as service:
        port = int(service.getsockname()[1])
        sheet = Path(mails.folder.parent / "acme.yaml")
        sheet.write_text(SHEET.format(port=port), encoding="utf-8")
        apply([read_sheet(sheet, allow_loopback=True)], Policy())
        system.wait_until(lambda: False, 300)
    assert system.wait_until(lambda: bool(mails.mails("alert")), 600)
    system.wait_until(lambda: False, 1_500)
    with socket.create_server(("127.0.0.1", port)):
        assert system.wait_until(lambda: bool(mails.mails("recovery")), 600)
        until = datetime(2026, 12, 1, 2, 5, tzinfo=UTC)
        system.wait_until(lambda: False, (until - system.clock.now()).total_seconds())


@pytest.mark.clause("N-9")
def test_an_outage_stands_in_the_report_on_its_month(tmp_path: Path) -> None:
    mails = Mailbox(tmp_path / "mail")
    with LocalSystem(stepped_from=LAST_HOUR, mail=mails.folder, parameters=PARAMETERS) as system:
        outage(system, mails)
        text = printed(system)
    [mail] = mails.mails("month_report")

    assert mail.subject.startswith("[Monthly report] November 2026: 1 incident ")
    [available] = re.findall(r"- web01: (99\.9[0-9]{2} %)", mail.text)
    assert f"Whole server\n  Availability {available} / Down 0:" in text
    assert re.search(r"to the mail: 1 / Median 0:00:[3-5][0-9] ", text), text
    assert "Everything recovered: 2026-11-30 23:" in text
