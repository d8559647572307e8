"""Why there was no mail, no repair, no call: every answer names the rule that decided."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.testdata.mail.samples import CALLS, HTTP
from toban.domain.call import Outcome
from toban.domain.explanation import Explanation, MonitorRecord, Topic, explain, explain_suspicion
from toban.domain.letters import MailKind, SentMail
from toban.domain.plan import Plan
from toban.domain.record import Event

AT = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
MONITOR = HTTP.monitor_id
OTHER = "acme.web01.mysql"
RUN = {"allowed": True, "rail": "clear"}
HELD = {"allowed": False, "rail": "unit_per_hour"}
ACTED = {"hold": "none", "unit": "nginx", "outcome": "acted"}
NOBODY = {"outcome": "nobody_reached", "reason": ""}
ALERT = SentMail(MailKind.ALERT, "", "a", "alice@acme.example", AT)
RECOVERY = SentMail(MailKind.RECOVERY, "http", "r", "alice@acme.example", AT)


def events(happened: Mapping[str, Any]) -> list[Event]:
    """Events a minute apart; a value that is a text is the event's own words."""
    found = []
    for number, (key, detail) in enumerate(happened.items()):
        said, what = (detail, None) if isinstance(detail, str) else ("", detail)
        found.append(Event(AT + timedelta(minutes=number), said, what, key))
    return found


def answers(record: MonitorRecord) -> dict[Topic, Explanation]:
    return {answer.topic: answer for answer in explain(record)}


def recorded(
    happened: Mapping[str, Any], plan: Plan = Plan.RESPOND, *mails: SentMail, **more: Any
) -> MonitorRecord:
    monitor = replace(HTTP, phone=True)
    given: dict[str, Any] = {"monitor": monitor} | more
    return MonitorRecord(
        monitor_id=MONITOR, plan=plan, events=events(happened), mails=mails, **given
    )


@pytest.mark.clause("N-8")
@pytest.mark.parametrize(
    ("ended", "rule"),
    [
        ("cleared by itself, nothing sent", "N-8"),
        ("in maintenance, nothing sent", "C-5"),
        ("withheld: told of by acme.web01.ping", "P-8"),
        ("inconclusive, nothing sent", "N-8"),
    ],
)
def test_a_suspicion_that_came_to_nothing_has_a_reason(ended: str, rule: str) -> None:
    answer = explain_suspicion(events({"strike#1": None, "ended": ended}))

    assert answer
    assert (answer.topic, answer.happened, answer.rule) == (Topic.MAIL, False, rule)
    assert answer.at == AT + timedelta(minutes=1)


def test_a_suspicion_that_is_confirmed_is_explained_by_its_incident() -> None:
    assert explain_suspicion(events({"strike#1": None, "rechecked#2": None})) is None


def test_the_answers_come_in_the_order_in_which_people_ask() -> None:
    order = [Topic.MAIL, Topic.REPAIR, Topic.CALL, Topic.CLOSING]

    assert [answer.topic for answer in explain(recorded({}))] == order


@pytest.mark.parametrize(
    ("happened", "rule"),
    [
        ({f"dropped#{MONITOR}": None}, "C-5"),
        ({f"withheld#{MONITOR}": "withheld: told of by acme.web01.ping"}, "P-8"),
        ({"gathered": None, "mail-refused#x": None}, "N-10"),
        ({"gathered": None}, "N-4 (5)"),
        ({}, "N-4 (4)"),
    ],
)
def test_why_there_was_no_alert_mail(happened: dict[str, Any], rule: str) -> None:
    answer = answers(recorded(happened))[Topic.MAIL]

    assert (answer.happened, answer.rule) == (False, rule)


def test_an_alert_mail_that_went_out_is_told_with_its_time() -> None:
    answer = answers(recorded({}, Plan.RESPOND, ALERT))[Topic.MAIL]

    assert (answer.happened, answer.why, answer.at) == (True, "the alert went to 1 addresses", AT)


ALONE = {"call": False, "about": []}
WINDOW = {"why": "maintenance"}


@pytest.mark.parametrize(
    ("happened", "mails", "rule"),
    [
        ({}, (), "N-8"),
        ({f"paused#{MONITOR}": None}, (ALERT,), "P-7"),
        ({f"recovered#{MONITOR}": None}, (ALERT,), "N-4 (7)"),
        ({}, (ALERT,), "N-4 (7)"),
        ({}, (ALERT, replace(RECOVERY, about="mysql")), "N-4 (7)"),
    ],
)
def test_why_there_was_no_closing_mail(
    happened: dict[str, Any], mails: tuple[SentMail, ...], rule: str
) -> None:
    answer = answers(recorded(happened, Plan.RESPOND, *mails))[Topic.CLOSING]

    assert (answer.happened, answer.rule) == (False, rule)


def test_a_closing_mail_that_went_out_is_told() -> None:
    assert answers(recorded({}, Plan.RESPOND, ALERT, RECOVERY))[Topic.CLOSING].happened


@pytest.mark.parametrize(
    ("happened", "more", "rule"),
    [
        ({}, {"plan": Plan.NOTIFY}, "2.1-1"),
        ({}, {"monitor": replace(HTTP, runbook="")}, "P-10"),
        ({}, {"has_access": False}, "C-8"),
        ({f"rails#{MONITOR}": RUN, f"refused#{MONITOR}": ""}, {}, "rail not_approved"),
        ({f"rails#{MONITOR}": HELD}, {}, "rail unit_per_hour"),
        ({f"not-needed#{MONITOR}": ""}, {}, "P-8"),
        ({f"not-judged#{MONITOR}": ""}, {}, "P-8"),
        ({f"deferred#{MONITOR}#window": {"why": "maintenance"}}, {}, "C-5"),
        ({f"deferred#{MONITOR}#{OTHER}": {"why": "host_unreachable"}}, {}, "P-8"),
        ({"repair-over": ""}, {}, "P-8"),
        ({f"rails#{MONITOR}": RUN, f"approval#{MONITOR}": None}, {}, "approval gate"),
        ({"queued": ""}, {}, "P-8"),
        ({}, {}, "P-8"),
        ({f"repair#{MONITOR}": ACTED | {"hold": "disk_full"}}, {}, "guard disk_full"),
        ({f"repair#{OTHER}": ACTED}, {}, "P-8"),
    ],
)
def test_why_there_was_no_repair(happened: dict[str, Any], more: dict[str, Any], rule: str) -> None:
    plan = more.pop("plan", Plan.RESPOND)
    answer = answers(recorded(happened, plan, **more))[Topic.REPAIR]

    assert (answer.happened, answer.rule) == (False, rule)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({f"verified#{MONITOR}": None}, "the monitor confirmed that it helped"),
        ({f"failed#{MONITOR}": None}, "the monitor saw that it did not help"),
        ({}, "its result is being verified"),
    ],
)
def test_a_repair_is_told_with_what_the_monitor_said(after: dict[str, Any], said: str) -> None:
    answer = answers(recorded({f"repair#{MONITOR}": ACTED, **after}))[Topic.REPAIR]

    assert (answer.happened, answer.why) == (True, f"nginx was worked on; {said}")


@pytest.mark.clause("M-2")
def test_a_procedure_of_the_customers_own_is_told_as_a_repair() -> None:
    own = {f"repair#{MONITOR}#mend": ACTED | {"unit": "mend"}, f"verified#{MONITOR}": None}

    told = answers(recorded(own, Plan.MANAGED))[Topic.REPAIR]

    assert told.happened
    assert told.why.startswith("mend was worked on")


@pytest.mark.parametrize(
    ("happened", "more", "rule"),
    [
        ({}, {"plan": Plan.NOTIFY}, "2.1-1"),
        ({}, {"monitor": HTTP}, "catalogue 8"),
        ({}, {}, "P-3"),
        ({"escalation": ALONE}, {}, "P-3"),
        ({"escalation": {"call": True, "about": [MONITOR]}}, {}, "P-3"),
        ({"escalation": ALONE, f"deferred#{MONITOR}#window": WINDOW}, {}, "C-5"),
        ({"calls#contacts": NOBODY}, {}, "P-4"),
        ({"calls#contacts": NOBODY | {"reason": "TelephoneRefused"}}, {}, "TelephoneRefused"),
    ],
)
def test_why_there_was_no_call(happened: dict[str, Any], more: dict[str, Any], rule: str) -> None:
    plan = more.pop("plan", Plan.RESPOND)
    answer = answers(recorded(happened, plan, **more))[Topic.CALL]

    assert (answer.happened, answer.rule) == (False, rule)


def test_who_took_it_up_before_the_first_call_is_named() -> None:
    taken_up = NOBODY | {"reached": True, "outcome": "acknowledged", "name": "佐藤 花子"}
    answer = answers(recorded({"calls#contacts": taken_up}, Plan.RESPOND))[Topic.CALL]

    assert (answer.happened, answer.why) == (False, "佐藤 花子 had taken it up before")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.ACKNOWLEDGED, "佐藤 太郎 acknowledged"),
        (Outcome.BUSY, "nobody acknowledged (busy)"),
    ],
)
def test_calls_are_told_with_who_acknowledged(outcome: Outcome, said: str) -> None:
    made = (CALLS[0], replace(CALLS[1], outcome=outcome))
    answer = answers(recorded({}, calls=made))[Topic.CALL]

    assert (answer.happened, answer.why) == (True, f"2 calls were made; {said}")
