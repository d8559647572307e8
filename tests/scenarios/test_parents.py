"""An unreachable server is told of once; what still fails when it is back is told then."""

import pytest

from infra.local.telephone.behaviour import acknowledges
from tests.scenarios.shift import Shift


@pytest.mark.clause("N-4", "N-7", "P-8")
def test_while_the_server_is_unreachable_its_services_are_told_of_by_its_alert(
    shift: Shift,
) -> None:
    client = shift.client("gone")
    client.answer(acknowledges())
    host = client.host()
    door, shop, orders = host.port(), host.port(), host.port()
    ping = {"item": "ping", "ports": [door.port]}
    client.watch("respond", ping, shop.monitor("shop"), orders.monitor("orders"))

    door.go_deaf()
    client.expect_mail("alert")
    shop.stop()
    orders.stop()
    client.expect_on_record("withheld: told of by gone.web01.ping", 4)
    while_unreachable = client.kinds()
    orders.start()
    shift.let_pass(minutes=4)
    door.start()
    client.expect_on_record("incident closed")
    client.expect(lambda: len(client.mails("alert")) == 2, "what still fails is not told")
    shop.start()
    client.expect_on_record("incident closed", 2)

    assert while_unreachable == ["alert", "failure_contact"]
    assert client.kinds() == ["alert", "failure_contact", "recovery"] * 2
    assert "orders" not in client.mails("alert")[1].text


@pytest.mark.clause("N-4", "N-7")
def test_a_server_that_goes_with_all_its_services_is_one_mail_that_lists_them(
    shift: Shift,
) -> None:
    client = shift.client("dark")
    client.answer(acknowledges())
    host = client.host()
    door, shop = host.port(), host.port()
    client.watch("respond", {"item": "ping", "ports": [door.port]}, shop.monitor("shop"))

    door.go_deaf()
    shop.stop()
    alert = client.expect_mail("alert")
    shift.let_pass(minutes=30)
    door.start()
    shop.start()
    client.expect(lambda: client.kinds()[-1] == "recovery", "no recovery mail")
    shift.let_pass(minutes=10)

    assert "Host alive" in alert.subject
    assert "Custom TCP port" in alert.text
    assert client.kinds().count("alert") == 1
    assert set(client.executions("Incident").values()) == {"SUCCEEDED"}
