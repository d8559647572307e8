"""Where a customer's command may write: at the places that were agreed, and nowhere else."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from toban.domain.command_terms import CommandTerms, Objection
from toban.domain.shell_text import Command, Word

_NOWHERE = "/dev/null"


def of_redirections(command: Command, terms: CommandTerms) -> Iterator[Objection]:
    """Object to output that goes where it must not; to nowhere it always may."""
    for sign, target in command.redirections:
        duplicates = sign in {">&", "<&"} and (target.text.isdigit() or target.text == "-")
        if sign == "<" or duplicates or target.text == _NOWHERE:
            continue
        yield from _of_place(target, terms)


def _of_place(target: Word, terms: CommandTerms) -> Iterator[Objection]:
    """Object to writing at a place that is not agreed."""
    if not terms.changes:
        yield Objection(f'It writes to "{target.text}".', 'Declare it with "change:".')
    elif target.variable or target.wildcard:
        yield Objection(f'Where it writes is open: "{target.text}".', "Write out the whole path.")
    elif not _agreed(target.text, terms.writes):
        mend = 'Name the file or its folder in the list "writes:".'
        yield Objection(f'Writing to "{target.text}" is not agreed.', mend)


def _agreed(path: str, places: Sequence[str]) -> bool:
    pure = PurePosixPath(path)
    if not pure.is_absolute() or ".." in pure.parts:
        return False
    return any(pure.is_relative_to(place) for place in places)


def of_writing(name: str, arguments: Sequence[Word], terms: CommandTerms) -> Iterator[Objection]:
    """Object to what a program that writes files would write, or remove."""
    if not terms.changes:
        yield Objection(f'"{name}" changes files.', 'Declare it with "change:".')
        return
    named = [word for word in arguments if not word.text.startswith("-")]
    if name in {"rm", "unlink", "mv"} and any(word.wildcard for word in named):
        mend = "Write out the names of the files."
        yield Objection(f'Which files "{name}" takes is open.', mend)
        return
    if name in {"chmod", "chown", "chgrp"}:
        named = named[1:]
    written = named[-1:] if name in {"cp", "ln", "install", "rsync"} else named
    for target in written:
        yield from _of_place(target, terms)
