"""Says in plain words where YAML stopped making sense; the slips people really make come first."""

import re

import yaml

from toban.catalogue.mistake import Notes, Place

_FULL_WIDTH_COLON = re.compile(r"^\s*(?:- +)?[A-Za-z_]+\s*：")
_NO_BLANK_AFTER_COLON = re.compile(r"^\s*(?:- +)?[a-z_]+:[^\s:/]")
_BLANKS = re.compile(r"^[ \t\u3000]*")

_SENTENCES: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "The indentation differs from the lines around, or a value holds ': ' without quotes.",
        "Line it up with its neighbours, or put the value in quotes.",
    ),
    ("expected ',' or ']'", "A list that begins with [ is not closed.", 'Add the missing "]".'),
    ("expected ',' or '}'", "A group that begins with { is not closed.", 'Add the missing "}".'),
    (
        "expected <block end>",
        "This line does not fit the lines above it.",
        "Line it up with its neighbours: same indentation, all or none with '- '.",
    ),
    (
        "could not find expected ':'",
        "This line has no ': ' after its key.",
        'Write it as "key: value".',
    ),
    (
        "found unexpected end of stream",
        "A quote that is opened here is not closed.",
        "Add the missing quote.",
    ),
    (
        "found unknown escape character",
        "A backslash in double quotes has a meaning of its own.",
        "Use single quotes around the value.",
    ),
    (
        "that cannot start any token",
        "A value cannot begin with this sign.",
        "Put the value in quotes.",
    ),
)


def note_syntax_error(error: Exception, text: str, notes: Notes) -> None:
    """Note the slips that explain the parser's complaint, or the complaint in plain words."""
    before = len(notes.mistakes)
    for number, line in enumerate(text.splitlines(), 1):
        _note_slips(number, line, notes)
    if len(notes.mistakes) == before:
        notes.add(_place(error), *_sentence(error))


def _note_slips(number: int, line: str, notes: Notes) -> None:
    blanks = _BLANKS.match(line)
    indentation = blanks[0] if blanks else ""
    if not line.strip() or line.lstrip().startswith("#"):
        return
    if "\t" in indentation:
        place = Place(number, indentation.index("\t") + 1)
        notes.add(place, "The line is indented with a tab.", "Use spaces.")
    if "\u3000" in indentation:
        place = Place(number, indentation.index("\u3000") + 1)
        notes.add(place, "The line is indented with a full-width space.", "Use ordinary spaces.")
    if _FULL_WIDTH_COLON.match(line):
        problem = 'The colon after the key is full-width ("：").'
        notes.add(Place(number, line.index("：") + 1), problem, 'Type ": " in half-width.')
    elif _NO_BLANK_AFTER_COLON.match(line):
        problem = "There is no space after the colon."
        notes.add(Place(number, line.index(":") + 1), problem, 'Write "key: value".')


def _sentence(error: Exception) -> tuple[str, str]:
    said = str(getattr(error, "problem", ""))
    for part, problem, mend in _SENTENCES:
        if part in said:
            return problem, mend
    return "The file cannot be read as YAML from here on.", "Compare it with the example in docs/."


def _place(error: Exception) -> Place:
    # An unclosed bracket or quote is mended where it was opened, not at the end of the file.
    context = getattr(error, "context", None) or ""
    opened = any(word in context for word in ("flow", "quoted", "simple key"))
    mark = getattr(error, "context_mark" if opened else "problem_mark", None)
    if isinstance(mark, yaml.Mark):
        return Place(mark.line + 1, mark.column + 1)
    return Place(1, 1)
