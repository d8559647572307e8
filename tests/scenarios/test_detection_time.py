"""How long it takes from the failure to the alert mail, in the time of the rules."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from respond import collect_diagnostics
from tests.scenarios.night import TARO, Night

LONGEST = timedelta(minutes=8)
SHORTEST = timedelta(minutes=3)
LOOKING_S = 60
"""As long as looking round on a server may take (Timeout of CollectDiagnosticsFunction)."""


@pytest.mark.clause("N-6")
def test_an_outage_is_mailed_within_eight_minutes_and_never_before_it_is_confirmed(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = collect_diagnostics.handler

    def look_slowly(event: dict[str, Any], context: object) -> Any:
        night.system.clock.wait_for(LOOKING_S, threading.Event())
        return look(event, context)

    monkeypatch.setattr(collect_diagnostics, "handler", look_slowly)
    night.watch("notify", night.server.shop_monitor())

    failed_at = night.now()
    night.server.shop.kill()
    alert = night.expect_mail("alert", to=TARO)

    assert SHORTEST - timedelta(seconds=30) < alert.at - failed_at < LONGEST
    assert "shop is stopped." in alert.text
