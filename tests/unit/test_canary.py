"""The canary fails by plan, and its incident is held against what every incident promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from toban.domain.call import Outcome
from toban.domain.canary import (
    CUSTOMER_ID,
    DOWN_FOR,
    Route,
    begins_at,
    is_canary,
    is_down,
    terms,
)
from toban.domain.canary_incident import CanaryFault, CanaryIncident, alert_due, end_due, faults
from toban.domain.identifier import CUSTOMER
from toban.domain.plan import Plan
from toban.domain.policy import Policy

MONDAY = begins_at(datetime(2026, 11, 23, tzinfo=UTC))
TUESDAY = MONDAY + timedelta(days=1)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
GOOD = CanaryIncident(
    alert_mailed_at=TUESDAY + 7 * MINUTE,
    end_mailed_at=TUESDAY + 15 * MINUTE,
    closed_at=TUESDAY + 15 * MINUTE,
    calls=(Outcome.NO_ANSWER,),
)
URL = "https://abc.lambda-url.example/"

pytestmark = pytest.mark.clause("N-8")


@pytest.mark.parametrize(
    ("moment", "mail", "phone"),
    [
        (MONDAY - SECOND, False, False),
        (MONDAY, True, False),
        (MONDAY + DOWN_FOR - SECOND, True, False),
        (MONDAY + DOWN_FOR, False, False),
        (TUESDAY, True, True),
        (TUESDAY + DOWN_FOR, False, False),
    ],
)
def test_it_fails_for_some_minutes_of_each_day_and_on_tuesdays_for_the_telephone_too(
    moment: datetime, mail: bool, phone: bool
) -> None:
    assert (is_down(Route.MAIL, moment), is_down(Route.PHONE, moment)) == (mail, phone)


def test_no_customer_can_have_its_id() -> None:
    assert not CUSTOMER.fullmatch(CUSTOMER_ID)
    assert is_canary(f"{CUSTOMER_ID}.mail.page")
    assert not is_canary("canary.mail.page")


def test_a_page_is_watched_for_each_way_that_there_is_an_address_for() -> None:
    both = terms(URL, "success@simulator.example", "+815012345678").servers
    assert [(server.host, server.plan) for server in both] == [
        ("mail", Plan.NOTIFY),
        ("phone", Plan.RESPOND),
    ]
    checks = [monitor.check for server in both for monitor in server.monitors]
    assert [(each.address, each.port, each.http and each.http.path) for each in checks] == [
        ("abc.lambda-url.example", 443, "/mail"),
        ("abc.lambda-url.example", 443, "/phone"),
    ]
    assert [len(terms(URL, mail, "").servers) for mail in ("success@simulator.example", "")] == [
        1,
        0,
    ]


def test_the_failure_lasts_longer_than_it_takes_to_mail_and_to_call_of_it() -> None:
    policy = Policy()
    ringing = timedelta(seconds=policy.answer_grace_seconds + policy.ring_seconds)
    assert alert_due(TUESDAY, policy) + ringing < TUESDAY + DOWN_FOR


@pytest.mark.parametrize(
    ("incident", "found"),
    [
        (GOOD, []),
        (None, [CanaryFault.NO_INCIDENT]),
        (replace(GOOD, alert_mailed_at=None), [CanaryFault.ALERT_NOT_MAILED]),
        (
            replace(GOOD, alert_mailed_at=alert_due(TUESDAY, Policy()) + SECOND),
            [CanaryFault.ALERT_MAILED_LATE],
        ),
        (replace(GOOD, end_mailed_at=None), [CanaryFault.END_NOT_MAILED]),
        (
            replace(GOOD, end_mailed_at=end_due(TUESDAY, Policy()) + SECOND),
            [CanaryFault.END_MAILED_LATE],
        ),
        (replace(GOOD, closed_at=None), [CanaryFault.NOT_CLOSED]),
        (replace(GOOD, calls=()), [CanaryFault.NOT_CALLED]),
        (
            replace(GOOD, calls=(Outcome.CONGESTED, Outcome.CARRIER_ERROR)),
            [CanaryFault.CALLS_FAILED],
        ),
        (replace(GOOD, calls=(Outcome.CONGESTED, Outcome.ACKNOWLEDGED)), []),
    ],
)
def test_what_was_missing_is_named(
    incident: CanaryIncident | None, found: list[CanaryFault]
) -> None:
    assert faults(incident, TUESDAY, Policy(), calls=True) == found


def test_of_a_failure_that_is_only_mailed_of_no_call_is_missed() -> None:
    assert faults(replace(GOOD, calls=()), TUESDAY, Policy(), calls=False) == []
