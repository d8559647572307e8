"""Time in which a monitor could not be judged is on record, and only its begin and its end
(N-8).
"""

from datetime import timedelta

import pytest

from infra.local.commands import chronicle
from probe.follow_up import FollowUp
from tests.functions.acme import HTTP, SERVER, sign
from tests.functions.conftest import RuleClock
from toban.domain.availability import Stretch
from toban.domain.observation import Observation, Reason
from toban.domain.policy import PORT_PROCESS, Policy
from toban.domain.transition import decide
from toban.store import sight, states

pytestmark = [pytest.mark.clause("N-8", "N-9"), pytest.mark.usefixtures("aws", "machines")]
NOBODY, OK, REFUSED = Reason.NO_ROUTE, Reason.OK, Reason.REFUSED


def rounds(rule_clock: RuleClock, *reasons: Reason) -> None:
    """A round each 3 minutes, as probes make them."""
    for reason in reasons:
        seen, state = Observation(HTTP, reason, rule_clock()), states.get(HTTP)
        follow_up = FollowUp("shard", rule_clock(), Policy())
        move = decide(state, seen, PORT_PROCESS.strikes_to_confirm)
        follow_up.do(move, seen, state, PORT_PROCESS)
        rule_clock.pass_by(180)


def unseen(rule_clock: RuleClock) -> dict[str, list[Stretch]]:
    return sight.unknown(SERVER, rule_clock() - timedelta(hours=1), rule_clock())


@pytest.mark.parametrize("then", [OK, REFUSED])
def test_the_stretch_ends_with_the_first_check_that_sees_again(
    then: Reason, rule_clock: RuleClock
) -> None:
    sign()
    begin = rule_clock()
    rounds(rule_clock, OK, NOBODY, NOBODY, NOBODY, then)

    lost, back = (begin + timedelta(seconds=180 * number) for number in (1, 4))
    assert unseen(rule_clock) == {HTTP: [Stretch(lost, back)]}


def test_what_is_not_seen_yet_goes_on(rule_clock: RuleClock) -> None:
    sign()
    rounds(rule_clock, NOBODY, NOBODY)

    [stretch] = unseen(rule_clock)[HTTP]
    assert stretch.end is None


def test_a_monitor_that_is_seen_leaves_no_trace(rule_clock: RuleClock) -> None:
    sign()
    rounds(rule_clock, OK, OK, OK)

    assert unseen(rule_clock) == {}


def test_the_operators_are_told_which_monitor_it_is(rule_clock: RuleClock) -> None:
    sign()
    rounds(rule_clock, NOBODY, OK)

    told = [(entry.event, entry.about) for entry in chronicle.entries(SERVER)]
    assert told == [("cannot be judged", HTTP), ("can be judged again", HTTP)]
