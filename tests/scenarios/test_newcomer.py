"""A newcomer's contract from the first form to the deletion of what was known of them.

A form is dropped into the intake bucket; its plan is read and agreed to. The days between the dates
that count are passed over: the machine is off, and what it knows lies in its state folder.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from contract.form import blank_form
from infra.local.system import LocalSystem
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.host import Port
from tests.scenarios.night import Mailbox
from tests.scenarios.standing_night import JAPAN
from tests.scenarios.test_intake import Console


def _filled_in(*monitors: tuple[str, int]) -> bytes:
    """Return the form as a newcomer fills it in: names and ports of what is watched."""
    book = openpyxl.load_workbook(io.BytesIO(blank_form("ja")))
    for row, value in {2: "acme", 3: "アクメ株式会社"}.items():
        book["契約"].cell(row, 2, value)
    _write(book["連絡先"], 2, "山田 太郎", "taro@acme.example", "03-1234-5678")
    _write(book["サーバ"], 2, "web01", "127.0.0.1", "監視通知サービス")
    for row, (name, port) in enumerate(monitors, 2):
        _write(book["監視項目"], row, "web01", "tcp", name, None, str(port))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, row: int, *values: str | None) -> None:
    for column, value in enumerate(values, 1):
        sheet.cell(row, column, value)


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=JAPAN)


class Contract:
    """The provider's machine on some days, and the mails that it has sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.api, self.admin = Port("127.0.0.1"), Port("127.0.0.1")
        self._mailbox = Mailbox(folder / "mail")

    @contextmanager
    def day(self, begins: str) -> Iterator[LocalSystem]:
        """Switch the machine on at that moment, in Japan; time stands still."""
        with LocalSystem(
            stepped_from=_at(begins),
            state=self._folder / "state",
            mail=self._folder / "mail",
            parameters=PARAMETERS,
        ) as running:
            yield running

    def told(self) -> list[tuple[str, bool]]:
        """Return what the customer was told: the kind of each mail, and whether it was an alert or
        a recovery of the port that was watched later.
        """
        mails = [mail for mail in self._mailbox.mails() if mail.to == "taro@acme.example"]
        return [(mail.kind, str(self.admin.port) in mail.text) for mail in mails]


def _pass_until(system: LocalSystem, moment: str) -> None:
    system.wait_until(lambda: False, (_at(moment) - system.clock.now()).total_seconds())


def _agree(system: LocalSystem, form: bytes) -> list[str]:
    """Drop the form to be planned, read the plan, drop it again to agree; return the plan."""
    console = Console(system)
    planned = console.drop("plan/acme.xlsx", form)
    (agree,) = [line for line in planned if line.startswith("To agree: ")]
    (key,) = re.findall(r"apply/\S+", agree)
    assert console.drop(key, form)[-1].startswith("Agreed: in force from ")
    return planned


def _in_contracts(system: LocalSystem) -> str:
    """Return all that the table of contracts holds."""
    found = system.client("dynamodb").scan(TableName="toban-contracts")
    return str(found["Items"])


@pytest.fixture
def contract(tmp_path: Path) -> Iterator[Contract]:
    made = Contract(tmp_path)
    yield made
    made.api.stop()
    made.admin.stop()


@pytest.mark.clause("C-2", "C-3", "C-4", "C-6", "C-7")
def test_a_newcomers_form_is_a_watched_server_from_its_day_on_until_its_end(
    contract: Contract,
) -> None:
    _begins(contract)
    _changes(contract)
    _ends(contract)


def _begins(contract: Contract) -> None:
    """From the start date on, and not before, a failure is told of."""
    with contract.day("2026-11-24 17:59:00") as system:
        planned = _agree(system, _filled_in(("api", contract.api.port)))
    assert planned[0] == "acme: from 2026-11-25 on"
    assert "  + monitor acme.web01.api  (mail after 2.5 to 6.5 min)" in planned

    with contract.day("2026-11-24 23:50:00") as system:
        contract.api.stop()
        _pass_until(system, "2026-11-24 23:58:30")
        contract.api.start()
        _pass_until(system, "2026-11-25 00:04:00")
        assert contract.told() == []
        contract.api.stop()
        _pass_until(system, "2026-11-25 00:10:30")
        contract.api.start()
        _pass_until(system, "2026-11-25 00:14:30")
    assert contract.told() == [("alert", False), ("recovery", False)]


def _changes(contract: Contract) -> None:
    """A second form adds a monitor, which is asked from its day on."""
    contract.admin.stop()
    both = _filled_in(("api", contract.api.port), ("admin", contract.admin.port))
    with contract.day("2026-11-25 17:59:00") as system:
        planned = _agree(system, both)
    assert planned[0] == "acme: from 2026-11-26 on"
    assert [line for line in planned if line.startswith("  + ")] == [
        "  + monitor acme.web01.admin  (mail after 2.5 to 6.5 min)"
    ]

    with contract.day("2026-11-25 23:50:00") as system:
        _pass_until(system, "2026-11-25 23:59:30")
        assert len(contract.told()) == 2
        _pass_until(system, "2026-11-26 00:08:30")
        contract.admin.start()
        _pass_until(system, "2026-11-26 00:12:30")
        ended = {"action": "apply", "end_of": "acme", "requested_by": "Operator"}
        answer = system.invoke("ReadHearingSheetFunction", ended)
    assert contract.told()[2:] == [("alert", True), ("recovery", True)]
    assert answer["plan"]["effective_on"] == "2027-01-01"


def _ends(contract: Contract) -> None:
    """From the day after the end on nothing is asked; after its term nothing is known."""
    with contract.day("2026-12-31 23:58:00") as system:
        _pass_until(system, "2027-01-01 00:01:00")
        contract.api.stop()
        _pass_until(system, "2027-01-01 00:09:00")
        assert "taro@acme.example" in _in_contracts(system)
    assert len(contract.told()) == 4

    with contract.day("2027-04-01 23:58:00") as system:
        assert "taro@acme.example" in _in_contracts(system)
        _pass_until(system, "2027-04-02 00:02:00")
        kept = _in_contracts(system)
    assert [word for word in ("taro", "山田", "アクメ", "127.0.0.1", "+8131") if word in kept] == []
