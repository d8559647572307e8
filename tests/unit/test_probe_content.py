"""Keywords are found in the character set that the page is really in."""

import time

import pytest

from probe.probers.content import contains, first_words, readings

KEYWORD = "ようこそ①"
PAGE = f"<html><head><title>店</title></head><body>{KEYWORD}、当店へ</body></html>"


@pytest.mark.parametrize(
    ("codec", "content_type"),
    [
        ("utf-8", "text/html; charset=UTF-8"),
        ("cp932", "text/html; charset=Shift_JIS"),
        ("cp932", 'text/html; charset="x-sjis"'),
        ("cp932", "text/html;charset=windows-31j"),
        ("euc_jis_2004", "text/html; charset=EUC-JP"),
        ("utf-16", "text/html; charset=utf-16"),
        ("utf-8", "text/html"),
        ("utf-8", ""),
    ],
)
@pytest.mark.clause("N-3")
def test_a_keyword_is_found_in_the_declared_character_set(codec: str, content_type: str) -> None:
    assert contains(PAGE.encode(codec), content_type, KEYWORD)
    assert not contains(PAGE.encode(codec), content_type, "さようなら")


@pytest.mark.parametrize("codec", ["euc-jp", "shift_jis", "iso-2022-jp"])
def test_a_meta_tag_declares_the_character_set_when_the_header_does_not(codec: str) -> None:
    page = f'<html><head><meta charset="{codec}"></head><body>いらっしゃいませ</body></html>'
    assert contains(page.encode(codec), "text/html", "いらっしゃいませ")


@pytest.mark.parametrize("keyword", ["10〜18時", "10～18時"])
@pytest.mark.parametrize("codec", ["cp932", "utf-8"])
def test_a_wave_dash_is_found_whichever_of_its_two_signs_is_meant(keyword: str, codec: str) -> None:
    page = "10～18時".encode(codec)
    assert contains(
        page, f"text/html; charset={'Shift_JIS' if codec == 'cp932' else codec}", keyword
    )


def test_a_byte_order_mark_declares_the_character_set() -> None:
    assert contains(PAGE.encode("utf-16"), "text/html", KEYWORD)


def test_a_header_that_lies_does_not_hide_the_keyword() -> None:
    assert contains(PAGE.encode(), "text/html; charset=ISO-8859-1", KEYWORD)


@pytest.mark.parametrize(
    "charset", ["punycode", "rot13", "zlib", "unicode_escape", "no-such", "idna"]
)
def test_a_character_set_that_is_none_is_passed_over(charset: str) -> None:
    assert contains(PAGE.encode(), f"text/html; charset={charset}", KEYWORD)


def test_bytes_that_are_no_text_are_read_all_the_same() -> None:
    assert all(isinstance(text, str) for text in readings(bytes(range(256)) * 100, "text/html"))


def test_a_page_made_to_be_slow_is_read_in_time() -> None:
    started = time.process_time()
    for hostile in (b"<" * 262_144, b"charset" * 37_000, b"<script " * 32_768):
        assert first_words(hostile, "text/html; charset=" + "a-" * 20_000) is not None
        assert not contains(hostile, "text/html", KEYWORD)
    assert time.process_time() - started < 10


def test_evidence_shows_the_visible_words_only() -> None:
    page = b"<html><script>secret()</script><style>b{}</style><h1>503</h1> Back <b>soon</b></html>"
    assert first_words(page, "text/html") == "503 Back soon"
