"""How operators plan, extend and cancel maintenance (clause C-5)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.functions.acme import HTTP, SERVER, sign
from tests.functions.announcing import ask, executions, planned
from tests.functions.conftest import RuleClock
from toban.domain.maintenance import Window
from toban.domain.revision import Terms
from toban.store import contracts, maintenance, record, revisions

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _acme(machines: None, rule_clock: RuleClock) -> None:
    sign()


def stored(window_id: str) -> Window:
    window = maintenance.get(window_id)
    assert window is not None
    return window


@pytest.mark.clause("C-5")
def test_times_without_an_offset_are_in_the_customers_zone() -> None:
    window = stored(planned(starts_at="2026-11-24 02:00", ends_at="2026-11-24 04:00"))

    assert window.starts_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert window.ends_at - window.starts_at == 2 * HOUR
    assert window.window_id == "acme.web01.maintenance.20261123T170000Z"


def test_a_time_with_an_offset_is_taken_at_its_word() -> None:
    window = stored(planned(starts_at="2026-11-24T02:00:00+00:00", minutes=60))

    assert window.starts_at == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.mark.clause("C-5")
def test_maintenance_without_a_start_begins_now(rule_clock: RuleClock) -> None:
    window = stored(planned(minutes=90, reason="kernel update"))

    assert (window.starts_at, window.ends_at) == (rule_clock(), rule_clock() + 1.5 * HOUR)
    assert maintenance.covering(SERVER, HTTP, rule_clock()) == window


def test_what_was_not_announced_is_not_excused_afterwards(rule_clock: RuleClock) -> None:
    window = stored(planned(starts_at="2026-11-23 18:00", ends_at="2026-11-23 20:00"))

    assert window.starts_at == rule_clock()


def test_the_same_maintenance_asked_for_twice_is_one_window() -> None:
    first = planned(starts_at="2026-11-24 02:00", minutes=60)
    second = planned(starts_at="2026-11-24 02:00", minutes=60)

    assert first == second
    assert executions("maintenance") == [first]
    assert [event.event for event in record.events(first)] == ["maintenance accepted"]


def test_another_end_for_the_same_start_has_to_be_asked_as_an_extension() -> None:
    planned(starts_at="2026-11-24 02:00", minutes=60)

    (mistake,) = ask("plan", starts_at="2026-11-24 02:00", minutes=90)["mistakes"]

    assert "extend that window" in mistake


def test_every_mistake_is_told_at_once_and_nothing_is_done() -> None:
    answer = ask(
        "plan",
        starts_at="tonight",
        ends_at="2026-11-20 02:00",
        monitor_ids=["htpt"],
        requested_by=" ",
    )

    assert len(answer["mistakes"]) == 4
    assert "write it like 2026-11-24 02:00 (Asia/Tokyo)" in answer["mistakes"][0]
    assert "it has http, load, mysql" in " ".join(answer["mistakes"])
    assert executions("maintenance") == []
    assert ask("list")["windows"] == []


@pytest.mark.parametrize(
    ("wanted", "mend"),
    [
        ({}, "give a time or a length"),
        ({"minutes": 0}, "whole minutes"),
        ({"minutes": "90"}, "whole minutes"),
        ({"minutes": 20 * 24 * 60}, "extend later"),
        ({"starts_at": "2027-11-24 02:00", "minutes": 60}, "ask for it later"),
        ({"minutes": 60, "server_id": "acme.web99"}, "write it like acme.web01"),
        ({"minutes": 60, "action": "stop"}, "plan, extend, cancel, list"),
        ({"minutes": 60, "recurrence": {"weekdays": ["sun"]}}, "write it like 02:00"),
        ({"recurrence": {"weekdays": ["sonntag?"], "starts": "02:00", "minutes": 9}}, "mon, tue"),
        ({"recurrence": {"weekdays": [], "starts": "02:00", "minutes": 9}}, "at least one"),
        ({"recurrence": {"weekdays": ["sun"], "starts": "02:00", "minutes": 999}}, "12 hours"),
        ({"recurrence": {"weekdays": ["sun"], "starts": "2", "minutes": 9}}, "like 02:00"),
    ],
)
def test_a_mistake_is_told_with_its_mend(wanted: dict[str, object], mend: str) -> None:
    asked = {"action": "plan", **wanted}
    mistakes = ask(str(asked.pop("action")), **asked)["mistakes"]

    assert mend in " ".join(mistakes)
    assert executions("maintenance") == []


@pytest.mark.clause("C-5")
def test_a_window_may_concern_some_monitors_only(rule_clock: RuleClock) -> None:
    window = stored(planned(minutes=60, monitor_ids=["http"]))

    assert window.monitor_ids == (HTTP,)
    assert maintenance.covering(SERVER, f"{SERVER}.mysql", rule_clock()) is None
    assert window.window_id != planned(minutes=60, monitor_ids=["mysql"])


@pytest.mark.clause("C-5")
def test_an_extension_moves_the_end(rule_clock: RuleClock) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(1_800)

    assert ask("extend", window_id=window_id, minutes=30)["mistakes"] == []

    assert stored(window_id).ends_at == rule_clock() + HOUR
    assert maintenance.covering(SERVER, HTTP, rule_clock() + 0.9 * HOUR) is not None


def test_an_extension_to_the_same_time_twice_is_one(rule_clock: RuleClock) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(60)
    for _ in range(2):
        answer = ask("extend", window_id=window_id, ends_at="2026-11-23 21:00")

    assert answer["mistakes"] == []
    events = [event.event for event in record.events(window_id)]
    assert events == ["maintenance accepted", "maintenance extended"]


def test_an_extension_is_refused_with_its_reasons(rule_clock: RuleClock) -> None:
    window_id = planned(minutes=60)

    earlier = ask("extend", window_id=window_id, ends_at="2026-11-23 19:30")["mistakes"]
    longest = ask("extend", window_id=window_id, minutes=14 * 24 * 60)["mistakes"]
    rule_clock.pass_by(3_600)
    late = ask("extend", window_id=window_id, minutes=30)["mistakes"]

    assert "cancel it when the work is done" in earlier[0]
    assert "longer than 14 days" in longest[0]
    assert "plan a new window" in late[0]


@pytest.mark.clause("C-5")
def test_a_cancelled_window_covers_nothing_from_then_on(rule_clock: RuleClock) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(600)

    assert ask("cancel", window_id=window_id)["windows"][0]["phase"] == "ended_early"
    assert maintenance.covering(SERVER, HTTP, rule_clock()) is None


def test_cancelled_twice_is_cancelled_once(rule_clock: RuleClock) -> None:
    window_id = planned(starts_at="2026-11-24 02:00", minutes=60)
    for _ in range(2):
        answer = ask("cancel", window_id=window_id)
        rule_clock.pass_by(60)

    assert answer["windows"][0]["phase"] == "cancelled"
    assert stored(window_id).cancelled_at == rule_clock() - timedelta(minutes=2)


def test_what_was_cancelled_may_be_asked_for_again() -> None:
    first = planned(starts_at="2026-11-24 02:00", minutes=60)
    ask("cancel", window_id=first)

    again = planned(starts_at="2026-11-24 02:00", minutes=60)

    assert again == f"{first}.2"
    assert again == planned(starts_at="2026-11-24 02:00", minutes=60)
    assert executions("maintenance") == [first, again]


def test_a_window_that_nobody_knows_is_named() -> None:
    (mistake,) = ask("cancel", window_id="acme.web01.maintenance.20200101T000000Z")["mistakes"]

    assert "there is no window" in mistake


def test_the_list_shows_what_is_open_and_what_is_ahead(rule_clock: RuleClock) -> None:
    now = planned(minutes=60)
    ahead = planned(starts_at="2027-01-24 02:00", minutes=60)
    cancelled = planned(starts_at="2026-11-25 02:00", minutes=60)
    ask("cancel", window_id=cancelled)

    for whose in (SERVER, "acme"):
        found = {
            each["window_id"]: each["phase"] for each in ask("list", server_id=whose)["windows"]
        }
        assert found == {now: "open", ahead: "ahead"}


@pytest.mark.clause("C-7")
def test_maintenance_of_a_server_that_has_left_the_contract_is_refused() -> None:
    revisions.begin_with(Terms(contracts.customer("acme"), ()), date(2026, 11, 20))

    assert ask("plan", minutes=60)["mistakes"] == [
        "acme.web01 has left the contract and is not watched: no maintenance is needed"
    ]
