"""A response that has to wait, for announced maintenance or for the server itself, is not lost: it
is taken up again when what it waited for is over.
"""

from typing import Any

import pytest

from infra.local.demo.servers.web import EmbeddedWebServer
from infra.local.telephone.behaviour import acknowledges, silent
from tests.scenarios.client import Client
from tests.scenarios.host import Host, Port
from tests.scenarios.shift import Shift, Work

DEFERRED = "response deferred: maintenance"
HOST_GONE = "response deferred: the host itself is unreachable"


class Shop:
    """A customer whose web service is watched, and whether its server can be reached at all."""

    def __init__(self, shift: Shift, name: str) -> None:
        self.shift = shift
        self.client: Client = shift.client(name)
        self.client.answer(acknowledges(), acknowledges())
        self.host: Host = self.client.host()
        self.door: Port = self.host.port()
        self.back: Port = self.host.port()
        self.web: EmbeddedWebServer = self.host.web("shop")
        ping = {"item": "ping", "ports": [self.door.port]}
        self.client.watch("respond", ping, self.host.monitor("shop"), self.back.monitor("back"))

    def maintenance(self, minutes: int) -> None:
        """Announce maintenance of the server from now on, as an operator does."""
        asked = {"action": "plan", "server_id": f"{self.client.customer_id}.web01"}
        asked |= {"requested_by": "Alice <alice@example.jp>"}
        wanted: dict[str, Any] = {**asked, "minutes": minutes}
        answer = self.shift.system.invoke("PlanMaintenanceFunction", wanted)
        assert answer["mistakes"] == []

    def kinds(self) -> list[str]:
        """Return the kinds of the mails about incidents."""
        return [kind for kind in self.client.kinds() if not kind.startswith("maintenance")]


@pytest.mark.clause("C-5", "N-4")
def test_maintenance_that_begins_while_the_server_is_looked_at_withholds_the_alert_mail(
    shift: Shift,
) -> None:
    shop = Shop(shift, "early")
    shop.client.slow(Work.COLLECTING, 40)

    shop.web.kill()
    shop.client.expect_on_record("alerts gathered")
    shop.maintenance(minutes=10)
    shop.client.expect_on_record("incident closed")
    within = shop.kinds()
    shop.client.expect_mail("alert")
    shop.client.expect_on_record("incident closed", 2)

    assert within == []
    assert sorted(shop.kinds()) == ["alert", "recovery", "response_done"]
    assert set(shop.client.executions("Incident").values()) == {"SUCCEEDED"}


@pytest.mark.clause("C-5", "P-1", "P-2")
def test_what_failed_before_maintenance_is_repaired_after_it(shift: Shift) -> None:
    shop = Shop(shift, "patient")
    shop.client.slow(Work.REPAIR, 120)

    shop.web.kill()
    shop.client.expect_on_record("rails: clear")
    shop.maintenance(minutes=15)
    shop.client.expect_on_record(DEFERRED)
    shift.let_pass(minutes=12)
    within = (shop.kinds(), shop.host.changes("shop"), shop.client.called())
    shop.client.expect_on_record("incident closed")

    assert within == (["alert"], [], [])
    assert shop.host.changes("shop") == ["start"]
    assert sorted(shop.kinds()) == ["alert", "recovery", "response_done"]
    assert shop.client.called() == []
    assert list(shop.client.executions("Repair").values()) == ["SUCCEEDED"] * 2


@pytest.mark.clause("C-5", "P-3", "P-4")
def test_calls_that_maintenance_has_stopped_are_taken_up_again_after_it(shift: Shift) -> None:
    shop = Shop(shift, "ringing")
    shop.client.answer([silent(), acknowledges()], acknowledges())

    shop.back.stop()
    shop.client.expect(lambda: bool(shop.client.calls), "nobody is called")
    shop.maintenance(minutes=15)
    shop.client.expect_on_record("telephone calls ended")
    shift.let_pass(minutes=12)
    within = shop.client.called()
    shop.client.expect_on_record("telephone calls ended", 2)
    shop.back.start()
    shop.client.expect_on_record("incident closed")

    assert within == ["first"]
    assert shop.client.called() == ["first", "first"]
    assert shop.client.outcomes() == [("first", "no_answer"), ("first", "acknowledged")]
    assert shop.kinds() == ["alert", "failure_contact", "recovery"]


@pytest.mark.clause("P-8", "P-10")
def test_work_on_a_server_that_is_gone_stops_before_its_next_change_and_goes_on_when_it_is_back(
    shift: Shift,
) -> None:
    shop = Shop(shift, "dead")
    shop.client.slow(Work.REPAIR, 400)

    shop.web.kill()
    shop.client.expect_on_record("first strike")
    shop.door.go_deaf()
    stopped = shop.client.expect_on_record("stopped before any change: host_unreachable")
    shop.client.expect_on_record("telephone calls ended")
    shift.let_pass(minutes=8)
    while_gone = (shop.host.changes("shop"), shop.kinds(), shop.client.called())
    shop.door.start()
    shop.client.expect_on_record("incident closed", 2)

    assert stopped.detail["changed"] is False
    assert shop.client.on_record(HOST_GONE)
    assert while_gone == ([], ["alert", "alert", "failure_contact"], ["first"])
    assert shop.host.changes("shop") == ["start"]
    assert sorted(shop.kinds()[3:]) == ["recovery", "recovery", "response_done"]
    assert shop.client.called() == ["first"]


@pytest.mark.clause("P-6", "P-7", "P-8")
def test_what_failed_with_the_server_is_paused_with_it_when_nobody_is_reached(shift: Shift) -> None:
    shop = Shop(shift, "lonely")
    shop.client.answer(silent(), silent())

    shop.door.go_deaf()
    shop.web.kill()
    shop.client.expect_mail("unreachable_all")
    shop.client.expect_on_record("incident closed")
    shop.door.start()
    shop.host.services.run("shop", "start")
    shop.client.expect(lambda: shop.kinds().count("resumed") == 2, "not resumed")

    assert shop.host.changes("shop") == []
    assert shop.kinds() == ["alert", "failure_contact", "unreachable_all", "resumed", "resumed"]
