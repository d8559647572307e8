"""Whom mails and calls reach, and who changed the contacts, as operators read it."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from contract import apply_due_changes, read_hearing_sheet
from contract.sheet import parse_sheet
from infra.local.command import main
from infra.local.commands.apply import apply
from tests.functions.conftest import RuleClock
from tests.unit.acme_sheet import ACME
from toban.domain.call import Call, Outcome
from toban.domain.contact_changes import RevisionStage
from toban.domain.contact_health import Fate, MailEvent, after_call, after_mail
from toban.domain.contract import Contact
from toban.domain.policy import Policy
from toban.store import contact_changes, contact_health, contracts

pytestmark = pytest.mark.usefixtures("aws")

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
YAMADA, SATO, ENGINEER = "yamada@acme.example", "sato@acme.example", "eve@msp.example"
WITHOUT_YAMADA = ACME.replace("Yamada", "Tanaka").replace("yamada@", "tanaka@")


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY
    monkeypatch.setenv("CONTRACT_DAYS", "90")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


def agree(sheet: str, *, at_once: bool = True) -> None:
    event = {"action": "apply", "sheet": sheet, "file": "acme.yaml", "at_once": at_once}
    answer = read_hearing_sheet.handler({**event, "requested_by": "Alice"}, None)
    assert answer["applied"]


def mailed(address: str, fate: Fate, hours: float = 0, customer: str = "acme") -> None:
    event = MailEvent(fate, TUESDAY + timedelta(hours=hours), "550 unknown")
    contact_health.change(customer, address, partial(after_mail, event=event))


def called(address: str, outcome: Outcome) -> None:
    call = Call(0, 0, "Yamada", "", TUESDAY, outcome)
    contact_health.change("acme", address, partial(after_call, call=call))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    capsys.readouterr()
    status = main(["contacts", *arguments, "--endpoint", "aws"])
    return status, capsys.readouterr().out.splitlines()


@pytest.mark.clause("N-10")
def test_each_contact_is_listed_in_order_with_the_last_mail_and_call_that_reached_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    agree(ACME.replace(SATO, f"{SATO}\n    hours: weekdays 09:00-18:00"))
    mailed(YAMADA, Fate.DELIVERED)
    called(YAMADA, Outcome.ACKNOWLEDGED)

    assert said(capsys, "list", "acme") == (
        0,
        [
            "acme: Acme",
            "  1. Yamada",
            "     yamada@acme.example: arrived last 2026-11-24 02:00Z",
            "     +81*****5678 (at any time): a key was pressed last 2026-11-24 02:00Z; "
            "called last 2026-11-24 02:00Z: acknowledged",
            "  2. Sato  (never reached)",
            "     sato@acme.example: no mail yet",
            "     +81******5678 (mon/tue/wed/thu/fri 09:00-18:00): not called yet",
        ],
    )


@pytest.mark.clause("N-10")
def test_an_address_that_takes_no_mail_is_listed_and_the_exit_status_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    agree(ACME)
    mailed(YAMADA, Fate.BOUNCED)
    mailed(YAMADA, Fate.SUPPRESSED, hours=3)

    status, lines = said(capsys, "list")

    assert status == 1
    assert (
        "     yamada@acme.example: suppressed since 2026-11-24 02:00Z, last 2026-11-24 05:00Z "
        "(550 unknown); never arrived"
    ) in lines


def test_a_number_that_is_none_is_a_fault_too(capsys: pytest.CaptureFixture[str]) -> None:
    agree(ACME)
    called(SATO, Outcome.INVALID_NUMBER)

    status, lines = said(capsys, "list", "acme")

    assert status == 1
    assert lines[-1].endswith(
        "no key was ever pressed; called last 2026-11-24 02:00Z: invalid_number"
    )


def test_our_own_people_are_listed_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    contracts.save_engineers([Contact("Eve", ENGINEER, "+819000000009")])
    mailed("operator@msp.example", Fate.DELIVERED, customer="provider")

    status, lines = said(capsys, "list")

    assert status == 0
    assert lines[:2] == ["provider: our own people", "  1. Eve  (never reached)"]
    assert lines[-1] == "     operator@msp.example: arrived last 2026-11-24 02:00Z"


def test_a_customer_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contacts", "list", "nobody", "--endpoint", "aws"]) == 2
    assert main(["contacts", "history", "nobody", "--endpoint", "aws"]) == 2
    assert "'nobody'" in capsys.readouterr().err


def test_of_a_sheet_that_up_has_put_in_force_the_history_says_why_there_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    apply([parse_sheet(ACME.encode(), "acme.yaml")], Policy())

    assert said(capsys, "history", "acme") == (
        0,
        ["Nothing is on record: the sheet was put in force by `toban up`, without an agreement."],
    )


@pytest.mark.clause("C-6")
def test_a_change_of_contacts_is_on_record_when_it_is_agreed_and_when_it_is_in_force(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    agree(ACME)
    agree(WITHOUT_YAMADA, at_once=False)
    now = rule_clock.at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    for _ in range(2):
        apply_due_changes.handler({}, None)

    status, lines = said(capsys, "history", "acme")

    (mark,) = {each.fingerprint for each in contact_changes.history("acme") if each.at == now}
    assert status == 0
    assert [each.stage for each in contact_changes.history("acme")] == [
        RevisionStage.AGREED,
        RevisionStage.IN_FORCE,
    ] * 2
    assert lines[-3:] == [
        f"2026-11-24 15:00:00Z in force, from 2026-11-25 on; asked for by Alice; {mark}",
        "  removed Yamada: yamada@acme.example +81312345678",
        "  added Tanaka: tanaka@acme.example +81312345678",
    ]


def test_a_sheet_that_leaves_the_contacts_as_they_are_leaves_no_record() -> None:
    agree(ACME)
    known = contact_changes.history("acme")
    agree(ACME + "      - cpu\n")

    assert contact_changes.history("acme") == known


def test_what_was_known_of_a_contact_goes_with_the_contact() -> None:
    agree(ACME)
    for each in (YAMADA, SATO):
        mailed(each, Fate.DELIVERED)
    agree(WITHOUT_YAMADA)

    assert list(contact_health.of_all("acme")) == [SATO]
