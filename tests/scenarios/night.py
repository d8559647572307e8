"""A night on duty: the local system, one server, and everybody's mailbox.

Stories do to it what customers, operators and AWS can do, and look at what these can see.
"""

import email
import email.policy
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from contract.sheet import Sheet, read_sheet
from infra.local.commands import chronicle
from infra.local.commands.apply import apply
from infra.local.commands.chronicle import Entry
from infra.local.demo import hearing_sheet
from infra.local.demo.server import DemonstrationServer
from infra.local.stepped_clock import SteppedClock
from infra.local.system import LocalSystem
from toban.domain.policy import Policy

TARO, HANAKO = "taro@example.jp", "hanako@example.jp"
OPERATOR = "operator@msp.example"
PATIENCE_RULE_S = 900
PATIENCE_REAL_S = 30
LOOK_AGAIN_S = 0.1
CUSTOMER = hearing_sheet.CUSTOMER_ID


@dataclass(frozen=True)
class Mail:
    """One mail as its reader has it; `number` grows in the order of arrival."""

    kind: str
    to: str
    subject: str
    text: str
    at: datetime
    number: int
    pictures: tuple[bytes, ...] = ()


class Mailbox:
    """The folder of .eml files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mails(self, kind: str = "", to: str = "") -> list[Mail]:
        """All mails of a kind and to a person, the oldest first."""
        # a second mail of a kind in the same second has a number behind the address
        found = [_read(path) for path in sorted(self.folder.glob(f"*-{kind or '*'}-{to}*.eml"))]
        return [mail for mail in found if kind in ("", mail.kind) and to in ("", mail.to)]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many mails of each kind each person has."""
        return dict(Counter((mail.kind, mail.to) for mail in self.mails()))


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return Mail(
        kind=path.name.split("-")[1],
        to=str(message["To"].addresses[0].addr_spec),
        subject=str(message["Subject"]),
        text=str(body.get_content()),
        at=parsedate_to_datetime(str(message["Date"])),
        number=path.stat().st_mtime_ns,
        pictures=tuple(
            part.get_content() for part in message.walk() if part.get_content_type() == "image/png"
        ),
    )


def hand_in(folder: Path, server: dict[str, Any]) -> Sheet:
    """Write a hearing sheet for the server and read it as the provider does."""
    path = hearing_sheet.write(folder / "hearing-sheet.yaml", [server], locale="en")
    return read_sheet(path, allow_loopback=True)


class Night:
    """The system at work for one server."""

    def __init__(
        self, system: LocalSystem, server: DemonstrationServer, mailbox: Mailbox, folder: Path
    ) -> None:
        self.system, self.server, self.mailbox, self._folder = system, server, mailbox, folder

    def watch(self, plan: str, *monitors: dict[str, Any]) -> None:
        """Let the customer's contract begin."""
        for name, value in self.server.secrets(CUSTOMER).items():
            self.system.put_secret(name, value)
        sheet = hand_in(self._folder, self.server.section(CUSTOMER, plan, list(monitors)))
        apply([sheet], Policy())

    def now(self) -> datetime:
        """The rule time."""
        return self.system.clock.now()

    def expect_mail(self, kind: str, to: str = TARO) -> Mail:
        """Wait for the mail that somebody is to get."""
        arrived = self._wait_until(lambda: bool(self.mailbox.mails(kind, to)))
        assert arrived, f"no {kind} mail to {to}; there are {self.mailbox.counts()}"
        return self.mailbox.mails(kind, to)[0]

    def expect_on_record(self, event: str) -> Entry:
        """Wait until something is on record."""
        found = self._wait_until(lambda: bool(self.on_record(event)))
        assert found, f"{event!r} is not among {[entry.event for entry in chronicle.entries()]}"
        return self.on_record(event)[0]

    def on_record(self, event: str) -> list[Entry]:
        """All entries of the records that speak of an event."""
        return [entry for entry in chronicle.entries() if entry.event == event]

    def let_pass(self, minutes: float) -> None:
        """Let rule time pass."""
        self.system.wait_until(lambda: False, rule_seconds=minutes * 60)

    def expect_success(self, machine: str) -> None:
        """Wait until every execution of a machine has come to a good end."""
        ended = self._wait_until(lambda: set(self.executions(machine).values()) == {"SUCCEEDED"})
        assert ended, self.executions(machine)

    def executions(self, machine: str) -> dict[str, str]:
        """Name and status of a machine's executions, as any AWS client lists them."""
        client = self.system.client("stepfunctions")
        arn = self.system.resource(f"{machine}Machine")
        listed = client.list_executions(stateMachineArn=arn)["executions"]
        return {execution["name"]: execution["status"] for execution in listed}

    def _wait_until(self, condition: Callable[[], bool]) -> bool:
        return wait_patiently(self.system, condition)


def wait_patiently(system: LocalSystem, condition: Callable[[], bool]) -> bool:
    """Wait as long as the rules may take, and the work itself on a busy machine."""
    if isinstance(system.clock, SteppedClock):
        return system.wait_until(condition, rule_seconds=PATIENCE_RULE_S)
    limit = system.clock.real_seconds(PATIENCE_RULE_S) + PATIENCE_REAL_S
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN_S)
    return True
