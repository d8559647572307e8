"""Who is told of maintenance, and how often (catalogue 8.1)."""

from datetime import UTC, datetime

import pytest

from contract.plan_next_window import handler as plan_next_window
from escalate import post
from escalate.send_maintenance_mail import OVER
from escalate.send_maintenance_mail import handler as send_maintenance_mail
from probe.check_after_maintenance import OVER as OVER_WHEN_CHECKED
from tests.functions.acme import ALICE, BOB, HTTP, SERVER, sign
from tests.functions.announcing import ask, planned
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice
from toban.clients import client
from toban.store import record

CAROL = "carol@agency.example"


@pytest.fixture
def office(machines: None, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    made = PostOffice()
    monkeypatch.setattr(
        post, "client", lambda service: made if service == "sesv2" else client(service)
    )
    sign()
    return made


def accept(window_id: str) -> int:
    event = {"kind": "maintenance_accepted", "window_id": window_id}
    return int(send_maintenance_mail(event, None)["sent"])


def end(window_id: str) -> int:
    event = {"kind": "maintenance_ended", "window_id": window_id}
    return int(send_maintenance_mail(event, None)["sent"])


@pytest.mark.clause("C-5", "N-2")
def test_all_contacts_and_the_requester_are_told(rule_clock: RuleClock, office: PostOffice) -> None:
    accept(planned(minutes=60, requested_by=f"Carol <{CAROL}>", reason="kernel update"))

    assert [address for address, _ in office.letters] == [ALICE.mail, BOB.mail, CAROL]
    assert "2026-11-23 19:00〜2026-11-23 20:00 JST" in office.to(CAROL)[0]
    assert "kernel update" in office.to(ALICE.mail)[0]


def test_a_requester_who_is_a_contact_has_one_mail(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    accept(planned(minutes=60, requested_by=ALICE.mail.upper()))

    assert len(office.letters) == 2


def test_a_mail_whose_step_is_repeated_goes_out_once(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    window_id = planned(minutes=60)
    for _ in range(3):
        accept(window_id)
        end(window_id)

    assert len(office.letters) == 4


@pytest.mark.clause("C-5")
def test_each_extension_is_told_with_the_new_end(rule_clock: RuleClock, office: PostOffice) -> None:
    window_id = planned(minutes=60)
    accept(window_id)
    ask("extend", window_id=window_id, minutes=30)
    accept(window_id)
    accept(window_id)

    first, second = office.to(ALICE.mail)
    assert "延長" in second
    assert "20:30 JST" in second
    assert "延長" not in first.partition("ご依頼者")[0]


@pytest.mark.clause("C-5")
def test_maintenance_that_comes_back_is_accepted_once_and_ends_each_time(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    sundays = {"weekdays": ["sun"], "starts": "02:00", "minutes": 60, "holidays": "skip"}
    first = planned(recurrence=sundays)
    accept(first)
    rule_clock.at = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)
    second = str(plan_next_window({"window_id": first}, None)["window_id"])
    end(first)
    accept(second)
    rule_clock.at = datetime(2026, 12, 5, 18, 0, tzinfo=UTC)
    end(second)

    told = office.to(ALICE.mail)
    assert [mail.partition("】")[0] for mail in told] == [
        "【監視停止受付",
        "【監視再開",
        "【監視再開",
    ]
    assert "毎週日曜日 02:00 から1時間0分(祝日を除く)" in told[0]
    assert "次回     : 2026-12-06 02:00" in told[1]


@pytest.mark.clause("C-5")
def test_the_end_names_what_still_fails(rule_clock: RuleClock, office: PostOffice) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(3_600)
    record.append(window_id, "ended", rule_clock(), OVER, {"failing": [HTTP]})
    end(window_id)

    assert "異常項目 : HTTP ポート監視" in office.to(ALICE.mail)[0]
    assert OVER == OVER_WHEN_CHECKED


def test_an_end_that_nobody_could_check_claims_nothing(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    window_id = planned(minutes=60)
    rule_clock.pass_by(3_600)
    end(window_id)

    assert "終了時の確認" not in office.to(ALICE.mail)[0]


def test_an_end_within_another_window_says_so(rule_clock: RuleClock, office: PostOffice) -> None:
    window_id = planned(minutes=60)
    planned(minutes=120, monitor_ids=["mysql"])
    rule_clock.pass_by(3_600)
    end(window_id)

    assert (
        "別のメンテナンス時間帯(2026-11-23 19:00〜2026-11-23 21:00 JST)"
        in (office.to(ALICE.mail)[0])
    )


def test_a_window_that_was_called_off_is_told_as_such(
    rule_clock: RuleClock, office: PostOffice
) -> None:
    window_id = planned(starts_at="2026-11-24 02:00", minutes=60)
    ask("cancel", window_id=window_id)
    end(window_id)

    assert office.to(ALICE.mail)[0].startswith("【監視停止取消】web01 2026-11-24 02:00")
    assert SERVER not in office.to(ALICE.mail)[0].splitlines()[0]
