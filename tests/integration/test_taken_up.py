"""Somebody takes a failure up otherwise than by a key: an operator notes it and the calls end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from infra.local.telephone.behaviour import silent
from tests.integration.phone_site import PhoneSite, phone_site
from toban.domain.incident import Incident
from toban.domain.policy import Policy
from toban.store import record


@pytest.fixture(scope="module")
def site() -> Iterator[PhoneSite]:
    with phone_site() as running:
        for number in range(1, 4):
            running.system.telephone.book.set(f"+81900000000{number}", silent())
        yield running


def asked(site: PhoneSite, event: dict[str, str]) -> dict[str, Any]:
    function = site.system.resource("AcknowledgeIncidentFunction")
    client = site.system.client("lambda")
    answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    return dict(json.loads(answer["Payload"].read()))


def acknowledge(site: PhoneSite, incident: Incident, by: str = "Bob") -> dict[str, Any]:
    return asked(site, {"incident_id": incident.incident_id, "by": by})


@pytest.mark.clause("P-4")
def test_who_calls_back_silences_the_telephone_and_nobody_further_is_called(
    site: PhoneSite,
) -> None:
    incident = site.outage(replace(Policy(), ring_seconds=59, call_look_seconds=60))
    waiting = site.start(incident)
    site.wait_for(lambda: site.is_awaited(incident))

    assert acknowledge(site, incident)["by"] == "Bob"
    assert acknowledge(site, incident, "Carol")["by"] == "Bob"

    result = site.result(waiting)
    assert (result["outcome"], result["reached"], result["name"]) == ("acknowledged", True, "Bob")
    assert site.outcomes(incident) == [("Alice", "stopped_taken_up")]


@pytest.mark.clause("P-4")
def test_who_takes_it_up_before_the_calls_begin_is_not_called(site: PhoneSite) -> None:
    incident = site.outage()

    assert acknowledge(site, incident)["acknowledged"]

    assert site.run(incident)["outcome"] == "acknowledged"
    assert site.dialled(incident) == []


def test_who_took_it_up_is_on_record(site: PhoneSite) -> None:
    incident = site.outage()

    acknowledge(site, incident)

    (noted,) = (each for each in record.events(incident.incident_id) if each.sort == "acknowledged")
    assert noted.detail == {"name": "Bob"}


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({"incident_id": "acme.web01.20200101T000000Z", "by": "Bob"}, "There is no such incident."),
    ],
)
def test_what_is_no_incident_is_refused(site: PhoneSite, event: dict[str, str], why: str) -> None:
    assert asked(site, event) == {"acknowledged": False, "by": "", "why": why}
