"""What is said on the telephone: both languages, harmless, and to be understood when heard."""

import itertools
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from jinja2 import UndefinedError

from toban.text.spoken import (
    Prompt,
    said,
    speech,
    speech_of_test,
    spelt,
    spoken_name,
    spoken_time,
)
from toban.text.words import LOCALES

NIGHT = datetime(2026, 11, 22, 18, 12, tzinfo=UTC)
VIEW: dict[str, object] = {
    "engineers": False,
    "managed": False,
    "repeated": False,
    "provider": "当番",
    "customer": "アクメ",
    "host": "web、0、1",
    "number": "1、1、2、3",
    "action": "nginxの再起動",
    "time": "午前3時12分",
    "item": "HTTP ポート監視",
    "others": "、ほか2件",
}
EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
EVERY_PROMPT = pytest.mark.parametrize("prompt", Prompt)


def heard(locale: str, prompt: Prompt, **changes: object) -> str:
    """Return what a voice reads of the prompt."""
    return "".join(ET.fromstring(speech(locale, prompt, VIEW | changes)).itertext())  # noqa: S314


@EVERY_LOCALE
@EVERY_PROMPT
@pytest.mark.parametrize(
    ("engineers", "managed", "repeated", "action"),
    list(itertools.product((True, False), (True, False), (True, False), ("", "restart"))),
)
def test_every_prompt_is_sound_ssml_on_one_line(
    locale: str, prompt: Prompt, engineers: bool, managed: bool, repeated: bool, action: str
) -> None:
    view = VIEW | {
        "engineers": engineers,
        "managed": managed,
        "repeated": repeated,
        "action": action,
    }
    text = speech(locale, prompt, view)

    root = ET.fromstring(text)  # noqa: S314
    assert root.tag == "speak"
    assert {each.tag for each in root} <= {"break"}
    assert "\n" not in text
    assert len("".join(root.itertext())) > 10


@EVERY_LOCALE
@EVERY_PROMPT
def test_a_name_cannot_speak_in_the_voice_s_own_language(locale: str, prompt: Prompt) -> None:
    hostile = "</speak><audio src='https://bad.example'/>&"

    text = speech(locale, prompt, dict.fromkeys(VIEW, hostile) | {"engineers": False})

    assert "<audio" not in text
    assert [each.tag for each in ET.fromstring(text).iter()].count("speak") == 1  # noqa: S314


@EVERY_PROMPT
def test_a_forgotten_value_is_an_error_and_no_gap(prompt: Prompt) -> None:
    if prompt not in {Prompt.INTRO, Prompt.REPORT}:
        assert speech("ja", prompt, {})
        return
    with pytest.raises(UndefinedError):
        speech("ja", prompt, {})


def test_the_japanese_report_says_when_where_what_and_what_to_press() -> None:
    assert heard("ja", Prompt.REPORT) == (
        "午前3時12分、サーバ、web、0、1、で、HTTP ポート監視、ほか2件、の異常を検知しました。"
        "nginxの再起動を行いましたが、復旧していません。"
        "お客様での復旧作業をお願いいたします。詳しい内容は、メールでお送りしています。"
        "管理番号は、1、1、2、3、です。"
        "ご確認いただけましたら、1。次の担当者に連絡する場合は、2。"
        "もう一度お聞きになる場合は、9、を押してください。"
    )


def test_the_english_report_says_the_same() -> None:
    told = heard("en", Prompt.REPORT, item="HTTP port", others="", action="", time="3:12 AM")

    assert "At 3:12 AM, on the server" in told
    assert "failure of HTTP port." in told
    assert "It has not recovered." in told
    assert "To confirm, press 1." in told
    assert "press 2." in told
    assert "press 9." in told


def test_the_introduction_names_the_customer_but_neither_server_nor_failure() -> None:
    for locale in LOCALES:
        told = heard(locale, Prompt.INTRO)
        assert "アクメ" in told
        assert "web" not in told
        assert "HTTP" not in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"managed": True}, "引き続き、弊社で復旧作業を行います。"),
        ({"engineers": True}, "お客様は、アクメ様、です。"),
        ({"action": ""}, "現在も、復旧していません。"),
        ({"repeated": True}, "同じ異常をくり返しています。"),
    ],
)
def test_the_report_is_true_for_the_plan_and_for_what_was_done(
    changes: dict[str, object], told: str
) -> None:
    assert told in heard("ja", Prompt.REPORT, **changes)


def test_nothing_is_said_to_have_been_done_when_nothing_was() -> None:
    assert "行いました" not in heard("ja", Prompt.REPORT, action="")


@pytest.mark.parametrize(
    ("at", "ja", "en"),
    [
        (datetime(2026, 11, 22, 18, 12, tzinfo=UTC), "午前3時12分", "3:12 AM"),
        (datetime(2026, 11, 22, 15, 5, tzinfo=UTC), "午前0時5分", "12:05 AM"),
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), "午後0時0分", "12:00 PM"),
        (datetime(2026, 11, 23, 14, 59, tzinfo=UTC), "午後11時59分", "11:59 PM"),
    ],
)
def test_times_are_spoken_as_people_say_them_in_their_zone(at: datetime, ja: str, en: str) -> None:
    assert spoken_time(at, "Asia/Tokyo", "ja") == ja
    assert spoken_time(at, "Asia/Tokyo", "en") == en


@pytest.mark.parametrize(
    ("text", "ja", "en"),
    [
        ("web01", "web、0、1", "web, 0, 1"),
        ("db-a.b_c", "db、ハイフン、a、ドット、b、アンダースコア、c",
         "db, dash, a, dot, b, underscore, c"),
        ("11231005", "1、1、2、3、1、0、0、5", "1, 1, 2, 3, 1, 0, 0, 5"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_technical_names_can_be_written_down_by_ear(text: str, ja: str, en: str) -> None:
    assert (spelt(text, "ja"), spelt(text, "en")) == (ja, en)


def test_a_name_is_short_enough_to_listen_to() -> None:
    assert len(spoken_name("名" * 500)) <= 60


def test_a_language_that_we_do_not_speak_is_spoken_in_english() -> None:
    assert speech("fr", Prompt.NO_KEY, {}) == speech("en", Prompt.NO_KEY, {})


def test_both_languages_have_the_same_words() -> None:
    japanese, english = (
        {f"{section}.{key}" for section, words in said(locale).sections.items() for key in words}
        for locale in LOCALES
    )
    assert japanese == english


@pytest.mark.clause("P-4", "C-2")
@EVERY_LOCALE
@EVERY_PROMPT
def test_whatever_a_test_call_says_it_says_that_nothing_has_failed(
    locale: str, prompt: Prompt
) -> None:
    spoken = speech_of_test(locale, prompt, {"provider": "A & B", "customer": "<Acme>"})

    heard = "".join(ET.fromstring(spoken).itertext())  # noqa: S314
    thanks = prompt in {Prompt.ACKNOWLEDGED, Prompt.PASSED_ON}
    assert ("テスト" if locale == "ja" else "test") in heard
    assert (
        thanks or ("障害は、発生していません" if locale == "ja" else "There is no fault") in heard
    )
