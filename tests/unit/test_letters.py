"""Who gets which mail, and which mail may follow which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.testdata.mail.samples import CONFIRMED
from toban.domain.check import Kind
from toban.domain.contract import Contact, Customer
from toban.domain.letters import (
    CLOSING_MAILS,
    PROBLEM_MAILS,
    Level,
    MailKind,
    SentMail,
    alert_kind,
    is_due,
    last_part,
    level_of,
    mail_id,
    recipients,
    sent_mail,
)
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan

OPERATOR = "ops@anchor.example"
ALICE, BOB = Contact("Alice", "alice@acme.example"), Contact("Bob", "bob@acme.example")
ACME = Customer("acme", "Acme Ltd", (ALICE, BOB))
INCIDENT = "acme.web01.20261122T180503Z"


def addresses(kind: MailKind, plan: Plan, customer: Customer | None = ACME) -> list[str]:
    return [mailbox.address for mailbox in recipients(kind, plan, customer, OPERATOR)]


@pytest.mark.clause("N-2")
def test_every_contact_gets_the_alert_in_the_registered_order() -> None:
    assert addresses(MailKind.ALERT, Plan.NOTIFY) == [ALICE.mail, BOB.mail]


@pytest.mark.parametrize("plan", [Plan.RESPOND, Plan.MANAGED])
@pytest.mark.parametrize("kind", [MailKind.ALERT, MailKind.RESOURCE_ALERT])
def test_the_operator_gets_the_alerts_of_plans_that_include_a_response(
    kind: MailKind, plan: Plan
) -> None:
    assert addresses(kind, plan) == [ALICE.mail, BOB.mail, OPERATOR]


@pytest.mark.parametrize("plan", list(Plan))
def test_every_plan_gets_the_recovery_mail(plan: Plan) -> None:
    assert addresses(MailKind.RECOVERY, plan) == [ALICE.mail, BOB.mail]


@pytest.mark.clause("P-2", "P-3")
@pytest.mark.parametrize("kind", [MailKind.RESPONSE_DONE, MailKind.FAILURE_CONTACT])
@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (Plan.NOTIFY, []),
        (Plan.RESPOND, [ALICE.mail, BOB.mail]),
        (Plan.MANAGED, [ALICE.mail, BOB.mail]),
    ],
)
def test_only_plans_with_a_response_are_told_how_it_ended(
    kind: MailKind, plan: Plan, told: list[str]
) -> None:
    assert addresses(kind, plan) == told


@pytest.mark.parametrize("plan", list(Plan))
def test_a_notice_goes_to_the_operators_alone(plan: Plan) -> None:
    assert addresses(MailKind.OPERATOR_NOTICE, plan) == [OPERATOR]


def test_a_notice_needs_no_customer() -> None:
    assert addresses(MailKind.OPERATOR_NOTICE, Plan.NOTIFY, None) == [OPERATOR]


def test_nobody_gets_a_mail_twice() -> None:
    contacts = (ALICE, Contact("Alice again", "Alice@acme.example"), Contact("Desk", OPERATOR))
    customer = Customer("acme", "Acme Ltd", contacts)

    assert addresses(MailKind.ALERT, Plan.RESPOND, customer) == [ALICE.mail, OPERATOR]


def test_who_has_no_address_is_left_out() -> None:
    customer = Customer("acme", "Acme Ltd", (Contact("Carol", ""), BOB))

    assert [each.address for each in recipients(MailKind.ALERT, Plan.RESPOND, customer, "")] == [
        BOB.mail
    ]


MONITOR = "acme.web01.http"
KINDS = list(MailKind)


@pytest.mark.clause("N-8")
@pytest.mark.parametrize("kind", sorted(set(MailKind) - PROBLEM_MAILS))
def test_without_a_problem_mail_no_other_mail_follows(kind: MailKind) -> None:
    assert not is_due(kind, MONITOR, [])


@pytest.mark.parametrize("problem", sorted(PROBLEM_MAILS))
@pytest.mark.parametrize("kind", list(MailKind))
def test_after_a_problem_mail_every_mail_may_follow(kind: MailKind, problem: MailKind) -> None:
    assert is_due(kind, MONITOR, [SentMail(problem, "")])


@pytest.mark.parametrize("problem", sorted(PROBLEM_MAILS))
def test_a_problem_mail_opens_the_exchange(problem: MailKind) -> None:
    assert is_due(problem, MONITOR, [])


@pytest.mark.clause("P-7")
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(["http", "mysql"])), max_size=30))
def test_whatever_is_asked_for_a_told_alert_is_closed_by_one_kind_of_mail(
    asked: list[tuple[MailKind, str]],
) -> None:
    sent = [SentMail(MailKind.ALERT, "")]
    for kind, item in asked:
        if is_due(kind, f"acme.web01.{item}", sent):
            sent.append(SentMail(kind, item))

    for item in ("http", "mysql"):
        assert len({mail.kind for mail in sent if mail.about == item} & CLOSING_MAILS) <= 1


@pytest.mark.clause("P-7")
def test_one_monitor_resumes_and_another_recovers() -> None:
    sent = [SentMail(MailKind.ALERT, ""), SentMail(MailKind.RESUMED, "http")]

    assert not is_due(MailKind.RECOVERY, "acme.web01.http", sent)
    assert is_due(MailKind.RECOVERY, "acme.web01.mysql", sent)


@pytest.mark.clause("P-6", "P-7", "M-1")
@pytest.mark.parametrize(
    ("kind", "plans"),
    [
        (MailKind.UNREACHABLE_ALL, {Plan.RESPOND, Plan.MANAGED}),
        (MailKind.RESUMED, {Plan.RESPOND}),
        (MailKind.PROGRESS, {Plan.MANAGED}),
    ],
)
def test_only_plans_with_a_telephone_are_told_what_became_of_it(
    kind: MailKind, plans: set[Plan]
) -> None:
    assert {plan for plan in Plan if addresses(kind, plan)} == plans
    assert all(addresses(kind, plan) == [ALICE.mail, BOB.mail] for plan in plans)


def test_the_same_mail_has_the_same_id_however_the_address_is_written() -> None:
    once = mail_id(INCIDENT, MailKind.RECOVERY, "acme.web01.http", "alice@acme.example")
    again = mail_id(INCIDENT, MailKind.RECOVERY, "acme.web01.http", " Alice@ACME.example")

    assert once == again


def test_a_mail_id_tells_what_it_is_and_hides_who_gets_it() -> None:
    found = mail_id(INCIDENT, MailKind.RECOVERY, "acme.web01.http", "alice@acme.example")

    assert found.startswith(f"{INCIDENT}.recovery.http.")
    assert "alice" not in found


NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,19}", fullmatch=True)
MAILS = st.tuples(
    st.sampled_from(list(MailKind)),
    st.one_of(st.just(""), NAMES.map("acme.web01.{}".format)),
    NAMES.map("{}@acme.example".format),
)


@given(MAILS)
def test_a_mail_id_tells_what_the_mail_was_about(mail: tuple[MailKind, str, str]) -> None:
    kind, subject, _ = mail
    name = mail_id(INCIDENT, *mail)

    assert sent_mail(INCIDENT, name) == SentMail(kind, last_part(subject), name)


@given(MAILS, MAILS)
def test_different_mails_have_different_ids(
    one: tuple[MailKind, str, str], other: tuple[MailKind, str, str]
) -> None:
    assert (mail_id(INCIDENT, *one) == mail_id(INCIDENT, *other)) == (one == other)


@pytest.mark.parametrize(
    ("check", "reason", "level"),
    [
        (Kind.HTTP, Reason.REFUSED, Level.CRITICAL),
        (Kind.PROCESS, Reason.NO_PROCESS, Level.CRITICAL),
        (Kind.RESOURCE, Reason.OVER_THRESHOLD, Level.WARNING),
        (Kind.RESOURCE, Reason.OK, Level.OK),
        (Kind.STATE, Reason.READ_ONLY, Level.CRITICAL),
        (Kind.STATE, Reason.BAD_STATE, Level.CRITICAL),
        (Kind.STATE, Reason.OVER_THRESHOLD, Level.WARNING),
        (Kind.STATE, Reason.REBOOTED, Level.WARNING),
        (Kind.TCP, Reason.BLIND, Level.UNKNOWN),
    ],
)
def test_the_level_follows_from_what_was_seen(check: Kind, reason: Reason, level: Level) -> None:
    assert level_of(check, Observation("acme.web01.x", reason, CONFIRMED)) is level


@pytest.mark.parametrize(
    ("value", "level"), [(59.9, Level.WARNING), (60, Level.CRITICAL), (None, Level.WARNING)]
)
def test_a_figure_of_a_state_is_critical_from_its_second_stage_on(
    value: float | None, level: Level
) -> None:
    seen = Observation("acme.web01.x", Reason.OVER_THRESHOLD, CONFIRMED, value)

    assert level_of(Kind.STATE, seen, grave_from=60) is level
    assert level_of(Kind.STATE, seen) is Level.WARNING


@pytest.mark.parametrize(
    ("checks", "kind"),
    [
        ([Kind.RESOURCE], MailKind.RESOURCE_ALERT),
        ([Kind.RESOURCE, Kind.RESOURCE], MailKind.RESOURCE_ALERT),
        ([Kind.RESOURCE, Kind.HTTP], MailKind.ALERT),
        ([Kind.HTTP], MailKind.ALERT),
    ],
)
def test_only_resources_over_their_threshold_make_a_resource_alert(
    checks: list[Kind], kind: MailKind
) -> None:
    assert alert_kind(checks) is kind


@pytest.mark.clause("M-1")
def test_engineers_are_mailed_of_what_they_take_over_and_of_nothing_else() -> None:
    duty = Contact("Dana", "dana@msp.example")

    def addresses(kind: MailKind, plan: Plan) -> list[str]:
        found = recipients(kind, plan, None, "", engineers=[duty])
        return [mailbox.address for mailbox in found]

    assert addresses(MailKind.FAILURE_CONTACT, Plan.MANAGED) == ["dana@msp.example"]
    assert addresses(MailKind.FAILURE_CONTACT, Plan.RESPOND) == []
    assert addresses(MailKind.ALERT, Plan.MANAGED) == []
