"""A failure that clears by itself sends nothing, and is on record for the operator."""

import pytest

from tests.scenarios.night import Night


@pytest.mark.clause("N-8")
def test_a_blip_sends_nothing_and_is_on_record(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())

    night.server.shop.kill()
    strike = night.expect_on_record("first strike")
    night.server.services.run("shop", "start")
    cleared = night.expect_on_record("cleared by itself, nothing sent")
    night.let_pass(minutes=1)

    assert cleared.owner == strike.owner
    assert night.mailbox.mails() == []
    assert night.executions("Confirm") == {strike.owner: "SUCCEEDED"}
    assert night.executions("Incident") == {}
