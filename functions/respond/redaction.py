"""Masks secrets in what a server prints, at capture: nothing unmasked is kept, mailed or logged.

Over-masking costs a word of evidence, under-masking costs a password, so the forms are drawn wide.
Every repetition is bounded: a server must not be able to make a pattern slow.
"""

import re

MASK = "[redacted]"

_VALUE = r"""(?:"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|[^\s"']\S*)"""
_WORD = (
    r"(?:passw(?:or)?d|passwort|passphrase|pwd|(?<![a-z])pass|secret|token|api[_-]?key|bindpw"
    r"|access[_-]?key|private[_-]?key|credential|sess(?:ion)?[_-]?id|csrf)"
)
_NAME = rf"{_WORD}[\w.-]{{0,40}}"
_KEY = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"

_FORMS = (
    # lines from the middle of a private key
    r"(?m:^)[a-z0-9+/]{60,80}(?:\n[a-z0-9+/]{60,80}={0,2})+(?m:$)",
    # headers that carry a right to enter: the rest of the line, or up to the quote that closes it
    r"(\b(?:(?:proxy-)?authorization|(?:set-)?cookie|x-[a-z-]{0,30}(?:key|token|secret|auth))"
    r"""["']?[ \t]*[:=][ \t]*)(?:["'][^"'\n]*|[^"'\n]+)""",
    r"(\b(?:bearer|basic|digest|negotiate)[ \t]+)[a-z0-9+/=._~-]{8,}",
    # URLs with a name and a password, or with a token in the place of a name
    r"""(://[^\s:/@'"]{0,200}:)[^\s'"]{1,400}(?=@)""",
    r"""(\bhttps?://)[^\s:/@'"]{1,400}(?=@)""",
    # name=value, name: value, "name": "value", <name>value</name>, --name value
    rf"""({_NAME}["']?[ \t]*(?:=>|[:=])[ \t]*){_VALUE}""",
    rf"(<[\w:.-]{{0,40}}?{_NAME}>)[^<\n]+",
    rf"((?<!\S)--?[\w-]{{0,40}}?{_NAME}[ \t]+)(?!-){_VALUE}",
    # words of configuration files and SQL that a secret follows
    r"(\b(?:requirepass|masterauth|primaryauth|r[ow]community6?|com2sec|createuser"
    r"|identified[ \t]+(?:with[ \t]+\S{1,60}[ \t]+)?(?:by|as)(?:[ \t]+password)?"
    rf"|(?:user|with|encrypted)[ \t]+password)[ \t]+){_VALUE}",
    r"""(\bpassword[ \t]*\([ \t]*["'])[^'"\n]*""",
    # -pSECRET: with the MySQL tools also digits, which elsewhere are ports and process numbers
    r"(\b(?:mysql|mariadb)[^\n]{0,400}?[ \t]-p)\d\S*",
    r"((?-i:(?<!\S)-p))"
    r"(?!(?:id|aths?|rint[0f]?|erm|orts?|rune|roto|olicy|ipe|refix|lugin|ackage)(?![\w!@#$%^&*+-]))"
    r"(?!\d+(?:[:,/-]\d+)*(?!\S))[^\s/]\S+",
    rf"(\bsshpass[ \t]+-p[ \t]+){_VALUE}",
    rf"(\bredis-cli[^\n]{{0,200}}?[ \t]-a[ \t]+){_VALUE}",
    r"""(\b(?:curl|wget)[^\n]{0,400}?[ \t](?:-u|--user)[ \t=]*["']?[^\s:"']{1,100}:)[^\s"']+""",
    rf"(\bsnmp(?:get|walk|set|bulkwalk)[^\n]{{0,200}}?[ \t]-[cax][ \t]*){_VALUE}",
    # tokens and password hashes, known by their own shape
    r"(?-i:\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b)",
    r"\bgh[pousr]_[a-z0-9]{20,255}|\bgithub_pat_\w{20,255}|\bglpat-[\w-]{20,100}",
    r"\bxox[abprs]-[\w-]{10,200}|\bsk_(?:live|test)_\w{10,200}|\bAIza[\w-]{35}",
    r"(?-i:\beyJ)[\w-]{8,4000}\.[\w-]{2,4000}(?:\.[\w-]{0,4000})?",
    r"\$(?:1|2[aby]?|5|6|y|gy|7)\$[./a-z0-9$=,-]{8,300}",
)
"""Each form of secret; what its one group matched stays, the rest is masked."""

_PATTERNS = tuple(re.compile(form, re.IGNORECASE) for form in _FORMS)
_WHOLE_KEY = re.compile(
    rf"-----BEGIN {_KEY}(?:(?!-----END )[\s\S])*(?:-----END [A-Z0-9 ]{{0,40}}-----)?"
)
_KEY_END = re.compile(rf"-----END {_KEY}")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{1,80}")


def redact(text: str) -> str:
    """Return the text with every known form of secret replaced by MASK; the rest is unchanged."""
    text = _without_beheaded_keys(_WHOLE_KEY.sub(MASK, text))
    for pattern in _PATTERNS:
        text = pattern.sub(_mask, text)
    return text


def _mask(match: re.Match[str]) -> str:
    return (match[1] if match.re.groups else "") + MASK


def _without_beheaded_keys(text: str) -> str:
    """Mask private keys whose first line was cut off: the base64 lines before a key's last line."""
    if not _KEY_END.search(text):
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        if not _KEY_END.search(line):
            kept.append(line)
            continue
        while kept and _KEY_LINE.fullmatch(kept[-1]):
            kept.pop()
        kept.append(MASK)
    return "\n".join(kept)
