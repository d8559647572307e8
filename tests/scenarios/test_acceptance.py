"""A sheet that was agreed is dropped to be accepted: contacts are mailed and telephoned as a test,
and the sheet to sign appears beside it, long before the first day.
"""

import email
import email.policy
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from infra.local.demo.servers.ssh import generate_key
from infra.local.system import LocalSystem
from infra.local.telephone.behaviour import answers, silent
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.night import Mailbox
from tests.scenarios.standing_night import JAPAN
from tests.scenarios.test_intake import Console

TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=JAPAN)
ALICE, BOB, CAROL = "+819000000001", "+819000000002", "+819000000003"
SHEET = f"""\
start: 2026-12-01
customer: {{id: acme, name: アクメ株式会社}}
contacts:
  - {{name: Alice, mail: alice@acme.example, phone: "{ALICE}"}}
  - {{name: Bob, mail: bob@acme.example, phone: "{BOB}"}}
  - {{name: Carol, mail: carol@acme.example, phone: "{CAROL}", hours: 土日 9:00-18:00}}
servers:
  - id: web01
    addresses: [127.0.0.1]
    plan: respond
    access: {{user: toban, key: /toban/acme/key, port: 9, host_keys: ["{generate_key().public}"]}}
    monitors:
      - {{item: tcp, id: api, port: 9}}
""".encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="module")
def system(folder: Path) -> Iterator[LocalSystem]:
    with LocalSystem(stepped_from=TUESDAY, mail=folder, parameters=PARAMETERS) as running:
        running.telephone.book.set(ALICE, answers(keys="11"))
        running.telephone.book.set(BOB, silent())
        yield running


@pytest.fixture(scope="module")
def sheet(system: LocalSystem) -> str:
    """The sheet to sign, after it was agreed to and dropped to be accepted with calls."""
    console = Console(system)
    agreed = console.drop("apply/acme.yaml", SHEET)
    assert agreed[-1] == "Agreed: in force from 2026-12-01 on."
    console.put("accept-with-call/acme.yaml", SHEET)
    found = "result/accept-with-call/acme.yaml"
    assert system.wait_until(lambda: console.has(f"{found}.txt"), 1800)
    return console.get(f"{found}.html")


@pytest.mark.clause("N-2", "P-4", "C-2")
def test_everybody_is_called_as_a_test_whoever_has_answered(
    system: LocalSystem, sheet: str
) -> None:
    assert [call.number for call in system.telephone.calls] == [ALICE, BOB]
    heard = " ".join(line for call in system.telephone.calls for line in call.heard)
    assert "テスト" in heard
    assert "障害は、発生していません" in heard
    assert "発信中" not in sheet
    rows = [line for line in sheet.splitlines() if "@acme.example" in line]
    for row, told in zip(rows, ("ご確認済み", "応答なし", "時間帯の外"), strict=True):
        assert told in row
        assert "送信済み" in row


@pytest.mark.clause("N-2")
def test_everybody_is_mailed_once_and_told_that_it_is_a_test(sheet: str, folder: Path) -> None:
    tests = Mailbox(folder).mails("test_mail")

    assert sorted(mail.to for mail in tests) == [
        f"{name}@acme.example" for name in ("alice", "bob", "carol")
    ]


@pytest.mark.clause("C-2", "C-9")
def test_the_operators_get_the_sheet_to_sign_by_mail(sheet: str, folder: Path) -> None:
    last = sorted(folder.glob("*-operator_notice-*.eml"))[-1]
    message = email.message_from_bytes(last.read_bytes(), policy=email.policy.default)

    (page,) = [part for part in message.walk() if part.get_filename()]
    assert page.get_filename() == "acme.yaml.html"
    assert page.get_content().splitlines() == sheet.splitlines()


@pytest.mark.clause("P-6", "N-8")
def test_a_test_call_is_no_incident(system: LocalSystem, sheet: str) -> None:
    assert "応答なし" in sheet
    names = [each.name for each in system.executions()]
    (chain,) = [name for name in names if name.endswith(".test")]

    assert chain.startswith("acme._acceptance.")
    assert names == [chain]
