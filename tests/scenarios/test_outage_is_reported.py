"""Plan notify: a confirmed outage is reported once, with what was seen on the server."""

import pytest

from tests.scenarios.night import HANAKO, TARO, Night


@pytest.mark.clause("N-1", "N-2", "N-4", "N-7")
def test_an_outage_gives_each_contact_one_alert_mail_and_one_recovery_mail(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())

    night.server.shop.kill()
    alert = night.expect_mail("alert", to=TARO)
    night.let_pass(minutes=4)
    night.server.services.run("shop", "start")
    recovery = night.expect_mail("recovery", to=HANAKO)
    night.expect_success("Incident")

    assert "HTTP" in alert.subject
    assert "shop is stopped." in alert.text
    assert "web01" in recovery.subject
    assert night.mailbox.counts() == {
        ("alert", TARO): 1,
        ("alert", HANAKO): 1,
        ("recovery", TARO): 1,
        ("recovery", HANAKO): 1,
    }
