"""Reading a page as text: which characters a server meant, and whether a keyword is among them."""

import re
from collections.abc import Iterator

_DECLARED = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE | re.ASCII)
_META_SEARCHED = 4_096
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SJIS_NAMES = ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j")
_EUC_NAMES = ("euc-jp", "euc_jp", "eucjp", "x-euc-jp")
_SUPERSETS = {
    **dict.fromkeys(_SJIS_NAMES, "cp932"),
    **dict.fromkeys(_EUC_NAMES, "euc_jis_2004"),
}
"""What the web calls Shift_JIS and EUC-JP are supersets of them (WHATWG Encoding)."""
_SAME_SIGNS = str.maketrans("\u301c\u2212\u2016", "\uff5e\uff0d\u2225")
"""What decoders disagree about in Shift_JIS: wave dash, minus, double bar."""
_TEXT_CODECS = re.compile(
    r"(utf|us-?ascii|iso|latin|windows|cp|euc|ms|gb|big5|koi|x-euc|mac)[\w.:-]*", re.ASCII
)
"""Python has codecs that are no character sets, some slow enough to be an attack (punycode)."""
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_WORDS_SHOWN = 160


def contains(body: bytes, content_type: str, keyword: str) -> bool:
    """Tell whether the keyword stands in the page, in any of the character sets the page claims to
    be in.
    """
    wanted = keyword.translate(_SAME_SIGNS)
    if wanted.isascii():
        return any(wanted in text for text in readings(body, content_type))
    return any(wanted in text.translate(_SAME_SIGNS) for text in readings(body, content_type))


def readings(body: bytes, content_type: str) -> Iterator[str]:
    """Yield the body decoded as the header says, as its byte order mark or meta tag says, and as
    UTF-8.
    """
    tried: set[str] = set()
    for charset in (*_claimed(body, content_type), "utf-8"):
        codec = _SUPERSETS.get(charset.lower(), charset.lower())
        if codec in tried:
            continue
        tried.add(codec)
        text = _decoded(body, codec)
        if text is not None:
            yield text


def first_words(body: bytes, content_type: str) -> str:
    """Return the beginning of the page's visible text, for evidence."""
    text = next(readings(body[:_META_SEARCHED], content_type), "")
    return " ".join(_MARKUP.sub(" ", text).split())[:_WORDS_SHOWN]


def _claimed(body: bytes, content_type: str) -> Iterator[str]:
    header = _DECLARED.search(content_type)
    if header:
        yield header[1]
    yield from (codec for mark, codec in _BYTE_ORDER_MARKS if body.startswith(mark))
    meta = _DECLARED.search(body[:_META_SEARCHED].decode("latin-1"))
    if meta:
        yield meta[1]


def _decoded(body: bytes, codec: str) -> str | None:
    if not _TEXT_CODECS.fullmatch(codec):
        return None
    try:
        return body.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return None
