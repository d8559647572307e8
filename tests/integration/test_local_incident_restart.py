"""The real system killed in the middle of an incident: no mail lost, none sent twice."""

import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import pytest

from infra.local.system import LocalSystem

SPEED = 40.0

SHEET = """
customer: {id: acme, name: Acme, locale: en, zone: UTC}
contacts:
  - {name: Taro, mail: taro@example.com, phone: "+81312345678"}
  - {name: Hanako, mail: hanako@example.com, phone: "+81312345679"}
servers:
  - id: web01
    plan: notify
    addresses: [127.0.0.1]
    monitors:
      - {item: tcp, port: PORT}
"""

# The process that is going to be killed: it watches a port that nobody listens on.
VICTIM = """
import json, sys, time
from pathlib import Path
from contract.policy_file import parse_policy
from contract.sheet import parse_sheet
from infra.local.commands.apply import apply
from infra.local.system import LocalSystem
from toban.domain.policy import Policy

settings = json.loads(sys.argv[1])
folder, wanted = Path(settings["folder"]), settings["state"]

def entered(system):
    for execution in system.executions():
        for event in system.history(execution.arn):
            yield event.get("stateEnteredEventDetails", {}).get("name")

with LocalSystem(speed=settings["speed"], state=folder / "state", mail=folder / "mail", aws_port=0,
                 parameters=settings["parameters"]) as system:
    apply([parse_sheet(settings["sheet"].encode(), "sheet.yaml", allow_loopback=True)], Policy())
    while wanted not in list(entered(system)):
        time.sleep(0.01)
    print("entered", flush=True)
    time.sleep(60)
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _listening(port: int) -> Iterator[int]:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(64)
        yield int(server.getsockname()[1])


def _parameters(reference: int) -> dict[str, str]:
    return {
        "SenderAddress": "toban@msp.example",
        "OperatorAddress": "operator@msp.example",
        "ReferenceTargets": f"127.0.0.1:{reference}",
    }


def _kill_in(state: str, folder: Path, port: int, parameters: dict[str, str]) -> None:
    settings = {
        "folder": str(folder),
        "state": state,
        "speed": SPEED,
        "parameters": parameters,
        "sheet": SHEET.replace("PORT", str(port)),
    }
    command = [sys.executable, "-c", VICTIM, json.dumps(settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        # functions log to standard output as well, as in Lambda
        said = list(takewhile("entered\n".__ne__, iter(victim.stdout.readline, "")))
        assert victim.poll() is None, said
        victim.kill()


def _mails(folder: Path) -> Counter[str]:
    """How many mails of each kind each recipient has got."""
    names = [path.stem.partition("-")[2] for path in (folder / "mail").glob("*.eml")]
    return Counter(name for name in names if "example.com" in name)


ALERTS = {"alert-taro@example.com": 1, "alert-hanako@example.com": 1}
RECOVERIES = {"recovery-taro@example.com": 1, "recovery-hanako@example.com": 1}


@pytest.mark.clause("N-7")
@pytest.mark.parametrize("state", ["WaitForDuplicates", "SendAlertMail", "AwaitRecovery"])
def test_killed_in_the_middle_of_an_incident(tmp_path: Path, state: str) -> None:
    port = _free_port()
    with _listening(0) as reference:
        parameters = _parameters(reference)
        _kill_in(state, tmp_path, port, parameters)

        with LocalSystem(
            speed=SPEED,
            state=tmp_path / "state",
            mail=tmp_path / "mail",
            aws_port=0,
            parameters=parameters,
        ) as system:
            assert system.wait_until(lambda: _mails(tmp_path) == ALERTS, 45 * SPEED)
            with _listening(port):
                everything = Counter(ALERTS) + Counter(RECOVERIES)
                assert system.wait_until(lambda: _mails(tmp_path) == everything, 45 * SPEED)
                assert system.wait_until(lambda: _incident(system) == "SUCCEEDED", 10 * SPEED)

            assert _mails(tmp_path) == everything


def _incident(system: LocalSystem) -> str:
    (summary,) = (each for each in system.executions() if each.machine == "toban-incident")
    return summary.status
