"""The demonstration: its server touches nothing but its folder, and its verdict is earned."""

import io
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.commands.chronicle import Entry
from infra.local.demo import hearing_sheet, keeping
from infra.local.demo.narration import Narrator
from infra.local.demo.server import ORDERS, SHOP, DemonstrationServer, missing_for_real
from infra.local.demo.services import ServiceError
from infra.local.demo.timeline import REPAIRED, ClockPair, Outage

CONTACTS = ("taro@example.jp", "hanako@example.jp")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["embedded", "real"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DemonstrationServer]:
    real = request.param == "real"
    if real and (missing := missing_for_real()):
        pytest.skip(f"real servers need {', '.join(missing)}")
    with DemonstrationServer(tmp_path / "web01", real=real) as server:
        yield server


def test_a_service_is_killed_and_started_again_by_its_init_script(
    server: DemonstrationServer,
) -> None:
    server.shop.kill()
    with pytest.raises(ServiceError, match="shop is stopped"):
        server.services.run(SHOP, "status")

    server.services.run(SHOP, "start")

    assert "shop is running" in server.services.run(SHOP, "status")
    assert server.shop.answers()


def test_a_broken_configuration_keeps_a_service_from_starting_until_it_is_mended(
    server: DemonstrationServer,
) -> None:
    server.break_orders()
    with pytest.raises(ServiceError, match="Starting orders: failed"):
        server.services.run(ORDERS, "start")

    server.mend_orders()

    assert server.orders.answers()


def test_whoever_works_on_the_server_finds_its_own_commands(server: DemonstrationServer) -> None:
    def ask(command: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PATH": server.services.path}
        words = ["/bin/sh", "-c", command]
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    assert "not been booted with systemd" in ask("systemctl status nginx").stderr
    assert "unrecognized service" in ask("service nginx status").stderr
    assert ask("nginx -t").returncode == 0
    server.break_orders()
    assert ask("nginx -t").returncode != 0
    assert ask("who").stdout == ""


def test_nothing_of_the_server_runs_after_its_end(tmp_path: Path) -> None:
    with DemonstrationServer(tmp_path, real=False) as server:
        daemons = [server.shop, server.orders, server.agent]
        assert all(daemon.running for daemon in daemons)

    assert not any(daemon.running for daemon in daemons)


def heard(minutes: float, event: str, key: str = "", owner: str = "demo.web01.incident") -> Entry:
    return Entry(NOON + timedelta(minutes=minutes), owner, key, event)


def outage(*left_out: str) -> Outage:
    """The outage of a story that went well, without some of what happened."""
    found = Outage("demo.web01.http", REPAIRED)
    found.begin(NOON)
    entries = [
        heard(1, "first strike", "strike#1", "demo.web01.http.20261123T120100Z"),
        heard(3, "failure confirmed", "confirmed#demo.web01.http"),
        *(heard(5, f"mail alert to {who}") for who in CONTACTS),
        heard(7, "repair verified by the monitor"),
        *(heard(8, f"mail response_done to {who}") for who in CONTACTS),
        *(heard(9, f"mail recovery to {who}") for who in CONTACTS),
        heard(10, "incident closed"),
    ]
    found.note("repair_start", NOON + timedelta(minutes=6))
    for entry in entries:
        if entry.event not in left_out:
            found.hear(entry)
    return found


def test_a_story_that_went_well_has_no_faults() -> None:
    assert list(outage().faults(CONTACTS)) == []


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("first strike", "demo.web01.http: first strike did not happen."),
        ("repair verified by the monitor", "demo.web01.http: verified did not happen."),
        (
            "mail alert to hanako@example.jp",
            "demo.web01.http: the mail alert went to ['taro@example.jp'], "
            "expected ['hanako@example.jp', 'taro@example.jp'].",
        ),
    ],
)
def test_what_did_not_happen_is_told(left_out: str, sentence: str) -> None:
    assert list(outage(left_out).faults(CONTACTS)) == [sentence]


def test_a_wrong_order_a_second_mail_and_a_needless_call_are_told() -> None:
    story = outage()
    story.facts["repair_start"] = NOON + timedelta(minutes=4)
    story.hear(heard(9, "mail recovery to taro@example.jp"))
    story.hear(heard(9, "telephone calls ended"))

    told = " ".join(story.faults(CONTACTS))

    assert "repair start came before alert mail." in told
    assert "the mail recovery went to ['hanako@example.jp', 'taro@example.jp', 'taro" in told
    assert "people were called although the repair had helped." in told


def test_what_happened_before_the_fault_or_to_others_is_not_counted() -> None:
    story = Outage("demo.web01.http", REPAIRED)
    story.begin(NOON)

    story.hear(heard(-1, "first strike", "strike#1", "demo.web01.http.20261123T115900Z"))
    story.hear(heard(1, "first strike", "strike#1", "demo.web01.orders.20261123T120100Z"))
    story.hear(heard(2, "incident closed", owner="demo.web02.incident"))

    assert set(story.facts) == {"fault"}


def test_a_call_is_told_with_whom_it_was_for() -> None:
    out = io.StringIO()
    called = {"name": "山田 太郎", "number": "+81…5678", "outcome": "no_answer"}
    entry = replace(heard(9, "telephone call", "call#contacts#00#01"), detail=called)

    Narrator(ClockPair(wall=NOON, rule=NOON, speed=20), out).retell(entry)

    assert out.getvalue().endswith("CALL        山田 太郎, +81…5678: no_answer\n")


def test_the_summary_gives_each_fact_in_both_times_in_their_order() -> None:
    pace = ClockPair(wall=NOON, rule=NOON, speed=20)

    summary = outage().summary(pace)

    assert summary["closed"] == {
        "wall": "2026-11-23T12:00:30.000Z",
        "rule": "2026-11-23T12:10:00.000Z",
    }
    assert list(summary)[2:] == list(REPAIRED)


def test_room_is_made_for_a_new_demonstration_and_nothing_else_is_removed(tmp_path: Path) -> None:
    for name in ("mail/old.eml", "executions/old.json", "summary.json", "notes.txt", "mail/my.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    keeping.make_room(tmp_path)

    left = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["mail/my.txt", "notes.txt"]


def test_the_demonstrations_customer_is_a_japanese_one_with_two_contacts(tmp_path: Path) -> None:
    text = hearing_sheet.write(tmp_path / "sheet.yaml", []).read_text(encoding="utf-8")

    assert "株式会社デモ" in text
    assert text.count("mail:") == 2
