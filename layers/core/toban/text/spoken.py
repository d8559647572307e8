"""What a machine says on the telephone: SSML from templates, and values as a voice should read
them.

Source of the elements: Amazon Polly developer guide, "Supported SSML tags" (speak, break).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from toban.text.moments import local_time
from toban.text.plain import one_line
from toban.text.words import LOCALES, Words

LONGEST_NAME = 60
NOON = 12
_FOLDER = Path(__file__).parent / "speech"
_PARTS = re.compile(r"[0-9]|[^\W0-9_]+|[^\w\s]|_")


class Prompt(StrEnum):
    """The sentences of a call; each is a template in speech/<locale>/ and one attribute of the
    call.
    """

    INTRO = "intro"
    REPORT = "report"
    ACKNOWLEDGED = "acknowledged"
    PASSED_ON = "passed_on"
    NO_KEY = "no_key"
    TOO_LATE = "too_late"
    NOT_NOTED = "not_noted"


def speech(locale: str, prompt: Prompt, view: Mapping[str, object]) -> str:
    """Return the prompt as one line of SSML; every value is escaped, a forgotten one an error."""
    return _spoken(locale, f"{prompt.value}.ssml.j2", view)


def speech_of_test(locale: str, prompt: Prompt, view: Mapping[str, object]) -> str:
    """Return the prompt of a test call: it says that it is one, and speaks of no failure."""
    return _spoken(locale, f"test/{prompt.value}.ssml.j2", view)


def _spoken(locale: str, name: str, view: Mapping[str, object]) -> str:
    known = said(locale).locale
    template = _environment().get_template(f"{known}/{name}")
    between = "" if known == "ja" else " "
    lines = template.render(view).strip().splitlines()
    return f"<speak>{between.join(line.strip() for line in lines)}</speak>"


@cache
def said(locale: str) -> Words:
    """Return how values are spoken in the locale, in English for one that we do not have."""
    known = locale if locale in LOCALES else "en"
    path = _FOLDER / known / "words.yaml"
    return Words(known, yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def spoken_name(name: str) -> str:
    """Return a name that people have written, short enough to be listened to."""
    return one_line(name, LONGEST_NAME)


def spelt(text: str, locale: str) -> str:
    """Return a technical name so that it can be written down: letters in a piece, digits one by
    one.

    "web01-a" gives "web, 0, 1, dash, a" in the locale's own words; a voice would read 01 as a
    number and swallow the hyphen.
    """
    known = said(locale)
    parts = [
        known.say("sign", part) if known.has("sign", part) else part
        for part in _PARTS.findall(one_line(text, LONGEST_NAME))
    ]
    return known.say("value", "comma").join(parts)


def spoken_time(at: datetime, zone: str, locale: str) -> str:
    """Return e.g. "午前3時12分" or "3:12 AM", in the customer's zone."""
    local, known = local_time(at, zone), said(locale)
    half, hour = known.say("value", "am" if local.hour < NOON else "pm"), local.hour % NOON
    return known.say(
        "value", "time", half=half, hour=hour, hour_12=hour or NOON, minute=local.minute
    )
