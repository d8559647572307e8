"""Whenever a service comes back, one mail closes its alert and nobody is troubled further."""

from collections.abc import Callable

import pytest

from infra.local.telephone.behaviour import acknowledges, answers, silent
from infra.local.telephone.phone_book import Script
from tests.scenarios.client import Client
from tests.scenarios.shift import Shift, Work

Reached = Callable[[Client], bool]


def collecting(client: Client) -> bool:
    return bool(client.on_record("alerts gathered"))


def repairing(client: Client) -> bool:
    return bool(client.on_record("rails: clear"))


def ringing(client: Client) -> bool:
    return bool(client.calls)


def talking(client: Client) -> bool:
    return any(call.connected_at and not call.ended_at for call in client.calls)


def waiting(client: Client) -> bool:
    return bool(client.on_record("telephone calls ended"))


@pytest.mark.clause("N-4", "N-7", "P-2", "P-3")
@pytest.mark.parametrize("stage", [collecting, repairing])
def test_a_recovery_before_anything_was_done_is_told_once_and_nothing_is_done(
    shift: Shift, stage: Reached
) -> None:
    client = shift.client(stage.__name__)
    host = client.host()
    web = host.web("shop")
    client.watch("respond", host.monitor("shop"))
    client.slow(Work.COLLECTING if stage is collecting else Work.REPAIR, 300)

    web.kill()
    client.expect(lambda: stage(client), f"never {stage.__name__}")
    host.services.run("shop", "start")
    client.expect_on_record("incident closed")
    shift.let_pass(minutes=10)

    assert client.kinds() == ["alert", "recovery"]
    assert host.changes("shop") == []
    assert client.calls == []


@pytest.mark.clause("N-4", "N-7", "P-3", "P-4")
@pytest.mark.parametrize(
    ("stage", "person", "outcome"),
    [
        (ringing, silent(), "stopped_recovered"),
        (talking, answers(after=5, keys="1", pause=20), "answered_no_key"),
        (waiting, acknowledges(), "acknowledged"),
    ],
    ids=["ringing", "talking", "waiting"],
)
def test_a_recovery_while_people_are_called_is_told_once_and_nobody_further_is_called(
    shift: Shift, stage: Reached, person: Script, outcome: str
) -> None:
    client = shift.client(stage.__name__)
    client.answer(*[person] * 20)
    shop = client.host().port()
    client.watch("respond", shop.monitor("shop"))

    shop.stop()
    client.expect(lambda: stage(client), f"never {stage.__name__}")
    shop.start()
    client.expect_on_record("incident closed")
    calls = len(client.calls)
    shift.let_pass(minutes=10)

    assert client.kinds() == ["alert", "failure_contact", "recovery"]
    assert client.outcomes()[-1][1] == outcome
    assert len(client.calls) == calls < 20
    assert set(client.executions("Incident").values()) == {"SUCCEEDED"}
