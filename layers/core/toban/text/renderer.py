"""Fills the templates: a forgotten name is an error, never a hole in a mail."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_BLANK_LINES = re.compile(r"\n{3,}")


class Part(StrEnum):
    """The three templates of a mail, by the end of their names."""

    SUBJECT = "subject.txt"
    TEXT = "body.txt"
    HTML = "body.html"


def render(locale: str, kind: str, part: Part, view: Mapping[str, object]) -> str:
    """Return mail/<locale>/<kind>-<part>.j2 filled in, all values in HTML escaped."""
    template = _environment().get_template(f"mail/{locale}/{kind}-{part}.j2")
    filled = template.render(view)
    if part is Part.TEXT:
        filled = _BLANK_LINES.sub("\n\n", filled)
    return filled.strip() + ("" if part is Part.SUBJECT else "\n")


def render_page(name: str, view: Mapping[str, object]) -> str:
    """Return the template <name>.j2 of toban/text filled in; in HTML all values are escaped."""
    filled = _environment().get_template(f"{name}.j2").render(view)
    return _BLANK_LINES.sub("\n\n", filled).strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["one_sentence_a_line"] = one_sentence_a_line
    return environment


def one_sentence_a_line(text: str) -> str:
    """Break a paragraph after each sentence, to keep text mails within a terminal's columns."""
    return re.sub(r"(?<=。)\s*(?=\S)|(?<=\.)\s+(?=\S)", "\n", text)
