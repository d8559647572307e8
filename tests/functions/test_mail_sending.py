"""Mails on their way: gathered from the tables, sent once, none kept back for another's sake."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from escalate import post, send_mail, tell_operator
from tests.functions.acme import ALICE, BOB, HTTP, LOAD, MYSQL, SERVER, confirmed, sign
from tests.functions.conftest import RuleClock
from tests.functions.test_admission import admit
from toban.clients import client
from toban.domain.call import Call, Callees, CallId, Outcome
from toban.domain.contract import Contact
from toban.domain.incident import Incident
from toban.domain.letters import MailKind
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.repair import RepairOutcome, RepairReport
from toban.store import calls, contracts, evidence, incidents, mails, record
from toban.store.documents import to_document


class PostOffice:
    """SES as the handlers see it: keeps what it takes, refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        self.refuses: dict[str, str] = {}

    def send_email(self, **mail: Any) -> dict[str, str]:
        (address,) = mail["Destination"]["ToAddresses"]
        if code := self.refuses.get(address):
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "SendEmail")
        raw = mail["Content"]["Raw"]["Data"]
        message = email.message_from_bytes(raw, policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body
        self.letters.append((address, f"{message['Subject']}\n{body.get_content()}"))
        return {"MessageId": f"ses-{len(self.letters)}"}

    def to(self, address: str) -> list[str]:
        return [text for each, text in self.letters if each == address]


@pytest.fixture
def office(aws: None, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    made = PostOffice()
    monkeypatch.setattr(
        post, "client", lambda service: made if service == "sesv2" else client(service)
    )
    return made


@pytest.fixture
def notices(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What is handed to the operators' notice; it is carried out as Lambda would."""
    handed: list[dict[str, Any]] = []
    monkeypatch.setenv("TELL_OPERATOR_FUNCTION", "toban-tell-operator")
    monkeypatch.setattr(
        "escalate.refusals.invoke_later",
        lambda _, event: handed.append(to_document(event)),
    )
    yield handed


def opened(rule_clock: RuleClock, *monitor_ids: str) -> Incident:
    for monitor_id in monitor_ids or (HTTP,):
        incident = admit(confirmed(monitor_id, rule_clock()))
    incidents.gather(incident.incident_id)
    return replace(incident, plan=contracts.server(SERVER).plan)


def asked(incident: Incident, kind: str, **more: Any) -> dict[str, Any]:
    return {"incident": to_document(incident), "kind": kind, **more}


def send(incident: Incident, kind: str, **more: Any) -> dict[str, Any]:
    return send_mail.handler(asked(incident, kind, **more), None)


def seen(monitor_id: str, rule_clock: RuleClock, reason: Reason = Reason.OK) -> dict[str, Any]:
    return dict(to_document(Observation(monitor_id, reason, rule_clock())))


def test_every_contact_and_the_operators_get_the_alert_once(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)

    assert send(incident, "alert") == {"sent": 3, "refused": 0}
    assert send(incident, "alert") == {"sent": 3, "refused": 0}
    assert [address for address, _ in office.letters] == [
        ALICE.mail,
        BOB.mail,
        "operator@msp.example",
    ]
    assert notices == []


@pytest.mark.clause("N-10")
@pytest.mark.parametrize(
    "address", ["bob(at)acme.example", "ボブ@acme.example", "bob@acme@example"]
)
def test_an_address_that_is_none_stops_nobody_elses_mail(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock, address: str
) -> None:
    sign()
    customer = contracts.customer("acme")
    contracts.save_customer(replace(customer, contacts=(Contact("Bob", address), ALICE)))
    incident = opened(rule_clock)

    assert send(incident, "alert") == {"sent": 2, "refused": 1}
    assert len(office.to(ALICE.mail)) == 1
    assert len(notices) == 1


@pytest.mark.clause("N-10")
def test_the_operators_are_told_once_which_address_was_refused(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    office.refuses[BOB.mail] = "MessageRejected"
    incident = opened(rule_clock)
    send(incident, "alert")
    send(incident, "alert")

    for notice in notices:
        tell_operator.handler(notice, None)

    told = [text for text in office.to("operator@msp.example") if "メール送信不可" in text]
    assert len(told) == 1
    assert BOB.mail in told[0]


@pytest.mark.clause("N-10")
def test_a_customer_without_any_usable_address_holds_up_nothing(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.NOTIFY)
    customer = contracts.customer("acme")
    contracts.save_customer(replace(customer, contacts=(Contact("Bob", "bob"),)))

    assert send(opened(rule_clock), "alert") == {"sent": 0, "refused": 1}
    assert len(notices) == 1


def test_when_ses_refuses_everybody_the_fault_is_ours_and_the_step_runs_again(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.NOTIFY)
    office.refuses = dict.fromkeys([ALICE.mail, BOB.mail], "MessageRejected")

    with pytest.raises(post.MailError):
        send(opened(rule_clock), "alert")


def test_a_mail_that_is_owed_is_sent_by_the_next_run_and_the_others_are_not_sent_again(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.NOTIFY)
    incident = opened(rule_clock)
    office.refuses[ALICE.mail] = "ThrottlingException"
    with pytest.raises(post.MailError):
        send(incident, "alert")
    office.refuses.clear()

    send(incident, "alert")

    assert (len(office.to(ALICE.mail)), len(office.to(BOB.mail))) == (1, 1)


@pytest.mark.clause("N-8")
def test_a_closing_mail_without_a_problem_mail_is_withheld_and_on_record(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)

    send(incident, "recovery", monitor_id=HTTP, observation=seen(HTTP, rule_clock))

    assert office.letters == []
    assert [event.sort for event in record.events(incident.incident_id)] == ["withheld"]


@pytest.mark.clause("P-7")
def test_a_monitor_that_resumed_is_not_told_to_have_recovered_as_well(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock, HTTP, MYSQL)
    send(incident, "alert")
    for kind, monitor_id in (("resumed", HTTP), ("recovery", HTTP), ("recovery", MYSQL)):
        observation = seen(monitor_id, rule_clock)
        send(incident, kind, monitor_id=monitor_id, observation=observation)

    sent = [(mail.kind, mail.about) for mail in mails.sent(incident.incident_id)]
    assert (MailKind.RESUMED, "http") in sent
    assert (MailKind.RECOVERY, "http") not in sent
    assert (MailKind.RECOVERY, "mysql") in sent


def test_a_monitor_that_was_repaired_along_with_another_is_told_of_that_repair(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock, HTTP, MYSQL)
    send(incident, "alert")
    report = RepairReport(HTTP, "nginx", RepairOutcome.ACTED, rule_clock(), changed=True)
    evidence.save(incident.incident_id, f"repair-{MYSQL}", report)

    send(incident, "recovery", monitor_id=MYSQL, observation=seen(MYSQL, rule_clock))

    assert "弊社にて一次対応(nginx の再起動)を実施いたしました。" in office.to(ALICE.mail)[-1]


def test_a_failure_mail_tells_what_was_seen_last(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    rule_clock.pass_by(60)
    after = [Observation(HTTP, Reason.TIMEOUT, rule_clock())]
    record.append(incident.incident_id, f"failed#{HTTP}", rule_clock(), "repair failed", after)

    send(incident, "failure_contact", monitor_id=HTTP)

    assert "現在の状況 : 応答なし(タイムアウト)" in office.to(ALICE.mail)[-1]


def test_a_failure_mail_without_news_tells_what_raised_the_alert(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")

    send(incident, "failure_contact", monitor_id=HTTP)

    assert "現在の状況 : 接続拒否" in office.to(ALICE.mail)[-1]


@pytest.mark.clause("P-3")
@pytest.mark.parametrize(("instance", "promised"), [("", False), ("arn:aws:connect:x", True)])
def test_calls_are_promised_only_where_there_is_a_telephone(
    office: PostOffice,
    notices: list[dict[str, Any]],
    rule_clock: RuleClock,
    monkeypatch: pytest.MonkeyPatch,
    instance: str,
    promised: bool,
) -> None:
    server = sign()
    monitors = tuple(replace(each, phone=True) for each in server.monitors)
    contracts.save_server(replace(server, monitors=monitors))
    monkeypatch.setenv("CONNECT_INSTANCE", instance)
    incident = opened(rule_clock)
    send(incident, "alert")

    send(incident, "failure_contact", monitor_id=HTTP)

    text = office.to(ALICE.mail)[-1]
    assert ("ご登録の連絡先へ順にお電話を差し上げております。" in text) is promised


@pytest.mark.clause("P-6")
def test_the_mail_that_nobody_was_reached_carries_the_log_of_calls(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    rang = Call(0, 0, "Alice", "+81*****0001", rule_clock(), Outcome.NO_ANSWER, 30)
    call_id = CallId(incident.incident_id, Callees.CONTACTS, 0, 0)
    calls.plan(call_id, "nonce")
    calls.settle(call_id, rang)

    send(incident, "unreachable_all", monitor_ids=[HTTP])

    for contact in (ALICE, BOB):
        text = office.to(contact.mail)[-1]
        assert "1. Alice 様 2026-11-23 19:00:00 JST 呼出30秒 応答なし" in text


@pytest.mark.clause("P-6")
def test_nobody_is_told_of_a_pause_when_all_has_recovered_meanwhile(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")

    assert send(incident, "unreachable_all", monitor_ids=[]) == {"sent": 0, "refused": 0}


@pytest.mark.clause("P-7")
def test_the_mail_that_a_monitor_resumed_tells_since_when_it_was_paused(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    send(incident, "alert")
    record.append(incident.incident_id, f"paused#{HTTP}", rule_clock(), "paused")
    rule_clock.pass_by(7_200)

    send(incident, "resumed", monitor_id=HTTP, observation=seen(HTTP, rule_clock))

    text = office.to(ALICE.mail)[-1]
    assert "停止日時 : 2026-11-23 19:00:00 JST" in text
    assert "再開日時 : 2026-11-23 21:00:00 JST" in text


@pytest.mark.clause("M-1")
def test_managed_customers_get_each_report_once_and_hear_when_the_next_comes(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign(Plan.MANAGED)
    incident = opened(rule_clock)
    send(incident, "alert")
    for number in (2, 2, 3):
        send(incident, "progress", number=number)

    reports = [text for text in office.to(ALICE.mail) if "対応継続中" in text]
    assert [text.partition("【")[2].split()[3] for text in reports] == ["第2報", "第3報"]
    assert "次回のご報告は 2026-11-23 20:00 JST 頃を予定しております。" in reports[0]


def test_an_alert_goes_out_although_its_monitor_has_left_the_contract(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    server = sign()
    incident = opened(rule_clock)
    contracts.save_server(replace(server, monitors=server.monitors[1:]))

    assert send(incident, "alert")["sent"] == 3
    assert "監視項目   : http" in office.to(ALICE.mail)[0]


def test_a_resource_alone_makes_a_resource_alert(
    office: PostOffice, notices: list[dict[str, Any]], rule_clock: RuleClock
) -> None:
    sign()
    send(opened(rule_clock, LOAD), "alert")

    assert office.to(ALICE.mail)[0].startswith("【警告】")


STATE: dict[str, Any] = {
    "judged": {"disarmed": True},
    "picked": {"work": {"unit": "nginx"}},
    "fault": {"Error": "States.Timeout", "Cause": ""},
    "diagnostics": {"failure": "timeout: 192.0.2.10:22", "host_key_changed": False},
}


def subjects(office: PostOffice) -> list[str]:
    return [text.splitlines()[0] for text in office.to("operator@msp.example")]


def test_a_state_tells_the_operators_everything_that_is_in_it_once(
    office: PostOffice, rule_clock: RuleClock
) -> None:
    sign()
    incident = opened(rule_clock)
    for _ in range(2):
        tell_operator.handler({"incident": to_document(incident), **STATE}, None)

    assert [each.partition("web01 ")[2].split(" [")[0] for each in subjects(office)] == [
        "一次対応手順の自動停止",
        "処理の異常終了",
        "サーバにログイン不可",
    ]


@pytest.mark.parametrize(
    ("event", "title"),
    [
        ({"fault": {"Error": "TelephoneNotConfiguredError"}}, "電話の設定なし"),
        ({"fault": {"Error": "TelephoneRefused", "Cause": "mend"}}, "架電の異常終了"),
        ({"fault": {"Error": "States.Timeout"}, "callees": "contacts"}, "架電の異常終了"),
        ({"notice": "nobody_reached_managed"}, "担当者全員につながらず"),
        ({"diagnostics": {"failure": "x", "host_key_changed": True}}, "ホスト鍵の変更を検知"),
    ],
)
def test_what_operators_must_mend_has_its_own_notice(
    office: PostOffice, rule_clock: RuleClock, event: dict[str, Any], title: str
) -> None:
    sign()
    tell_operator.handler({"incident": to_document(opened(rule_clock)), **event}, None)

    (subject,) = subjects(office)
    assert title in subject


def test_the_daily_reminder_lists_the_paused_monitors_once_a_day(
    office: PostOffice, rule_clock: RuleClock
) -> None:
    line = f"{HTTP}  2026-11-20"
    for day in ("2026-11-23", "2026-11-23", "2026-11-24"):
        tell_operator.handler({"paused": {"day": day, "lines": [line]}}, None)

    assert [line in text for text in office.to("operator@msp.example")] == [True, True]


def test_a_round_without_sight_is_told_once(office: PostOffice, rule_clock: RuleClock) -> None:
    blind = {"shard": "every-3-min.phase-0.shard-000", "scheduled_at": "2026-11-23T10:00:00Z"}
    tell_operator.handler({"blind": blind}, None)
    tell_operator.handler({"blind": blind}, None)

    assert len(subjects(office)) == 1


def test_nothing_is_said_of_a_state_in_which_nothing_went_wrong(
    office: PostOffice, rule_clock: RuleClock
) -> None:
    sign()
    event = {"incident": to_document(opened(rule_clock)), "diagnostics": {"failure": ""}}

    assert tell_operator.handler(event, None) == {"sent": 0, "refused": 0}
