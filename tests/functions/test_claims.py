"""Claims that exactly one caller wins: states, turns, restarts, mails."""

import pytest

from tests.functions.acme import HTTP, MYSQL, SERVER, confirmed, failing
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.domain.observation import Observation, Reason
from toban.store import incidents, mails, record, repairs, states, turns
from toban.store.tables import MODELS, connection

pytestmark = pytest.mark.usefixtures("aws")
HOUR = 3_600


def good(rule_clock: RuleClock) -> Observation:
    return Observation(HTTP, Reason.OK, rule_clock())


def test_a_first_strike_delivered_twice_is_claimed_once(rule_clock: RuleClock) -> None:
    assert states.suspect(HTTP, "shard", rule_clock(), "refused")
    assert not states.suspect(HTTP, "shard", rule_clock(), "refused")


@pytest.mark.clause("N-8")
def test_only_its_own_suspicion_is_cleared(rule_clock: RuleClock) -> None:
    first = rule_clock()
    states.suspect(HTTP, "shard", first, "refused")
    rule_clock.pass_by(600)

    assert not states.clear(HTTP, rule_clock(), first_failed_at=rule_clock())
    assert states.clear(HTTP, rule_clock(), first_failed_at=first)
    assert states.unwell("shard") == {}


def test_a_failure_under_way_is_never_marked_unknown(rule_clock: RuleClock) -> None:
    states.suspect(HTTP, "shard", rule_clock(), "refused")

    assert not states.mark_unknown(HTTP, "shard", rule_clock(), "blind")


@pytest.mark.clause("N-4")
def test_a_recovery_before_anybody_waits_is_found_by_who_waits_later(
    rule_clock: RuleClock,
) -> None:
    incident = admit(confirmed(HTTP, rule_clock()))
    alerted = states.unwell("shard")[HTTP]
    rule_clock.pass_by(60)

    token, recovery = states.recover(alerted, good(rule_clock))

    assert token == ""
    assert states.await_recovery(HTTP, incident.incident_id, "token") == recovery


@pytest.mark.clause("N-4")
def test_a_recovery_finds_the_token_that_waits(rule_clock: RuleClock) -> None:
    incident = admit(confirmed(HTTP, rule_clock()))

    assert states.await_recovery(HTTP, incident.incident_id, "token") is None
    assert states.recover(states.unwell("shard")[HTTP], good(rule_clock))[0] == "token"


def test_the_first_good_check_stands_when_the_round_is_delivered_again(
    rule_clock: RuleClock,
) -> None:
    admit(confirmed(HTTP, rule_clock()))
    alerted = states.unwell("shard")[HTTP]
    first = good(rule_clock)
    states.recover(alerted, first)
    rule_clock.pass_by(180)

    assert states.recover(alerted, good(rule_clock))[1] == first


def test_a_relapse_before_anybody_was_told_takes_the_recovery_back(rule_clock: RuleClock) -> None:
    incident = admit(confirmed(HTTP, rule_clock()))
    states.recover(states.unwell("shard")[HTTP], good(rule_clock))

    assert states.relapse(states.unwell("shard")[HTTP])
    assert states.await_recovery(HTTP, incident.incident_id, "token") is None


@pytest.mark.clause("N-7")
def test_after_its_alert_is_closed_a_failure_is_a_new_one(rule_clock: RuleClock) -> None:
    incident = admit(confirmed(HTTP, rule_clock()))
    states.close(HTTP, incident.incident_id, rule_clock())
    rule_clock.pass_by(600)

    again = admit(confirmed(HTTP, rule_clock()))

    assert again.incident_id != incident.incident_id


@pytest.mark.clause("P-8")
def test_one_incident_at_a_time_works_on_a_server(rule_clock: RuleClock) -> None:
    first = turns.take(SERVER, "one", rule_clock(), 900)

    assert first is not None
    assert turns.take(SERVER, "two", rule_clock(), 900) is None
    assert turns.holds(SERVER, "one", first)


@pytest.mark.clause("P-8")
def test_the_most_urgent_waiter_is_next(rule_clock: RuleClock) -> None:
    turns.take(SERVER, "one", rule_clock(), 900)
    turns.queue(SERVER, "web", 70, rule_clock(), "web-token")
    turns.queue(SERVER, "database", 50, rule_clock(), "database-token")
    turns.release(SERVER, "one")

    assert turns.pass_on(SERVER, rule_clock(), 900, lambda *_: True) == "database"


def test_a_waiter_who_is_gone_is_passed_over(rule_clock: RuleClock) -> None:
    turns.queue(SERVER, "gone", 50, rule_clock(), "late")
    turns.queue(SERVER, "web", 70, rule_clock(), "web-token")

    passed_to = turns.pass_on(SERVER, rule_clock(), 900, lambda token, _: token != "late")

    assert passed_to == "web"


def test_an_expired_turn_blocks_nobody_and_its_fence_is_void(rule_clock: RuleClock) -> None:
    slow = turns.take(SERVER, "slow", rule_clock(), 900)
    rule_clock.pass_by(901)
    quick = turns.take(SERVER, "quick", rule_clock(), 900)

    assert slow is not None
    assert quick is not None
    assert not turns.holds(SERVER, "slow", slow)
    assert not turns.renew(SERVER, "slow", slow, rule_clock())
    assert turns.holds(SERVER, "quick", quick)


def test_giving_back_a_turn_that_is_not_ours_changes_nothing(rule_clock: RuleClock) -> None:
    fence = turns.take(SERVER, "one", rule_clock(), 900)
    turns.release(SERVER, "two")

    assert fence is not None
    assert turns.holds(SERVER, "one", fence)


def test_a_unit_is_restarted_once_within_its_cooldown(rule_clock: RuleClock) -> None:
    assert repairs.claim(SERVER, "nginx", "one", rule_clock(), HOUR).granted
    rule_clock.pass_by(HOUR - 1)
    early = repairs.claim(SERVER, "nginx", "two", rule_clock(), HOUR)
    rule_clock.pass_by(2)

    assert (early.granted, early.restarted_recently) == (False, True)
    assert repairs.claim(SERVER, "nginx", "two", rule_clock(), HOUR).granted


def test_a_restart_is_never_claimed_twice_by_one_incident(rule_clock: RuleClock) -> None:
    repairs.claim(SERVER, "nginx", "one", rule_clock(), HOUR)

    again = repairs.claim(SERVER, "nginx", "one", rule_clock(), HOUR)

    assert (again.granted, again.restarted_recently) == (False, False)


def test_a_mail_is_granted_until_it_is_sent_and_never_after(rule_clock: RuleClock) -> None:
    grant = ("incident", "mail-1", "alert", "alice@acme.example", rule_clock())

    assert mails.claim(*grant)
    assert mails.claim(*grant)
    mails.complete("incident", "mail-1", "ses-1", rule_clock())
    assert not mails.claim(*grant)


def test_a_thread_begins_with_the_recipients_first_mail(rule_clock: RuleClock) -> None:
    for number, recipient in enumerate(["alice@acme.example", "bob@acme.example"]):
        mails.claim("incident", f"mail-{number}", "alert", recipient, rule_clock())
        mails.complete("incident", f"mail-{number}", f"ses-{number}", rule_clock())
    rule_clock.pass_by(60)
    mails.claim("incident", "mail-9", "recovery", "bob@acme.example", rule_clock())
    mails.complete("incident", "mail-9", "ses-9", rule_clock())

    assert mails.first_message_id("incident", "bob@acme.example") == "ses-1"
    assert mails.first_message_id("incident", "carol@acme.example") is None


def test_the_record_keeps_the_first_of_a_repeated_event_and_the_order_of_time(
    rule_clock: RuleClock,
) -> None:
    record.append("owner", "b", rule_clock(), "first strike", failing(HTTP, rule_clock()))
    rule_clock.pass_by(60)
    record.append("owner", "a", rule_clock(), "rechecked")
    record.append("owner", "b", rule_clock(), "first strike, again")

    assert [event.event for event in record.events("owner")] == ["first strike", "rechecked"]


def test_the_alerts_of_an_incident_come_in_the_order_of_work(rule_clock: RuleClock) -> None:
    web = admit(confirmed(HTTP, rule_clock()))
    rule_clock.pass_by(10)
    admit(confirmed(MYSQL, rule_clock()))

    found = [alert.monitor_id for alert in incidents.gather(web.incident_id)]

    assert found == [HTTP, MYSQL]


def test_all_tables_share_one_client(rule_clock: RuleClock) -> None:
    clients = {id(model._get_connection().connection.client) for model in MODELS}

    assert clients == {id(connection().client)}
