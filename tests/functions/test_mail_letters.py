"""What each mail says, in both languages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalate.facts import Facts
from escalate.letter import compose
from tests.testdata.mail import cases, samples
from toban.domain.contract import Customer
from toban.domain.letters import MailKind, Notice
from toban.domain.observation import Reason
from toban.domain.plan import Plan
from toban.domain.repair import HoldReason

BOTH = ("ja", "en")


@pytest.mark.clause("N-4")
@pytest.mark.parametrize("locale", BOTH)
def test_one_alert_mail_lists_all_alerts_the_highest_priority_first(locale: str) -> None:
    letter = compose(cases.case("alert-several", locale))
    found = [
        letter.text.index(f"{monitor.name(locale)}")
        for monitor in (samples.HTTP, samples.PROCESS, samples.URL)
    ]

    assert samples.HTTP.name(locale) in letter.subject
    assert {"ja": "ほか2件", "en": "and 2 more"}[locale] in letter.subject
    assert found == sorted(found)


@pytest.mark.parametrize("locale", BOTH)
def test_a_warning_that_stands_first_does_not_hide_a_failure_behind_it(locale: str) -> None:
    letter = compose(cases.case("alert-with-resource", locale))

    assert {"ja": "[障害]", "en": "[critical]"}[locale] in letter.subject
    assert {"ja": "(検知と同時に確定)", "en": "(confirmed at once)"}[locale] in letter.text


def test_a_monitor_that_is_only_suspected_is_told_of_as_such() -> None:
    assert "確認中     : FTP ポート監視" in compose(cases.case("alert-several", "ja")).text


@pytest.mark.clause("N-4", "C-8")
@pytest.mark.parametrize("plan", list(Plan))
def test_a_server_that_could_not_be_entered_is_told_of_with_the_reason(plan: Plan) -> None:
    facts = replace(
        cases.facts(MailKind.ALERT, "ja", plan),
        diagnostics=cases.case("alert-not-entered", "ja").diagnostics,
    )

    assert (
        "サーバへのログインができず、情報を取得できませんでした(応答なし: 203.0.113.10:22)。"
        in compose(facts).text
    )


@pytest.mark.parametrize(
    ("plan", "next_action"),
    [
        (Plan.NOTIFY, "お手数ですが、サーバの状態をご確認くださいますようお願いいたします。"),
        (
            Plan.RESPOND,
            "これより所定の手順にて一次対応を開始いたします。\n結果は追ってご報告いたします。",
        ),
        (
            Plan.MANAGED,
            "これより一次対応を開始し、復旧しない場合は引き続き調査と復旧作業を行います。",
        ),
    ],
)
def test_the_alert_says_what_happens_next_under_the_plan(plan: Plan, next_action: str) -> None:
    assert next_action in compose(cases.facts(MailKind.ALERT, "ja", plan)).text


@pytest.mark.parametrize("plan", [Plan.RESPOND, Plan.MANAGED])
def test_an_item_without_a_runbook_promises_no_response(plan: Plan) -> None:
    text = compose(cases.facts(MailKind.RESOURCE_ALERT, "ja", plan)).text

    assert "本項目は一次対応の対象外です。\n内容をご確認のうえ、ご対応をお願いいたします。" in text


@pytest.mark.clause("N-5")
def test_a_resource_alert_names_figure_and_threshold_in_its_subject() -> None:
    subject = compose(cases.facts(MailKind.RESOURCE_ALERT, "ja")).subject

    assert subject == (
        "【警告】web01 ディスク使用率 /var 93.4%(閾値 90%) [#acme.web01.20261122T180503Z]"
    )


def test_a_recovery_mail_names_what_is_still_open() -> None:
    assert "残り項目 : ディスク使用率 /var、URL 応答コード監視" in (
        compose(cases.case("recovery-others-open", "ja")).text
    )


def test_the_last_recovery_mail_says_that_all_is_well() -> None:
    assert "残り項目 : なし(全項目復旧)" in compose(cases.facts(MailKind.RECOVERY, "ja")).text


def test_a_recovery_without_us_says_that_we_changed_nothing() -> None:
    text = compose(cases.facts(MailKind.RECOVERY, "ja", Plan.NOTIFY)).text

    assert "弊社ではサーバへの変更を行っておりません。\n本項目への追加のご対応は不要です。" in text


def test_a_recovery_after_our_work_says_what_we_did() -> None:
    text = compose(cases.case("recovery-after-repair", "ja")).text

    assert "弊社にて一次対応(nginx の起動)を実施いたしました。" in text


@pytest.mark.parametrize("kind", [MailKind.RECOVERY, MailKind.FAILURE_CONTACT])
@pytest.mark.parametrize("locale", BOTH)
def test_of_work_whose_end_nobody_saw_no_mail_says_more_than_that(
    kind: MailKind, locale: str
) -> None:
    """The way to the server may have broken, or the work still go on after the calls began."""
    report = replace(samples.held_back(), hold=HoldReason.INTERRUPTED, steps=())
    text = compose(replace(cases.facts(kind, locale, Plan.RESPOND), repair=report)).text

    denials = ("変更を行って", "変更は行わず", "手順はありません", "changed nothing", "no step")
    causes = ("接続が切れ", "cut off", "was lost")
    assert [each for each in (*denials, *causes) if each in text] == []


@pytest.mark.clause("P-2", "P-3")
@pytest.mark.parametrize(
    ("kind", "locale", "ending", "steps"),
    [
        (MailKind.FAILURE_CONTACT, "ja", "復旧に至らなかった理由", "実施手順"),
        (MailKind.FAILURE_CONTACT, "en", "Why it has not recovered", "Steps and results"),
        (MailKind.RESPONSE_DONE, "ja", "確認結果", "実施手順"),
        (MailKind.RESPONSE_DONE, "en", "Result", "Steps"),
    ],
    ids=["failed-ja", "failed-en", "done-ja", "done-en"],
)
def test_how_a_response_ended_is_told_before_its_steps(
    kind: MailKind, locale: str, ending: str, steps: str
) -> None:
    letter = compose(cases.facts(kind, locale, Plan.RESPOND))

    assert letter.text.index(ending) < letter.text.index(steps)
    assert letter.html.index(ending) < letter.html.index(steps)


@pytest.mark.clause("P-3")
def test_a_response_that_changed_nothing_does_not_claim_to_have_tried() -> None:
    text = compose(cases.case("failure_contact-held-back", "ja")).text

    assert "サーバへの変更は見合わせました。" in text
    assert "設定ファイルに誤りがあります" in text
    assert '  | nginx: [emerg] unexpected "}" in /etc/nginx/nginx.conf:62' in text


def test_calls_are_spoken_of_only_where_they_are_made() -> None:
    assert "お電話を差し上げて" not in compose(cases.facts(MailKind.FAILURE_CONTACT, "ja")).text
    assert "お電話を差し上げて" in compose(cases.case("failure_contact-calling", "ja")).text


@pytest.mark.clause("M-1")
def test_a_managed_customer_is_told_that_the_work_goes_on() -> None:
    letter = compose(cases.facts(MailKind.FAILURE_CONTACT, "ja", Plan.MANAGED))

    assert letter.subject.startswith("【対応継続中】web01 HTTP ポート監視 第1報")
    assert "引き続き弊社にて復旧作業を行っております。" in letter.text
    assert "お客様にて復旧作業を" not in letter.text


@pytest.mark.parametrize(
    "kind", sorted({*MailKind} - {MailKind.OPERATOR_NOTICE, MailKind.MONTH_REPORT})
)  # the mail with the monthly report names a month and no time
def test_times_are_the_customers_own(kind: MailKind) -> None:
    facts = cases.facts(kind, "ja")
    letter = compose(replace(facts, diagnostics=None))

    assert "JST" in letter.text
    assert "UTC" not in letter.text
    assert "18:03" not in letter.text


def test_what_is_not_known_is_said_to_be_looked_at() -> None:
    facts = replace(cases.facts(MailKind.FAILURE_CONTACT, "ja"), alerts=(), repair=None)
    text = compose(replace(facts, observation=None)).text

    assert "発生時刻   : 確認中" in text
    assert "現在の状況 : 確認中" in text
    assert "復旧に至らなかった理由(判明分): 確認中" in text


def test_a_monitor_that_the_customer_has_dropped_since_stops_no_mail() -> None:
    gone = replace(samples.HTTP_DOWN, monitor_id="acme.web01.gone")
    facts = replace(cases.facts(MailKind.ALERT, "ja"), alerts=(gone,))

    assert "監視項目   : gone" in compose(facts).text


def test_a_customer_without_japanese_or_english_is_written_to_in_english() -> None:
    customer = Customer("acme", "Acme SARL", (), locale="fr", zone="Europe/Paris")
    letter = compose(replace(cases.facts(MailKind.ALERT, "ja"), customer=customer))

    assert letter.locale == "en"
    assert "2026-11-22 19:03:00 CET" in letter.text


@pytest.mark.parametrize("notice", list(Notice))
@pytest.mark.parametrize("locale", BOTH)
def test_every_notice_says_what_happened_and_what_to_do(notice: Notice, locale: str) -> None:
    facts = replace(cases.facts(MailKind.OPERATOR_NOTICE, locale), notice=notice)

    text = compose(facts).text

    assert len([line for line in text.splitlines() if line.endswith(("。", "."))]) >= 3


@pytest.mark.parametrize("kind", list(MailKind))
def test_facts_that_are_missing_are_the_callers_mistake(kind: MailKind) -> None:
    facts = cases.facts(kind, "ja")

    with pytest.raises(ValueError, match="needs"):
        compose(Facts(kind=kind, provider=facts.provider, now=facts.now))


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("locale", BOTH)
def test_every_reason_makes_a_mail(reason: Reason, locale: str) -> None:
    down = samples.alert(samples.HTTP, reason)

    assert compose(replace(cases.facts(MailKind.ALERT, locale), alerts=(down,))).text


def test_the_same_facts_make_the_same_letter() -> None:
    facts = cases.case("alert-several", "ja")
    later = replace(facts, now=facts.now + timedelta(minutes=9))

    assert compose(facts) == compose(later)


@pytest.mark.clause("P-9")
def test_customers_read_when_people_answer_and_operators_know() -> None:
    told = compose(cases.facts(MailKind.RECOVERY, "ja"))
    notice = compose(cases.facts(MailKind.OPERATOR_NOTICE, "ja"))

    assert "受付時間: 平日 10:00〜18:00" in told.text
    assert "受付時間: 平日 10:00〜18:00" in told.html
    assert "受付時間" not in notice.text + notice.html
