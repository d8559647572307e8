"""How long it takes from the failure to the alert mail, in the time of the rules."""

from datetime import timedelta

import pytest

from tests.scenarios.night import TARO, Night

LONGEST = timedelta(minutes=8)
SHORTEST = timedelta(minutes=3)


@pytest.mark.night(speed=20)  # logging in takes real seconds, which pass as rule time here
@pytest.mark.clause("N-6")
def test_an_outage_is_mailed_within_eight_minutes_and_never_before_it_is_confirmed(
    night: Night,
) -> None:
    night.watch("notify", night.server.shop_monitor())

    failed_at = night.now()
    night.server.shop.kill()
    alert = night.expect_mail("alert", to=TARO)

    assert SHORTEST - timedelta(seconds=30) < alert.at - failed_at < LONGEST
