"""What operators are told, and that they are told it once."""

from typing import Any

import pytest

from escalate import ask_approval, tell_operator
from tests.functions.acme import HTTP, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office, opened
from toban.domain.work import Work
from toban.store.documents import to_document

__all__ = ["notices", "office"]


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


def test_another_fault_of_the_same_incident_is_told_as_well(
    office: PostOffice, rule_clock: RuleClock
) -> None:
    sign()
    incident = to_document(opened(rule_clock))
    for cause in ("graphs", "graphs", "report"):
        fault = {"Error": "Lambda.Unknown", "Cause": cause}
        tell_operator.handler({"incident": incident, "fault": fault}, None)

    told = office.to("operator@msp.example")
    assert ["graphs" in told[0], "report" in told[1]] == [True, True]
    assert len(told) == 2


@pytest.mark.parametrize(
    ("event", "title"),
    [
        ({"fault": {"Error": "TelephoneNotConfiguredError"}}, "電話の設定なし"),
        ({"fault": {"Error": "TelephoneRefused", "Cause": "mend"}}, "架電の異常終了"),
        ({"fault": {"Error": "States.Timeout"}, "callees": "contacts"}, "架電の異常終了"),
        ({"notice": "nobody_reached_managed"}, "担当者全員につながらず"),
        ({"engineers": {"outcome": "nobody_reached"}}, "担当者全員につながらず"),
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


def test_who_is_asked_anew_gets_the_commands_that_are_good_now(
    office: PostOffice, rule_clock: RuleClock
) -> None:
    sign()
    incident, work = opened(rule_clock), Work(HTTP, "nginx")
    asked = {"incident": to_document(incident), "work": to_document(work), "seconds": 60}
    for token in ("first", "first", "second"):
        ask_approval.handler({**asked, "token": token}, None)

    first, second = office.to("operator@msp.example")
    assert ("'first'" in first, "'second'" in second) == (True, True)
