"""What must hold before anything is repaired; when it does not, nothing is touched and people are
called.
"""

from datetime import timedelta
from typing import Any

import pytest

from infra.local.demo.servers.web import EmbeddedWebServer
from infra.local.telephone.behaviour import acknowledges
from tests.scenarios.client import Client
from tests.scenarios.host import Host
from tests.scenarios.shift import Shift, Work
from toban.store import contracts


class Shop:
    """A customer whose web service is watched, and repaired where the rails allow it."""

    def __init__(self, shift: Shift, name: str, rails: dict[str, Any] | None = None) -> None:
        self.client: Client = shift.client(name)
        self.client.answer(acknowledges())
        self.host: Host = self.client.host()
        self.web: EmbeddedWebServer = self.host.web("shop")
        self.client.watch("respond", self.host.monitor("shop"), rails=rails)


@pytest.mark.clause("P-3", "P-10")
@pytest.mark.parametrize("whose", ["killed", "provider"])
def test_the_kill_switch_leaves_the_server_to_people(shift: Shift, whose: str) -> None:
    shop = Shop(shift, "killed" if whose == "killed" else "all")
    contracts.stop_repairs(whose, by="operator")

    shop.web.kill()
    failure = shop.client.expect_mail("failure_contact")
    shop.client.expect_on_record("telephone calls ended")
    contracts.allow_repairs(whose)

    assert shop.host.changes("shop") == []
    assert shop.client.on_record("rails: kill_switch")
    assert shop.client.called() == ["first"]
    assert "switched off" in failure.text or "stopped" in failure.text


@pytest.mark.clause("P-3", "P-10")
def test_a_dry_run_decides_everything_and_does_nothing(shift: Shift) -> None:
    shop = Shop(shift, "rehearsal", rails={"dry_run": "yes"})

    shop.web.kill()
    shop.client.expect_on_record("telephone calls ended")

    assert shop.host.changes("shop") == []
    assert shop.client.on_record("rails: dry_run")
    assert shop.client.kinds() == ["alert", "failure_contact"]


@pytest.mark.clause("P-1", "P-3")
def test_a_unit_that_fails_again_within_the_hour_is_left_to_people_and_repaired_after_it(
    shift: Shift,
) -> None:
    shop = Shop(shift, "hourly")

    shop.web.kill()
    shop.client.expect_on_record("incident closed")
    shop.web.kill()
    shop.client.expect_on_record("rails: unit_per_hour")
    shop.client.expect_on_record("telephone calls ended")
    within_the_hour = shop.host.changes("shop")
    shop.host.services.run("shop", "start")
    shop.client.expect_on_record("incident closed", 2)
    shift.let_pass(minutes=60)
    shop.web.kill()
    shop.client.expect_on_record("incident closed", 3)

    assert within_the_hour == ["start"]
    assert shop.host.changes("shop") == ["start", "start"]
    assert shop.client.called() == ["first"]


@pytest.mark.clause("P-1", "P-4")
def test_what_had_to_be_repaired_too_often_has_a_person_called_although_it_is_repaired(
    shift: Shift,
) -> None:
    shop = Shop(shift, "patched", rails={"repairs_to_call": 1})

    shop.web.kill()
    shop.client.expect_on_record("incident closed")

    assert shop.host.changes("shop") == ["start"]
    assert shop.client.called() == ["first"]
    assert shop.client.kinds() == ["alert", "response_done", "recovery"]


@pytest.mark.clause("P-3", "P-10")
@pytest.mark.parametrize(("name", "collecting"), [("tempest", 0), ("flood", 180)])
def test_when_too_many_servers_fail_at_once_none_is_touched_however_long_the_collecting_takes(
    shift: Shift, name: str, collecting: float
) -> None:
    client = shift.client(name)  # both servers of it are probed in the same round
    client.answer(acknowledges())
    hosts = [client.host("web01"), client.host("web02")]
    webs = [host.web("shop") for host in hosts]
    monitors = {host.name: ("respond", [host.monitor("shop")]) for host in hosts}
    client.watch_each(monitors, rails={"storm_servers": 1, "storm_seconds": 120})
    for host in hosts:
        client.slow(Work.COLLECTING, collecting, host)

    for web in webs:
        web.kill()
    client.expect_on_record("telephone calls ended", 2)

    assert [host.changes("shop") for host in hosts] == [[], []]
    assert len(client.on_record("rails: storm")) == 2


@pytest.mark.clause("P-3")
def test_a_repair_that_hangs_does_not_keep_the_telephone_from_ringing(shift: Shift) -> None:
    shop = Shop(shift, "hanging")
    # proven 50 seconds past a minute: in the moment of a round either mail could be the first
    shop.client.slow(Work.REPAIR, 1790)

    shop.web.kill()
    allowed = shop.client.expect_on_record("rails: clear")
    shop.client.expect(lambda: bool(shop.client.calls), "nobody was called")
    repaired_by_then = shop.client.on_record("repair")
    shop.client.expect_on_record("incident closed")

    waited = shop.client.calls[0].dialled_at - allowed.at
    assert timedelta(minutes=10) <= waited < timedelta(minutes=11)
    assert repaired_by_then == []
    assert shop.client.kinds().count("failure_contact") == 1
    assert shop.client.kinds()[-1] == "recovery"


@pytest.mark.clause("P-2", "P-3", "P-10")
def test_a_start_that_did_not_help_is_undone_where_the_contract_asks_for_it(shift: Shift) -> None:
    client = shift.client("undone")
    client.answer(acknowledges())
    host = client.host()
    web, elsewhere = host.web("shop"), host.port()
    client.watch("respond", host.monitor("shop", port=elsewhere.port, roll_back="yes"))

    web.kill()
    elsewhere.stop()
    client.expect_mail("failure_contact")

    assert host.changes("shop") == ["start", "stop"]
    assert not web.running
    assert client.on_record("rolled back")
