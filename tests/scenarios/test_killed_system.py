"""The system is killed in the middle of an incident, again and again, and started again."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.demo.server import DemonstrationServer
from tests.scenarios.night import CUSTOMER, HANAKO, OPERATOR, TARO, Mailbox, hand_in

ROOT = Path(__file__).parents[2]
ROOTS = (ROOT, ROOT / "functions", ROOT / "layers" / "core")
PATIENCE_S = 120
PATIENT = """\
turn_seconds: 86400
call_cap_seconds: 3600
progress_seconds: 86400
late_probe_seconds: 300
verify_tries: 20
"""
"""While a slow machine starts the system again, minutes of the rules pass."""
REGION = "ap-northeast-1"


class Process:
    """`toban up` in a process of its own, with a state folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mailbox = folder, Mailbox(folder / "mails")
        self._said, self._policy = folder / "said.txt", folder / "policy.yaml"
        self._policy.write_text(PATIENT, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "infra.local.command", "up", "--speed", "40"]
        command += ["--sheet", str(self.folder / "hearing-sheet.yaml"), "--aws-port", "0"]
        command += ["--policy", str(self._policy)]
        command += ["--state", str(self.folder / "state"), "--mail-dir", str(self.mailbox.folder)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, ROOTS))}
        with self._said.open("wb") as out:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        self.wait(lambda: "Ctrl-C ends it" in self._said.read_text())

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def aws(self, service: str) -> Any:
        """An AWS client of the system's endpoint."""
        url = self._said.read_text().partition("AWS endpoint: ")[2].split()[0]
        make: Any = boto3.client
        keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        return make(service, endpoint_url=url, region_name=REGION, **keys)

    def executions(self, machine: str) -> list[str]:
        client = self.aws("stepfunctions")
        arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:toban-{machine}"
        found = client.list_executions(stateMachineArn=arn)["executions"]
        return [execution["status"] for execution in found]

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            said = self._said.read_text()
            assert time.monotonic() < deadline, f"{self.mailbox.counts()}\n{said}"
            time.sleep(0.02)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.kill()


@pytest.mark.timeout(600)
@pytest.mark.clause("N-4", "N-7", "P-1", "P-2")
def test_killed_at_every_stage_of_an_incident_it_loses_no_mail_and_sends_none_twice(
    process: Process, server: DemonstrationServer, tmp_path: Path
) -> None:
    hand_in(tmp_path, server.section(CUSTOMER, "respond", [server.shop_monitor()]))
    process.start()
    for name, value in server.secrets(CUSTOMER).items():
        process.aws("ssm").put_parameter(Name=name, Value=value, Type="SecureString")

    server.shop.kill()
    process.wait(lambda: bool(process.executions("confirm")))
    process.kill()
    process.start()
    process.wait(lambda: bool(process.mailbox.mails("alert")))
    process.kill()
    process.start()
    process.wait(lambda: bool(process.mailbox.mails("response_done")))
    process.kill()
    process.start()
    process.wait(lambda: process.executions("incident") == ["SUCCEEDED"])

    told = {
        (kind, to): 1 for kind in ("alert", "response_done", "recovery") for to in (TARO, HANAKO)
    }
    counts = process.mailbox.counts()
    counts.pop(("operator_notice", OPERATOR), None)  # of rounds that came late on a slow machine
    assert counts == {**told, ("alert", OPERATOR): 1}
