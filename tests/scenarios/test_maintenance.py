"""Announced maintenance: nothing is sent and nothing is touched, and nothing is forgotten
afterwards.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.scenarios.night import HANAKO, TARO, Night
from toban.domain.maintenance import WEEKDAYS

ALICE = "Alice <alice@example.jp>"
HTTP = "demo.web01.http"
QUIET = {"alert", "resource_alert", "recovery"}


def ask(night: Night, action: str, **wanted: Any) -> dict[str, Any]:
    """Do what an operator does, and return the window."""
    asked = {"action": action, "server_id": "demo.web01", "requested_by": ALICE, **wanted}
    answer = night.system.invoke("PlanMaintenanceFunction", asked)
    assert answer["mistakes"] == []
    return dict(answer["windows"][0])


def sent(night: Night, kind: str) -> int:
    return len(night.mailbox.mails(kind, to=TARO))


@pytest.mark.clause("C-5")
def test_an_outage_within_the_window_sends_nothing_and_is_on_record(night: Night) -> None:
    night.watch("respond", night.server.shop_monitor())
    window = ask(night, "plan", minutes=9, reason="kernel update")

    night.server.shop.kill()
    night.expect_on_record("failing in maintenance, nothing sent")
    night.server.services.run("shop", "start")
    ended = night.expect_mail("maintenance_ended")
    night.let_pass(minutes=4)

    assert QUIET.isdisjoint(mail.kind for mail in night.mailbox.mails())
    assert night.executions("Confirm") == night.executions("Incident") == {}
    assert night.executions("Maintenance") == {window["window_id"]: "SUCCEEDED"}
    assert night.mailbox.counts() == {
        (kind, person): 1
        for kind in ("maintenance_accepted", "maintenance_ended")
        for person in (TARO, HANAKO, "alice@example.jp")
    }
    assert "no failure" in ended.text


@pytest.mark.clause("C-5")
def test_what_still_fails_at_the_end_is_alerted_by_the_normal_rule(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())
    ask(night, "plan", minutes=7)

    night.server.shop.kill()
    night.expect_on_record("failing in maintenance, nothing sent")
    ended = night.expect_on_record("maintenance over")
    strike = night.expect_on_record("first strike")
    alert = night.expect_mail("alert")

    assert ended.detail == {"failing": [HTTP]}
    assert strike.at - ended.at < timedelta(minutes=1)
    assert "HTTP" in night.expect_mail("maintenance_ended").text
    assert alert.at > strike.at + timedelta(minutes=2)


@pytest.mark.clause("C-5")
def test_an_extension_is_told_and_holds(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())
    window = ask(night, "plan", minutes=8)
    night.expect_mail("maintenance_accepted")

    night.server.shop.kill()
    longer = ask(night, "extend", window_id=window["window_id"], minutes=8)
    night.system.wait_until(lambda: sent(night, "maintenance_accepted") == 2, rule_seconds=300)
    night.let_pass(minutes=9)
    within = night.mailbox.mails("maintenance_ended") + night.mailbox.mails("alert")
    ended = night.expect_mail("maintenance_ended")

    assert within == []
    subjects = [mail.subject for mail in night.mailbox.mails("maintenance_accepted", to=TARO)]
    assert ["extended" in subject for subject in subjects].count(True) == 1
    assert ended.at.isoformat() >= longer["ends_at"][:19]
    night.expect_mail("alert")


@pytest.mark.clause("C-5")
def test_a_cancelled_window_watches_again_at_once(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())
    window = ask(night, "plan", minutes=600)
    night.expect_mail("maintenance_accepted")

    night.server.shop.kill()
    night.expect_on_record("failing in maintenance, nothing sent")
    ask(night, "cancel", window_id=window["window_id"])
    ended = night.expect_mail("maintenance_ended")

    assert "earlier than planned" in ended.text
    night.expect_mail("alert")


@pytest.mark.clause("C-5")
def test_a_window_of_one_monitor_leaves_the_others_watched(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor(), night.server.orders_monitor())
    ask(night, "plan", minutes=600, monitor_ids=["http"])
    night.expect_mail("maintenance_accepted")

    night.server.shop.kill()
    night.server.orders.kill()
    alert = night.expect_mail("alert")
    night.expect_on_record("failing in maintenance, nothing sent")

    assert "orders" in alert.text
    assert {entry.about for entry in night.on_record("failure confirmed")} == {"demo.web01.orders"}


@pytest.mark.clause("C-5")
def test_a_failure_that_is_being_confirmed_when_maintenance_begins_is_dropped(
    night: Night,
) -> None:
    night.watch("notify", night.server.shop_monitor())

    night.server.shop.kill()
    strike = night.expect_on_record("first strike")
    ask(night, "plan", minutes=600)
    dropped = night.expect_on_record("in maintenance, nothing sent")

    assert dropped.owner == strike.owner
    assert night.executions("Confirm") == {strike.owner: "SUCCEEDED"}
    assert night.mailbox.mails("alert") == []


@pytest.mark.clause("C-5", "N-7")
def test_a_closing_mail_goes_out_in_maintenance_as_well(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())

    night.server.shop.kill()
    night.expect_mail("alert")
    ask(night, "plan", minutes=600)
    night.server.services.run("shop", "start")
    night.expect_mail("recovery")
    night.expect_on_record("incident closed")

    assert night.mailbox.mails("maintenance_ended") == []


@pytest.mark.clause("C-5")
def test_maintenance_that_comes_back_plans_its_next_window_at_the_end(night: Night) -> None:
    night.watch("notify", night.server.shop_monitor())
    soon = (night.now() + timedelta(minutes=3)).astimezone(ZoneInfo("Asia/Tokyo"))
    every_day = {"weekdays": list(WEEKDAYS), "starts": f"{soon:%H:%M}", "minutes": 4}
    window = ask(night, "plan", recurrence=every_day)

    night.server.shop.kill()
    night.expect_on_record("failing in maintenance, nothing sent")
    ended = night.expect_mail("maintenance_ended")
    night.let_pass(minutes=1)

    (following,) = night.executions("Maintenance").keys() - {window["window_id"]}
    tomorrow = datetime.fromisoformat(window["starts_at"]) + timedelta(days=1)
    assert f"{tomorrow:%Y%m%dT%H%M%SZ}" in following
    assert night.executions("Maintenance")[following] == "RUNNING"
    assert "Next      : " in ended.text
    assert sent(night, "maintenance_accepted") == 1
