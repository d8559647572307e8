"""The way into the server fails: the mail goes out all the same, and nothing is done blindly."""

import pytest

from tests.scenarios.night import OPERATOR, TARO, Night


@pytest.mark.clause("N-4")
def test_when_the_login_fails_the_alert_mail_goes_out_and_says_why(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())

    night.server.ssh.stop()
    night.server.shop.kill()
    alert = night.expect_mail("alert", to=TARO)
    notice = night.expect_mail("operator_notice", to=OPERATOR)

    assert "refused" in alert.text
    assert "web01" in notice.text


@pytest.mark.night(real=False)
@pytest.mark.clause("N-4", "P-10")
def test_on_a_changed_host_key_nothing_is_run_and_the_operator_is_told(night: Night) -> None:
    night.watch("respond", night.server.shop_monitor())

    impostor = night.server.reinstall_ssh()
    night.server.shop.kill()
    alert = night.expect_mail("alert", to=TARO)
    notice = night.expect_mail("operator_notice", to=OPERATOR)
    failure = night.expect_mail("failure_contact", to=TARO)

    assert impostor.commands == []
    assert not night.server.shop.answers()
    assert "host key" in alert.text
    assert "host key" in failure.text
    assert "ホスト鍵" in notice.text
