"""`toban why` and `toban incident show` answer from production's own tables."""

from datetime import timedelta

import pytest

from infra.local.command import main
from infra.local.commands.chronicle import Feed
from tests.functions.acme import HTTP, MYSQL, SERVER, confirmed, failing, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import notices, office, opened, seen, send
from toban.domain.maintenance import Window, window_id
from toban.domain.plan import Plan
from toban.store import incidents, maintenance, record, states

__all__ = ["notices", "office"]
pytestmark = pytest.mark.usefixtures("office", "notices")


@pytest.fixture(autouse=True)
def _on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main([*words, "--endpoint", "aws"])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_monitor_that_never_failed_has_nothing_to_explain(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()

    status, out, _ = ask(capsys, "why", HTTP)

    assert status == 0
    assert out.splitlines() == [
        f"{HTTP}: HTTP, plan respond",
        "Now: ok, and has never been anything else",
        "",
        "No failure is on record.",
    ]


def test_a_monitor_that_nobody_knows_is_refused_in_one_sentence(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()

    status, out, err = ask(capsys, "why", "acme.web01.nothing")

    assert (status, out) == (2, "")
    assert err.startswith("Nothing is known of the monitor 'acme.web01.nothing'")


@pytest.mark.clause("N-8")
def test_why_there_was_no_mail_about_a_blip(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    suspicion = confirmed(HTTP, rule_clock())
    record.append(suspicion.name, "strike#1", rule_clock(), "first strike", suspicion)
    rule_clock.pass_by(60)
    record.append(suspicion.name, "ended", rule_clock(), "cleared by itself, nothing sent")

    _, out, _ = ask(capsys, "why", HTTP)

    assert f"a failing check that came to nothing ({suspicion.name})" in out
    assert "mail    no  10:01:00Z  it answered again before the third failure in a row (N-8)" in out


@pytest.mark.clause("C-5")
def test_why_there_was_no_mail_in_maintenance(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    ends = rule_clock() + timedelta(hours=2)
    name = window_id(SERVER, rule_clock())
    window = Window(name, SERVER, rule_clock(), ends, "Alice")
    maintenance.add(window)
    rule_clock.pass_by(600)
    maintenance.note_failing(window, failing(HTTP, rule_clock()))

    _, out, _ = ask(capsys, "why", HTTP)

    assert f"In maintenance until 2026-11-23 12:00:00Z: {name} (C-5)" in out
    assert f"failing in maintenance ({name})" in out
    assert "announced maintenance was under way (C-5)" in out


def test_an_incident_is_explained_question_by_question(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(Plan.RESPOND)
    incident = opened(rule_clock, HTTP, MYSQL)
    rule_clock.pass_by(60)
    send(incident, "alert")
    held = {"allowed": False, "rail": "unit_per_hour"}
    record.append(incident.incident_id, f"rails#{HTTP}", rule_clock(), "rails", held)
    send(incident, "recovery", monitor_id=HTTP, observation=seen(HTTP, rule_clock))

    _, out, _ = ask(capsys, "why", HTTP)

    assert f"incident {incident.incident_id}, open" in out
    assert "mail    yes 10:01:00Z  the alert went to 3 addresses (N-4 (6))" in out
    assert "repair  no  10:01:00Z  a rail held it back (rail unit_per_hour)" in out
    assert "people are not called for this item" in out
    assert "closing yes 10:01:00Z  a recovery mail told of the end" in out


def test_an_incident_of_another_monitor_is_not_told(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    opened(rule_clock, MYSQL)

    _, out, _ = ask(capsys, "why", HTTP)

    assert "No failure is on record." in out


def test_an_incident_of_a_monitor_whose_name_begins_the_same_is_not_told(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    incident = opened(rule_clock, MYSQL)
    record.append(incident.incident_id, f"not-needed#{HTTP}s", rule_clock(), "up again")

    _, out, _ = ask(capsys, "why", HTTP)

    assert "No failure is on record." in out


def test_an_incident_that_waits_for_a_monitor_is_not_told_as_that_monitors(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    incident = opened(rule_clock, MYSQL)
    record.append(incident.incident_id, f"deferred#{MYSQL}#{HTTP}", rule_clock(), "deferred")

    _, out, _ = ask(capsys, "why", HTTP)

    assert "No failure is on record." in out


@pytest.mark.clause("P-6")
def test_a_paused_monitor_says_why_it_keeps_quiet(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    incident = opened(rule_clock)
    states.pause(HTTP, incident.incident_id, rule_clock())

    _, out, _ = ask(capsys, "why", HTTP)

    assert f"Now: paused since 2026-11-23 10:00:00Z, incident {incident.incident_id}" in out
    assert "no mail, repair or call until the first good check resumes it (P-6, P-7)" in out


def test_only_the_latest_failures_are_explained_unless_more_are_asked_for(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    for _ in range(7):
        suspicion = confirmed(HTTP, rule_clock())
        record.append(suspicion.name, "ended", rule_clock(), "cleared by itself, nothing sent")
        rule_clock.pass_by(600)

    assert ask(capsys, "why", HTTP)[1].count("came to nothing") == 5
    assert ask(capsys, "why", HTTP, "--latest", "50")[1].count("came to nothing") == 7


def test_the_record_of_an_incident_is_shown_in_words(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    incident = opened(rule_clock)
    record.append(incident.incident_id, f"confirmed#{HTTP}", rule_clock(), "failure confirmed")
    rule_clock.pass_by(60)
    send(incident, "alert")
    rule_clock.pass_by(60)
    record.append(incident.incident_id, "closed", rule_clock(), "incident closed")
    incidents.close(incident.incident_id, rule_clock())

    status, out, _ = ask(capsys, "incident", "show", incident.incident_id)

    assert status == 0
    head, *lines = out.splitlines()
    assert head == f"{incident.incident_id}: plan respond, opened 2026-11-23 10:00:00Z"
    assert "10:00:00Z  http: failure confirmed" in lines[0]
    assert "10:01:00Z  mail alert to alice@acme.example" in out
    assert lines[-1] == "10:02:00Z  Work on the incident ended"


def test_the_record_of_a_blip_is_shown_in_words(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    sign()
    suspicion = confirmed(HTTP, rule_clock())
    record.append(suspicion.name, "strike#1", rule_clock(), "first strike", suspicion.observation)

    _, out, _ = ask(capsys, "incident", "show", suspicion.name)

    assert f"{suspicion.name}: no incident came of it" in out


def test_news_are_what_happened_since_the_start_each_once(rule_clock: RuleClock) -> None:
    record.append("acme.web01.x", f"confirmed#{HTTP}", rule_clock(), "failure confirmed")
    rule_clock.pass_by(60)
    news = Feed(since=rule_clock())
    record.append("acme.web01.x", f"deferred#{HTTP}#{MYSQL}", rule_clock(), "response deferred")

    assert [(entry.event, entry.about) for entry in news.unheard()] == [("response deferred", HTTP)]
    assert not news.unheard()
