"""Foreign text, times and figures as a mail shows them."""

import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.testdata.mail.samples import DISK, HTTP
from toban.domain.check import (
    Check,
    HttpQuestion,
    Kind,
    ProcessQuestion,
    Resource,
    ResourceQuestion,
)
from toban.domain.observation import Observation, Reason
from toban.domain.scale import Scale
from toban.text.measure import expected, item_name, observed
from toban.text.moments import moment, time_of_day
from toban.text.plain import lines, one_line, width
from toban.text.renderer import one_sentence_a_line
from toban.text.words import words

AT = datetime(2026, 7, 1, 18, 3, tzinfo=UTC)
HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}
ANYTHING = st.text(alphabet=st.characters(), max_size=400)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Tokyo", "2026-07-02 03:03:00 JST"),
        ("Europe/London", "2026-07-01 19:03:00 BST"),
        ("America/Sao_Paulo", "2026-07-01 15:03:00 UTC-03:00"),
        ("Asia/Kathmandu", "2026-07-01 23:48:00 UTC+05:45"),
        ("UTC", "2026-07-01 18:03:00 UTC"),
    ],
)
def test_a_time_is_shown_in_the_customers_zone(zone: str, shown: str) -> None:
    assert moment(AT, zone) == shown


@pytest.mark.parametrize("zone", ["Asia/Tokio", "", "../etc/passwd", "\x00"])
def test_a_zone_that_does_not_exist_stops_no_mail(zone: str) -> None:
    assert moment(AT, zone) == "2026-07-01 18:03:00 UTC"


def test_a_time_of_day_is_in_the_customers_zone_too() -> None:
    assert time_of_day(AT, "Asia/Tokyo") == "03:03:00"


@pytest.mark.parametrize(
    ("duration", "japanese", "english"),
    [
        (timedelta(seconds=42), "42秒", "42 s"),
        (timedelta(minutes=12, seconds=30), "12分30秒", "12 min 30 s"),
        (timedelta(hours=26, minutes=5, seconds=59), "26時間5分", "26 h 5 min"),
        (timedelta(seconds=-5), "0秒", "0 s"),
    ],
)
def test_a_duration_is_told_in_words(duration: timedelta, japanese: str, english: str) -> None:
    assert words("ja").duration(duration) == japanese
    assert words("en").duration(duration) == english


@given(ANYTHING)
def test_one_line_holds_no_sign_that_steers_anything(text: str) -> None:
    shown = one_line(text)

    assert not {unicodedata.category(sign) for sign in shown} & HARMFUL
    assert len(shown) <= 200
    assert "=?" not in shown
    shown.encode()


@given(ANYTHING, st.integers(10, 40), st.integers(1, 5))
def test_lines_keep_to_their_columns_and_hold_no_sign_that_steers_anything(
    text: str, columns: int, pieces: int
) -> None:
    for line in lines(text, columns, pieces):
        assert width(line) <= columns
        assert not {unicodedata.category(sign) for sign in line} & HARMFUL


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=300))
def test_wrapping_loses_nothing_of_a_line_that_fits_its_pieces(text: str) -> None:
    assert "".join(lines(text, 100, 4)) == text


def test_a_line_too_long_for_its_pieces_is_cut_and_says_so() -> None:
    assert lines("abcdefghij" * 3, columns=10, pieces=2) == ["abcdefghij", "abcdefghi…"]


def test_an_endless_line_costs_no_time() -> None:
    assert len(lines("x" * 10_000_000)) == 4


def test_colours_and_titles_of_a_terminal_are_dropped() -> None:
    assert lines("\x1b]0;owned\x07\x1b[31mERROR\x1b[0m done\r\nnext") == ["ERROR done", "next"]


def test_text_that_would_run_backwards_is_put_straight() -> None:
    assert one_line("safe\u202eexe.txt") == "safeexe.txt"


def test_a_wide_space_in_a_name_is_kept() -> None:
    assert one_line("株式会社\u3000例") == "株式会社\u3000例"


def test_each_sentence_has_its_own_line_and_names_with_dots_stay_whole() -> None:
    assert one_sentence_a_line("確認しました。次です。") == "確認しました。\n次です。"
    assert one_sentence_a_line("See www.example.com now. Then go.") == (
        "See www.example.com now.\nThen go."
    )


def seen(reason: Reason, value: float | None = None) -> Observation:
    return Observation("acme.web01.x", reason, AT, value)


def resource(kind: Resource, threshold: float) -> Check:
    return Check("acme.web01.x", Kind.RESOURCE, "", resource=ResourceQuestion(kind, threshold))


def extended(scale: Scale, threshold: float) -> Check:
    question = ResourceQuestion(Resource.EXTEND, threshold, extend="toban-x", told=scale)
    return Check("acme.web01.x", Kind.STATE, "", resource=question)


HTTP_STATUS = Check("acme.web01.x", Kind.HTTP, "", http=HttpQuestion())
WORD = Check("acme.web01.x", Kind.HTTP, "", http=HttpQuestion(must_contain="welcome"))
NO_WORD = Check("acme.web01.x", Kind.HTTP, "", http=HttpQuestion(must_not_contain="error"))
FEW = Check("acme.web01.x", Kind.PROCESS, "", process=ProcessQuestion("nginx", maximum=5))


@pytest.mark.parametrize(
    ("check", "observation", "shown"),
    [
        (resource(Resource.DISK, 90), seen(Reason.OVER_THRESHOLD, 93.42), "93.4%"),
        (resource(Resource.LOAD, 3), seen(Reason.OVER_THRESHOLD, 3.456), "コアあたり 3.46"),
        (resource(Resource.DISK, 90), seen(Reason.AGENT_SILENT), "監視エージェントの応答なし"),
        (extended(Scale.COUNT, 200), seen(Reason.OVER_THRESHOLD, 214), "214"),
        (extended(Scale.SECONDS, 300), seen(Reason.OVER_THRESHOLD, 301), "301秒"),
        (extended(Scale.PERCENT, 90), seen(Reason.OVER_THRESHOLD, 91), "91.0%"),
        (extended(Scale.COUNT, 1), seen(Reason.BAD_STATE), "異常な状態"),
        (resource(Resource.READ_ONLY, 0), seen(Reason.READ_ONLY), "読み込み専用でマウント"),
        (resource(Resource.REBOOT, 600), seen(Reason.REBOOTED, 180), "180秒"),
        (FEW, seen(Reason.TOO_MANY_PROCESSES, 9.0), "9個"),
        (HTTP.check, seen(Reason.REFUSED), "接続拒否"),
        (None, seen(Reason.TIMEOUT), "応答なし(タイムアウト)"),
    ],
)
def test_what_was_seen_is_a_figure_or_a_reason(
    check: Check | None, observation: Observation, shown: str
) -> None:
    assert observed(words("ja"), check, observation) == shown


@pytest.mark.parametrize(
    ("check", "shown"),
    [
        (resource(Resource.DISK, 90), "90%"),
        (resource(Resource.CPU, 92.5), "92.5%"),
        (resource(Resource.LOAD, 3), "3.0 per core"),
        (extended(Scale.COUNT, 200), "200"),
        (extended(Scale.STATE, 0), "in order"),
        (resource(Resource.CLOCK, 1), "1 s"),
        (resource(Resource.READ_ONLY, 0), "writable"),
        (resource(Resource.REBOOT, 600), "up for 600 s or more"),
        (FEW, "1 to 5"),
        (HTTP.check, "any HTTP answer"),
        (HTTP_STATUS, "status 200 to 399"),
        (WORD, "contains the agreed text"),
        (NO_WORD, "does not contain the agreed text"),
        (Check("acme.web01.x", Kind.TCP, "", 22), "accepts connections"),
        (Check("acme.web01.x", Kind.AGENT, ""), "answers"),
        (Check("acme.web01.x", Kind.ALIVE, ""), "answers"),
        (None, "being checked"),
    ],
)
def test_what_should_be_seen_is_a_threshold_or_a_good_answer(
    check: Check | None, shown: str
) -> None:
    assert expected(words("en"), check) == shown


def test_a_disk_is_named_with_its_mount_point() -> None:
    assert item_name(DISK, "ja") == "ディスク使用率 /var"


def test_zones_are_known_without_the_files_of_the_operating_system() -> None:
    asked = "import zoneinfo; print(zoneinfo.ZoneInfo('Asia/Tokyo').key, zoneinfo.TZPATH)"
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PYTHONTZPATH": ""},
        capture_output=True,
        check=True,
        text=True,
    )

    assert told.stdout.strip() == "Asia/Tokyo ()"
