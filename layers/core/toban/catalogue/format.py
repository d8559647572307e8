"""How a value that a person typed must look: takes what people really type, returns it tidied."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from toban.catalogue.mistake import Refusal, did_you_mean, quoted

T = TypeVar("T")
_HYPHENS = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")
"""Where Windows types a full-width hyphen, which NFKC knows, macOS types the minus sign."""


@dataclass(frozen=True, slots=True)
class Format(Generic[T]):
    """`parse` returns the value or raises Refusal; `example` is shown where the value is missing.

    `stand_in` takes the place of a value that was refused, so that reading goes on and lists
    further mistakes.
    """

    parse: Callable[[str], T]
    example: str
    stand_in: T


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs as ordinary ones, stripped; every
    hyphen or minus that a keyboard gives is "-".
    """
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).strip()


def whole_number(what: str, lowest: int, highest: int, example: int) -> Format[int]:
    """Accept a whole number from `lowest` to `highest`."""

    def parse(text: str) -> int:
        typed = half_width(text)
        if not re.fullmatch(r"-?[0-9]{1,12}", typed):
            raise Refusal(f"{quoted(text)} is not a whole number.", f"Write {what} in digits only.")
        return int(_within(Decimal(typed), typed, what, lowest, highest))

    return Format(parse, str(example), lowest)


def decimal_number(what: str, lowest: float, highest: float, example: float) -> Format[float]:
    """Accept a number from `lowest` to `highest`; a percent sign may stand behind it."""

    def parse(text: str) -> float:
        typed = half_width(text).removesuffix("%").strip()
        try:
            number = (
                Decimal(typed) if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", typed) else None
            )
        except InvalidOperation:
            number = None
        if number is None:
            raise Refusal(f"{quoted(text)} is not a number.", f"Write {what} in digits.")
        return float(_within(number, typed, what, lowest, highest))

    return Format(parse, f"{example:g}", lowest)


def _within(number: Decimal, typed: str, what: str, lowest: float, highest: float) -> Decimal:
    if lowest <= number <= highest:
        return number
    article = what[0].upper() + what[1:]
    raise Refusal(f"{typed} is out of range.", f"{article} is from {lowest:g} to {highest:g}.")


def one_of(words: Iterable[str], example: str) -> Format[str]:
    """Accept one of the words, in any case and width."""
    known = tuple(words)

    def parse(text: str) -> str:
        typed = half_width(text).lower()
        if typed not in known:
            raise Refusal(f"{quoted(text)} is not known here.", did_you_mean(typed, known))
        return typed

    return Format(parse, example, example)


def line_of_text(longest: int, example: str) -> Format[str]:
    """Accept one line of text as it is typed, in any language."""

    def parse(text: str) -> str:
        typed = text.strip()
        if not typed:
            raise Refusal("The text is blank.", f"Write it, for example {example}.")
        if len(typed) > longest:
            problem = f"The text has {len(typed)} characters."
            raise Refusal(problem, f"Shorten it to {longest}.")
        if len(typed.splitlines()) > 1:
            raise Refusal("The text has more than one line.", "Write it on one line.")
        _refuse_invisible(typed)
        return typed

    return Format(parse, example, "")


def _refuse_invisible(text: str) -> None:
    """Names and keywords go into mails, where a sign that turns the writing round would deceive."""
    for char in text:
        if not char.isprintable() and unicodedata.category(char) != "Zs":
            problem = f"The text holds an invisible character (U+{ord(char):04X})."
            raise Refusal(problem, "Delete it and type the text around it again.")


def yes_or_no(example: str) -> Format[bool]:
    """Accept yes or no in the forms that people and other YAML files use."""
    words = {"yes": True, "true": True, "はい": True, "no": False, "false": False, "いいえ": False}

    def parse(text: str) -> bool:
        typed = half_width(text).lower()
        if typed not in words:
            raise Refusal(f"{quoted(text)} is neither yes nor no.", 'Write "yes" or "no".')
        return words[typed]

    return Format(parse, example, stand_in=False)


def matching(pattern: str, what: str, mend: str, example: str) -> Format[str]:
    """Accept what matches the whole regular expression, after its width is made ordinary."""
    compiled = re.compile(pattern)

    def parse(text: str) -> str:
        typed = half_width(text)
        if not compiled.fullmatch(typed):
            raise Refusal(f"{quoted(text)} is not {what}.", mend)
        return typed

    return Format(parse, example, "")
