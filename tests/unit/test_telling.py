"""Whatever the code puts on a record can be told in words."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from toban.domain.call import Outcome
from toban.domain.contact_health import Fate
from toban.domain.observation import Reason
from toban.domain.rails import Rail
from toban.domain.record import Event
from toban.domain.repair import HoldReason
from toban.domain.verification import Verification
from toban.text.telling import Teller
from toban.text.words import LOCALES, words

FUNCTIONS = Path(__file__).parents[2] / "functions"
AT = datetime(2026, 11, 23, tzinfo=UTC)
OF_WINDOWS = {"booking.py", "check_after_maintenance.py"}
"""These write on the record of a maintenance window, which is no incident."""
MADE_UP: dict[str, set[str]] = {
    "{verification}": {each.value for each in Verification} - {Verification.PENDING},
    "mail-{outcome}": {"mail-owed", "mail-refused", "mail-misaddressed"},
    "mail-{fate}": {f"mail-{each}" for each in Fate} - {f"mail-{Fate.DELIVERED}"},
    "EVIDENCE": {"diagnostics"},
    "{sort}": {"recovered", "resumed", "unwatched"},
}
"""Sorts that are put together, or named, elsewhere."""


def written() -> Iterator[str]:
    """Yield the sort of everything that production code puts on an incident's record."""
    for path in sorted(FUNCTIONS.glob("*/*.py")):
        if path.name in OF_WINDOWS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record.append":
                yield from sorts_of(node.args[1], tree)


def sorts_of(key: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Yield what the key may be up to the first "#", with what is filled in as {name}."""
    match key:
        case ast.IfExp():
            yield from sorts_of(key.body, tree)
            yield from sorts_of(key.orelse, tree)
        case ast.Name() if key.id not in MADE_UP:
            for value in assigned(key.id, tree):
                yield from sorts_of(value, tree)
        case ast.Name():
            yield key.id
        case ast.Call(func=ast.Name("of_round")):
            yield from sorts_of(key.args[0], tree)
        case ast.Constant():
            yield str(key.value).partition("#")[0]
        case ast.JoinedStr():
            first = ast.unparse(key)[2:-1].partition("#")[0]
            yield from sorts_of(ast.Name("key"), tree) if first == "{key}" else [first]
        case _:
            raise AssertionError(ast.unparse(key))


def assigned(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        if ast.unparse(target) == name:
            yield node.value
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=True)
            yield from (value for each, value in pairs if ast.unparse(each) == name)


def sorts() -> set[str]:
    found = set(written())
    return (found - MADE_UP.keys()).union(*(MADE_UP[sort] for sort in found & MADE_UP.keys()))


def test_everything_that_the_code_puts_on_a_record_has_words() -> None:
    known = set(words("en").sections["event"])
    spoken = {sort for sort in sorts() if sort in known or f"{sort}-" in " ".join(known)}

    assert sorts() - spoken == set()
    assert len(sorts()) > 20


def tell(locale: str, key: str, detail: Any = None) -> str:
    teller = Teller(words(locale), {"acme.web01.http": "HTTP"}, {})
    return teller.tell(Event(AT, "as it was written", detail, key))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("rail", [rail for rail in Rail if rail is not Rail.CLEAR])
def test_every_rail_that_holds_is_told_with_its_reason(rail: Rail, locale: str) -> None:
    said = tell(locale, "rails#acme.web01.http", {"allowed": False, "rail": rail})

    assert "HTTP" in said
    assert not said.endswith(("()", "( )"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("hold", [hold for hold in HoldReason if hold is not HoldReason.NONE])
def test_every_guard_that_holds_is_told_with_its_reason(hold: HoldReason, locale: str) -> None:
    said = tell(locale, "repair#acme.web01.http", {"hold": hold, "unit": "nginx"})

    assert words(locale).of(hold) in said


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_of_a_call_is_told(outcome: Outcome) -> None:
    call = {"name": "Alice", "number": "+81*1", "ring_seconds": 0, "outcome": outcome}

    assert words("ja").of(outcome) in tell("ja", "call#contacts#00#00", call)


@pytest.mark.parametrize("reason", list(Reason))
def test_what_was_seen_is_told_from_wherever_it_stands(reason: Reason) -> None:
    seen = {"monitor_id": "acme.web01.http", "reason": reason}
    said = words("en").of(reason)

    assert said in tell("en", "confirmed#acme.web01.http", {"observation": seen})
    assert said in tell("en", "failed#acme.web01.http", [seen])


def test_a_mail_that_is_withheld_and_an_alert_that_is_withheld_are_two_things() -> None:
    mail = tell("en", "withheld#recovery#acme.web01.http", {"reason": "x"})
    alert = tell("en", "withheld#acme.web01.http", {"reason": "refused"})

    assert mail == "Mail not sent because there was nothing to tell: recovery"
    assert alert == "HTTP: told of by the mail about its cause, no mail of its own"


@pytest.mark.parametrize("sort", ["call", "calls", "acknowledged", "brand-new"])
def test_customers_are_not_told_which_engineer_it_was(sort: str) -> None:
    detail = {"name": "Sato", "outcome": "acknowledged"}
    event = Event(AT, "an engineer was called", detail, f"{sort}#engineers#1")

    assert "engineer" in (said := Teller(words("en"), discreet=True).tell(event))
    assert "Sato" not in said


def test_a_customer_may_be_called_like_our_engineers() -> None:
    event = Event(AT, "", None, "recovered#engineers-inc.web01.http")

    assert Teller(words("en"), discreet=True).tell(event) == "http: recovery seen"


def test_a_server_may_be_called_like_a_mail() -> None:
    incident = "acme.recovery.20261123T100000Z"
    mail = tell("en", f"mail#{incident}.response_done.alert.aaaaaaaaaaaa")
    alert = tell("en", "withheld#acme.recovery.http")

    assert mail.startswith("Mail sent: first response done")
    assert alert == "http: told of by the mail about its cause, no mail of its own"


def test_what_has_no_words_yet_is_told_as_it_was_written() -> None:
    assert tell("ja", "brand-new#x") == "as it was written"


def test_hostile_details_break_nothing() -> None:
    for detail in (None, "x", ["x", None], {"observation": "x"}, {"reason": {"a": 1}}, 7):
        for sort in words("en").sections["event"]:
            assert tell("en", f"{sort}#acme.web01.http", detail)
