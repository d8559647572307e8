"""Plan respond: the procedure is carried out over SSH, and the monitor says whether it helped."""

import pytest

from tests.scenarios.night import HANAKO, TARO, Night


@pytest.mark.clause("P-1", "P-2", "N-4")
def test_a_crashed_service_is_restarted_and_the_customer_told_once_the_monitor_is_satisfied(
    night: Night,
) -> None:
    night.watch("respond", night.server.shop_monitor())

    night.server.shop.kill()
    done = night.expect_mail("response_done", to=TARO)
    answers = night.server.shop.answers()
    night.expect_mail("recovery", to=HANAKO)
    night.expect_on_record("incident closed")

    assert answers
    assert "Starting shop: done" in done.text
    kinds = [mail.kind for mail in night.mailbox.mails(to=TARO)]
    assert sorted(kinds) == ["alert", "recovery", "response_done"]
    assert night.on_record("telephone call") == []


@pytest.mark.clause("P-3", "P-10")
def test_what_cannot_be_repaired_is_told_and_its_recovery_after_mending_by_hand_too(
    night: Night,
) -> None:
    night.watch("respond", night.server.orders_monitor())

    night.server.break_orders()
    failure = night.expect_mail("failure_contact", to=TARO)
    answers = night.server.orders.answers()
    night.server.mend_orders()
    night.expect_mail("recovery", to=TARO)
    night.expect_on_record("incident closed")

    assert not answers
    assert "configuration" in failure.text
    kinds = [mail.kind for mail in night.mailbox.mails(to=TARO)]
    assert kinds == ["alert", "failure_contact", "recovery"]
