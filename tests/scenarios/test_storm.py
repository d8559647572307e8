"""A storm: many servers fail at once. Everybody is told once of each, no server is touched, and
everything is closed when it is over.

`TOBAN_STORM=200` is the storm of 200 servers; what CI has the time for is smaller.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract.sheet import read_sheet
from infra.local.commands import chronicle
from infra.local.commands.apply import apply
from infra.local.demo.servers.ssh import generate_key
from infra.local.system import LocalSystem
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.host import Port
from tests.scenarios.ledger import Ledger, read_ledger
from tests.scenarios.night import HANAKO, OPERATOR, TARO, Mailbox
from toban.domain.policy import Policy
from toban.domain.transition import Condition
from toban.store import states

SERVERS = int(os.environ.get("TOBAN_STORM", "40"))
HEALTHY_S, LASTS_S, OVER_WITHIN_S = 200, 720, 1800
BEGINS = datetime.fromisoformat("2026-11-23T10:00:00+09:00")
KEY, HOST_KEY = "/toban/storm/ssh-key", generate_key().public
SERVER_IDS = [f"storm.web{number:03}" for number in range(SERVERS)]

pytestmark = pytest.mark.timeout(1200)


@dataclass(frozen=True)
class Storm:
    """The system after a storm, and everybody's mails; `over` says that it came to rest."""

    system: LocalSystem
    mailbox: Mailbox
    over: bool

    @property
    def ledger(self) -> Ledger:
        return read_ledger(self.mailbox.folder, "storm")

    def states(self, machine: str) -> Counter[str]:
        """Count how often the executions of a machine have entered each state."""
        events = [
            event
            for each in self.system.executions()
            if each.machine == machine
            for event in self.system.history(each.arn)
        ]
        entered = (event.get("stateEnteredEventDetails") for event in events)
        return Counter(details["name"] for details in entered if details)


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    """The same port of all servers refuses connections for a while."""
    folder = tmp_path_factory.mktemp("storm")
    mails, port = folder / "mails", Port("0.0.0.0")
    with LocalSystem(stepped_from=BEGINS, mail=mails, parameters=PARAMETERS) as system:
        _watch(system, port, folder)
        system.wait_until(lambda: False, HEALTHY_S)
        port.stop()
        system.wait_until(lambda: False, LASTS_S)
        port.start()
        over = system.wait_until(lambda: _over(system), OVER_WITHIN_S)
        yield Storm(system, Mailbox(mails), over)
    port.stop()


def _watch(system: LocalSystem, port: Port, folder: Path) -> None:
    system.put_secret(KEY, generate_key().private)
    contacts = [("Taro", TARO, "03-1234-5678"), ("Hanako", HANAKO, "03-1234-5679")]
    sheet = {
        "customer": {"id": "storm", "name": "Storm", "locale": "en", "zone": "Asia/Tokyo"},
        "contacts": [
            {"name": name, "mail": mail, "phone": phone} for name, mail, phone in contacts
        ],
        "servers": [_server(number, port) for number in range(SERVERS)],
    }
    path = folder / "sheet.yaml"
    path.write_text(yaml.safe_dump(sheet), encoding="utf-8")
    apply([read_sheet(path, allow_loopback=True)], Policy())


def _server(number: int, port: Port) -> dict[str, Any]:
    return {
        "id": f"web{number:03}",
        "plan": "respond",
        "addresses": [f"127.1.{number // 250}.{1 + number % 250}"],
        "access": {"user": "root", "key": KEY, "port": 1, "host_keys": [HOST_KEY]},
        "monitors": [port.monitor("app", service="app", phone=False)],
    }


def _over(system: LocalSystem) -> bool:
    incidents = [each for each in system.executions() if each.machine == "toban-incident"]
    return len(incidents) >= SERVERS and all(each.status != "RUNNING" for each in incidents)


@pytest.mark.clause("N-4", "N-7")
def test_everybody_has_one_alert_and_its_closing_mail_of_each_server(storm: Storm) -> None:
    told = Counter((each.person, each.monitor_id, each.closes) for each in storm.ledger.told)

    assert list(storm.ledger.mistakes()) == []
    assert told == {
        (person, f"{server_id}.app", closes): 1
        for person in (TARO, HANAKO)
        for server_id in SERVER_IDS
        for closes in (False, True)
    }


@pytest.mark.clause("N-10", "P-3")
def test_no_server_is_touched_and_people_are_asked_instead(storm: Storm) -> None:
    counts = storm.mailbox.counts()
    held_back = [entry for entry in chronicle.entries() if entry.event == "rails: storm"]

    assert storm.states("toban-repair")["RunRunbook"] == 0
    assert len({entry.owner for entry in held_back}) == len(held_back) == SERVERS
    assert counts["failure_contact", TARO] == counts["failure_contact", HANAKO] == SERVERS
    notices = storm.mailbox.mails("operator_notice", OPERATOR)
    # beside those of incidents, the daily access check may find that it cannot log in either
    assert len([mail for mail in notices if "[#storm.web" in mail.subject]) == SERVERS


@pytest.mark.clause("P-8")
def test_every_failure_is_confirmed_handled_and_closed_once(storm: Storm) -> None:
    executions = storm.system.executions()
    by_server = Counter((each.machine, ".".join(each.name.split(".")[:2])) for each in executions)
    machines = ("toban-confirm", "toban-incident", "toban-repair")

    assert storm.over
    assert by_server == {(name, server_id): 1 for name in machines for server_id in SERVER_IDS}
    assert {each.status for each in executions} == {"SUCCEEDED"}


@pytest.mark.clause("N-7")
def test_nothing_is_left_open(storm: Storm) -> None:
    incidents = chronicle.incidents()
    stored = [state for each in SERVER_IDS for state in states.of_server(each)]

    assert len(incidents) == SERVERS
    assert [each for each in incidents if not each.closed_at] == []
    assert [each for each in stored if each.condition is not Condition.OK] == []
