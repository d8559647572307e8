"""Nobody answers: everybody is mailed, that monitor is paused, and its recovery ends the pause."""

import pytest

from infra.local.telephone.behaviour import busy, silent
from tests.scenarios.shift import Shift


@pytest.mark.clause("P-6", "P-7", "N-7")
def test_nobody_reached_pauses_that_monitor_until_its_service_is_back(shift: Shift) -> None:
    client = shift.client("asleep")
    client.answer(silent(), busy())
    host = client.host()
    shop, other = host.port(), host.port()
    client.watch("respond", shop.monitor("shop"), other.monitor("other", phone="no"))

    shop.stop()
    mails = [client.expect_mail("unreachable_all", person) for person in (0, 1)]
    client.expect_on_record("incident closed")
    other.stop()
    shift.let_pass(minutes=20)
    while_paused = client.kinds()
    shop.start()
    resumed = [client.expect_mail("resumed", person) for person in (0, 1)]

    for mail in mails:
        assert "First" in mail.text
        assert "no answer" in mail.text
        assert "Second" in mail.text
        assert "busy" in mail.text
        assert "paused" in mail.text
    assert while_paused == ["alert", "failure_contact", "unreachable_all", "alert"]
    assert all("resumed" in mail.subject.lower() for mail in resumed)
    assert set(client.executions("Resume").values()) == {"SUCCEEDED"}
    assert client.called() == ["first", "second"]
    assert "recovery" not in client.kinds()


@pytest.mark.clause("P-7", "N-7")
def test_after_the_pause_the_normal_rule_holds_again(shift: Shift) -> None:
    client = shift.client("again")
    client.answer(silent())
    shop = client.host().port()
    client.watch("respond", shop.monitor("shop"))

    for times in (1, 2):
        shop.stop()
        client.expect_on_record("incident closed", times)
        shop.start()
        client.expect_on_record("resumed: the service is back", times)

    once = ["alert", "failure_contact", "unreachable_all", "resumed"]
    client.expect(lambda: client.kinds() == once * 2, "not told twice")
