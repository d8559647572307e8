"""Maintenance that begins while an incident is worked on (clause C-5): each step asks again."""

from typing import Any

import pytest

from escalate.check_rails import handler as check_rails
from escalate.next_call import handler as next_call
from escalate.pick_callees import handler as pick_callees
from tests.functions.acme import HTTP, MYSQL, confirmed, sign
from tests.functions.announcing import planned
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.call import Callees
from toban.domain.incident import Incident
from toban.domain.work import Work
from toban.store.documents import to_document

pytestmark = pytest.mark.clause("C-5")


@pytest.fixture
def incident(machines: None, rule_clock: RuleClock) -> Incident:
    sign()
    return admit(confirmed(HTTP, rule_clock()))


def calling(incident: Incident, *about: str) -> dict[str, Any]:
    return {"incident": to_document(incident), "callees": Callees.CONTACTS, "about": list(about)}


def test_no_repair_begins(incident: Incident) -> None:
    planned(minutes=60)
    work = to_document(Work(HTTP, "nginx"))

    decided = check_rails({"incident": to_document(incident), "work": work}, None)

    assert (decided["verdict"], decided["rail"]) == ("deferred", "maintenance")


def test_nobody_is_chosen_to_be_called(incident: Incident) -> None:
    planned(minutes=60)

    assert pick_callees({"incident": to_document(incident)}, None)["call"] is False


def test_no_further_call_is_placed(incident: Incident) -> None:
    planned(minutes=60)

    decided = next_call(calling(incident, HTTP), None)

    assert (decided["action"], decided["ending"]) == ("end", "stopped_in_maintenance")


def test_what_is_outside_the_window_is_still_called_about(
    incident: Incident, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escalate.next_call.telephone", lambda: None)
    planned(minutes=60, monitor_ids=["http"])

    decided = next_call(calling(incident, HTTP, MYSQL), None)

    assert decided["action"] == "call"
