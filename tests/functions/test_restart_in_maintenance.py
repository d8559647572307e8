"""A restart in announced maintenance is no unexpected one, whenever it is seen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from probe.announced import AnnouncedMaintenance
from tests.functions.acme import HTTP, failing, sign
from tests.functions.announcing import planned
from tests.functions.conftest import RuleClock
from toban.domain.observation import Observation, Reason

REBOOT = "acme.web01.reboot"


@pytest.fixture(autouse=True)
def _acme(machines: None, rule_clock: RuleClock) -> None:
    sign()


def seen(rule_clock: RuleClock, minutes: int, up_for: float | None) -> Observation:
    """A restart that is seen so many minutes from now, when the server is up for so long."""
    at = rule_clock() + timedelta(minutes=minutes)
    return replace(failing(REBOOT, at), reason=Reason.REBOOTED, value=up_for)


@pytest.mark.clause("C-5")
def test_a_restart_in_the_window_that_is_seen_after_it_is_not_told(rule_clock: RuleClock) -> None:
    planned(minutes=60)

    assert AnnouncedMaintenance().withholds(seen(rule_clock, minutes=64, up_for=300))


@pytest.mark.clause("C-5")
def test_a_restart_after_the_window_is_told(rule_clock: RuleClock) -> None:
    planned(minutes=60)

    assert not AnnouncedMaintenance().withholds(seen(rule_clock, minutes=64, up_for=200))


def test_other_failures_after_the_window_are_told_whatever_their_figure(
    rule_clock: RuleClock,
) -> None:
    planned(minutes=60)
    later = rule_clock() + timedelta(minutes=64)

    assert not AnnouncedMaintenance().withholds(replace(failing(HTTP, later), value=300))


def test_a_restart_of_which_no_time_is_known_is_told(rule_clock: RuleClock) -> None:
    planned(minutes=60)

    assert not AnnouncedMaintenance().withholds(seen(rule_clock, minutes=64, up_for=None))
