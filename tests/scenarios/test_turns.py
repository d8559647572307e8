"""One server has one worker at a time, the most urgent work is next; servers do not wait for
each other.
"""

from datetime import timedelta

import pytest

from infra.local.telephone.behaviour import acknowledges
from tests.scenarios.client import Client
from tests.scenarios.shift import Shift, Work


def repaired(client: Client) -> list[str]:
    """The monitors that were worked on, in their order."""
    return [entry.about.rpartition(".")[2] for entry in client.on_record("repair")]


@pytest.mark.clause("P-8")
def test_incidents_of_one_server_work_one_after_the_other_and_the_more_urgent_first(
    shift: Shift,
) -> None:
    client = shift.client("queue")
    client.answer(acknowledges())
    host = client.host()
    webs = {name: host.web(name) for name in ("first", "later", "urgent")}
    priorities = {"first": 60, "later": 90, "urgent": 30}
    client.watch("respond", *(host.monitor(name, priority=priorities[name]) for name in webs))
    client.slow(Work.REPAIR, 500)

    webs["first"].kill()
    client.expect_on_record("first strike")
    webs["later"].kill()
    client.expect_on_record("first strike", 2)
    webs["urgent"].kill()
    client.expect_on_record("waiting for the turn", 2)
    client.expect_on_record("repair", 3)
    client.expect_on_record("incident closed", 3)

    assert repaired(client) == ["first", "urgent", "later"]
    assert len(client.executions("Incident")) == 3
    assert all(host.changes(name) == ["start"] for name in webs)


@pytest.mark.clause("P-8")
def test_two_alerts_of_one_unit_are_one_restart(shift: Shift) -> None:
    client = shift.client("unit")
    host = client.host()
    shop = host.web("shop")
    port = {"item": "tcp", "id": "port", "port": shop.port, "unit": "nginx", "service": "shop"}
    client.watch("respond", host.monitor("shop"), port)

    shop.kill()
    client.expect_on_record("incident closed")

    assert host.changes("shop") == ["start"]
    assert client.kinds() == ["alert", "response_done", "recovery", "recovery"]
    assert "all" in client.mails("recovery")[-1].text


@pytest.mark.clause("P-8")
def test_every_alert_is_checked_again_before_the_next_work(shift: Shift) -> None:
    client = shift.client("recheck")
    host = client.host()
    first, second = host.web("first"), host.web("second")
    client.watch("respond", host.monitor("first", priority=60), host.monitor("second"))
    client.slow(Work.REPAIR, 120)

    first.kill()
    second.kill()
    client.expect_on_record("rails: clear")
    host.services.run("second", "start")
    client.expect_on_record("incident closed")

    assert repaired(client) == ["first"]
    assert host.changes("second") == []
    assert len(client.executions("Incident")) == 1


@pytest.mark.clause("P-8")
def test_two_servers_are_worked_on_at_the_same_time(shift: Shift) -> None:
    client = shift.client("pair")
    hosts = [client.host("web01"), client.host("web02")]
    webs = [host.web("shop") for host in hosts]
    client.watch_each({host.name: ("respond", [host.monitor("shop")]) for host in hosts})
    for host in hosts:
        client.slow(Work.REPAIR, 900, host)

    for web in webs:
        web.kill()
    client.expect_on_record("repair", 2)

    one, other = client.on_record("repair")
    assert abs(one.at - other.at) <= timedelta(minutes=3)
    assert one.at - client.on_record("rails: clear")[0].at >= timedelta(minutes=15)


@pytest.mark.clause("P-8")
def test_a_failure_of_the_host_itself_takes_the_turn_from_work_on_its_services(
    shift: Shift,
) -> None:
    client = shift.client("dying")
    client.answer(acknowledges())
    host = client.host()
    shop, core = host.web("shop"), host.web("core")
    client.watch("respond", host.monitor("shop"), host.monitor("core", priority=10))
    client.slow(Work.REPAIR, 550)

    shop.kill()
    client.expect_on_record("first strike")
    core.kill()
    client.expect_on_record("incident closed", 2)

    assert repaired(client) == ["core", "shop"]
    assert len(client.on_record("turn lost, nothing changed")) == 1
    assert client.calls == []
    assert host.changes("core") == host.changes("shop") == ["start"]
