"""What a release leaves behind in the middle of its work, and how it is kept for later releases.

`python -m tests.scenarios.release NAME` plays the evening with this code and keeps it in
tests/testdata/releases/NAME; do so for each release.
"""

import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.local.system import LocalSystem
from infra.local.telephone.behaviour import acknowledges, silent
from tests.scenarios.client import Client
from tests.scenarios.host import Hosts, Port, hosts
from tests.scenarios.night import Mailbox
from tests.scenarios.shift import BEGINS, Shift
from toban.domain.policy import Policy

RELEASES = Path(__file__).parents[1] / "testdata" / "releases"
SERVERS = ("waits", "rings", "fails")
PARAMETERS = {
    "SenderAddress": "toban@msp.example",
    "OperatorAddress": "operator@msp.example",
    "ReferenceTargets": "",
}
PORT = 20_517
"""Of every server: shards are packed, so that another could not be put in; not one of those that
are given out.
"""
NETWORK = "127.0.1"
"""Of the servers whose addresses are kept."""

_JOURNAL = "toban.sqlite3"
_NOT_KEPT = (
    "delete from facts where name <> 'rule time'",  # a signing key
    "delete from parameters",
    "delete from executions where status <> 'RUNNING'",
)
_FIELD = re.compile(r"[a-z_]+")


@contextmanager
def on_duty(folder: Path, servers: Hosts, at: datetime) -> Iterator[tuple[Client, Shift]]:
    """Run a shift with a state folder; time stands at the moment."""
    system = LocalSystem(
        stepped_from=at, state=folder / "state", mail=folder / "mails",
        parameters=PARAMETERS,
    )  # fmt: skip
    with system:
        shift = Shift(system, servers, Mailbox(folder / "mails"), folder, Policy())
        client = shift.client("acme")
        client.answer(acknowledges(), acknowledges())
        yield client, shift


def port_of(client: Client, name: str) -> Port:
    """Put up a server of the story, its service at work."""
    port = client.host(name).port()
    port.stop()
    port.port = PORT
    port.start()
    return port


def leave_behind(folder: Path) -> None:
    """Play an evening that ends with one incident that waits for its recovery, one whose people are
    called, and one failure that is being confirmed.
    """
    with hosts(folder, NETWORK) as servers, on_duty(folder, servers, BEGINS) as (client, shift):
        ports = {name: port_of(client, name) for name in SERVERS}
        plan = {name: ("respond", [ports[name].monitor("shop")]) for name in SERVERS}
        client.watch_each(plan)
        ports["waits"].stop()
        client.expect_on_record("telephone calls ended")
        shift.system.telephone.book.set(client.phone(0), silent())
        ports["rings"].stop()
        client.expect(lambda: len(client.executions("PhoneChain")) > 1, "nobody is called")
        ports["fails"].stop()
        client.expect(lambda: "RUNNING" in client.executions("Confirm").values(), "no suspicion")


def keep(state: Path, kept: Path) -> None:
    """Write what a state folder holds as text; no secrets, and of executions those that run."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(state / _JOURNAL)) as journal:
        for each in _NOT_KEPT:
            journal.execute(each)
        journal.commit()
        kept.write_text("\n".join(journal.iterdump()) + "\n", encoding="utf-8")


def put_back(kept: Path, state: Path) -> datetime:
    """Make the state folder again; returns the moment at which it was left."""
    state.mkdir(parents=True)
    with closing(sqlite3.connect(state / _JOURNAL)) as journal:
        journal.executescript(kept.read_text(encoding="utf-8"))
        (moment,) = journal.execute("select value from facts where name = 'rule time'").fetchone()
    return datetime.fromisoformat(moment)


def add_later_fields(state: Path) -> None:
    """Give every item, every document in one and every input a field that nobody knows yet."""
    with closing(sqlite3.connect(state / _JOURNAL)) as journal:
        journal.create_function("grown", 1, _grown)
        journal.create_function("item_grown", 1, _item_grown)
        journal.execute("update executions set input = grown(input)")
        journal.execute("update items set item = item_grown(item)")
        journal.commit()


def _grown(text: str) -> str:
    return json.dumps(_with_a_field(json.loads(text)))


def _item_grown(text: str) -> str:
    item = json.loads(text)
    for value in item.values():
        if str(value.get("S", "")).startswith(("{", "[")):
            value["S"] = _grown(value["S"])
    return json.dumps(item | {"of_a_later_release": {"S": "unknown"}}, sort_keys=True)


def _with_a_field(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_a_field(each) for each in value]
    if not isinstance(value, dict):
        return value
    grown = {name: _with_a_field(each) for name, each in value.items()}
    # what is kept by ids is no document
    return grown | ({"of_a_later_release": 1} if all(map(_FIELD.fullmatch, value)) else {})


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        leave_behind(Path(name))
        keep(Path(name) / "state", RELEASES / sys.argv[1] / "journal.sql")
