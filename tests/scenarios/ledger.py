"""What customers have been told, checked against what they were promised: every problem mail is
closed once, nothing is closed that was not told, nothing is told twice and nothing is lost.
"""

import email
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from infra.local.commands import chronicle
from toban.domain.letters import CLOSING_MAILS, PROBLEM_MAILS, MailKind, sent_mail


@dataclass(frozen=True, order=True)
class Told:
    """One mail about one monitor (of an incident), as one person has it."""

    at: datetime
    closes: bool
    person: str
    monitor_id: str
    incident_id: str
    kind: MailKind


@dataclass(frozen=True)
class Ledger:
    """All problem and closing mails in a folder of .eml files."""

    told: Sequence[Told]

    def mistakes(self) -> Iterator[str]:
        """Say what is against the promise of paired mails, now that everything is well."""
        by_pair: dict[tuple[str, str], list[Told]] = defaultdict(list)
        for each in sorted(self.told):
            by_pair[each.person, each.monitor_id].append(each)
        for pair, mails in by_pair.items():
            for told, closing in zip(mails[::2], mails[1::2], strict=False):
                if told.closes or not closing.closes or told.incident_id != closing.incident_id:
                    yield f"{pair}: {told} and {closing} are no pair"
            if len(mails) % 2:
                yield f"{pair}: nothing belongs to {mails[-1]}"

    def stands(self, monitor_id: str, person: str, at: datetime) -> bool:
        """Tell whether somebody has been told of a failure that is not closed at a moment."""
        balance = [
            -1 if each.closes else 1
            for each in self.told
            if (each.monitor_id, each.person) == (monitor_id, person) and each.at <= at
        ]
        return sum(balance) > 0


def read_ledger(folder: Path, customer_id: str) -> Ledger:
    """Read the mails to a customer's contacts; a mail about several monitors counts for each."""
    monitors = {each.incident_id: each.monitors for each in chronicle.incidents()}
    told: list[Told] = []
    for path in folder.glob("*.eml"):
        headers = email.message_from_bytes(path.read_bytes())
        name, person = str(headers["X-Toban-Mail"]), parseaddr(str(headers["To"]))[1]
        if name.startswith(f"{customer_id}.") and "operator" not in person:
            told += _told(name, person, parsedate_to_datetime(str(headers["Date"])), monitors)
    return Ledger(told)


def _told(
    name: str, person: str, at: datetime, monitors: dict[str, tuple[str, ...]]
) -> Iterator[Told]:
    incident_id = ".".join(name.split(".")[:3])
    if incident_id not in monitors:
        return  # of maintenance
    mail = sent_mail(incident_id, name)
    if mail.kind in PROBLEM_MAILS:
        for monitor_id in monitors[incident_id]:
            yield Told(at, False, person, monitor_id, incident_id, mail.kind)
    elif mail.kind in CLOSING_MAILS:
        server_id = incident_id.rpartition(".")[0]
        yield Told(at, True, person, f"{server_id}.{mail.about}", incident_id, mail.kind)
