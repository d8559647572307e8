"""Two monitors of a server that fail together are one incident and one mail."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scenarios.night import TARO, Night


@pytest.mark.clause("N-4", "P-8")
def test_two_monitors_failing_together_give_one_mail_with_the_highest_priority_first(
    night: Night,
) -> None:
    shop = night.server.shop_monitor()
    orders = {"item": "tcp", "port": night.server.orders.port, "priority": 10}
    night.watch("notify", shop, orders)

    with ThreadPoolExecutor() as both:
        both.submit(night.server.shop.kill)
        both.submit(night.server.orders.kill)
    alert = night.expect_mail("alert", to=TARO)
    night.server.services.run("shop", "start")
    night.server.services.run("orders", "start")
    night.expect_on_record("incident closed")

    assert 0 < alert.text.index("Custom TCP port") < alert.text.index("HTTP")
    assert len(night.executions("Incident")) == 1
    assert len(night.mailbox.mails("alert", to=TARO)) == 1
    assert len(night.mailbox.mails("recovery", to=TARO)) == 2
