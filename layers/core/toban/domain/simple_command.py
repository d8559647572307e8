"""Which program a simple command runs, behind the shell's own words and programs like timeout."""

import re
from collections.abc import Iterator, Sequence

from toban.domain import programs
from toban.domain.shell_text import Command, Word, commands

_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "!", "{"})
_ENDS = frozenset({"fi", "done", "}"})
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)


def all_commands(text: str) -> Iterator[Command]:
    """Yield every simple command, those in `$(...)` before the one that they stand in."""
    for command in commands(text):
        for word in (*command.words, *(target for _, target in command.redirections)):
            for inner in word.inner:
                yield from all_commands(inner)
        yield command


def without_keywords(words: Sequence[Word]) -> list[Word]:
    """Return the simple command behind the shell's own words and assignments."""
    rest = list(words)
    while rest and not rest[0].variable and rest[0].text in _KEYWORDS:
        rest.pop(0)
    if rest and (rest[0].text in _ENDS or rest[0].text == "for"):
        return []
    while rest and _ASSIGNMENT.fullmatch(rest[0].text):
        rest.pop(0)
    return rest


def unwrapped(words: Sequence[Word]) -> tuple[list[Word], bool]:
    """Return the command that sudo, timeout, nice and their like run, and whether sudo does."""
    rest, by_sudo = list(words), False
    while rest and (name := rest[0].text) in {"sudo", *programs.WRAPPERS}:
        by_sudo = by_sudo or name == "sudo"
        own = r"-n" if name == "sudo" else programs.WRAPPERS[name]
        rest.pop(0)
        while rest and own and re.fullmatch(own, rest[0].text):
            rest.pop(0)
    return rest, by_sudo
