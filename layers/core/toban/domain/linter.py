"""What may stand in a customer's command: nothing that cannot be judged, nothing that destroys.

The linter reads, it runs nothing. It errs to the careful side: what it does not know it refuses,
and names what would make it acceptable.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from toban.domain import programs
from toban.domain.changing import may_change
from toban.domain.command_terms import CommandTerms, Objection
from toban.domain.shell_text import Command, UnreadableError, Word
from toban.domain.simple_command import all_commands, unwrapped, without_keywords
from toban.domain.written_places import of_redirections, of_writing

LONGEST = 1_000
_LOOPS = frozenset({"while", "until", "case", "select", "function"})
_STEERING = re.compile(r"(?:PATH|IFS|ENV|BASH_ENV|SHELLOPTS|LD_[A-Z_]+|PYTHON[A-Z]+|PERL5?[A-Z]+)=")
"""Variables by which another program is run than the one that is written."""


def lint(text: str, terms: CommandTerms) -> tuple[Objection, ...]:
    """Return everything that speaks against the command; nothing means that it may be run."""
    if len(text) > LONGEST:
        mend = "Put it into a program on the server and name that under programs."
        return (Objection(f"The command has {len(text)} characters.", mend),)
    return tuple(dict.fromkeys(_of_text(text, terms)))


def sudo_lines(text: str) -> tuple[str, ...]:
    """Return the command lines that the command runs by sudo, as sudoers would list them."""
    try:
        return tuple(line for command in all_commands(text) if (line := _sudo_line(command)))
    except UnreadableError:
        return ()


def _of_text(text: str, terms: CommandTerms) -> Iterator[Objection]:
    try:
        for command in all_commands(text):
            yield from _of_command(command, terms)
    except UnreadableError as error:
        yield Objection(f"The linter does not read {error}.", "Write simple commands.")


def _of_command(command: Command, terms: CommandTerms) -> Iterator[Objection]:
    if command.background:
        mend = 'Remove the "&": whatever is left behind is watched by nobody.'
        yield Objection("The command goes on in the background.", mend)
    yield from of_redirections(command, terms)
    yield from _of_assignments(command)
    words = without_keywords(command.words)
    if not words:
        return
    if words[0].text in _LOOPS:
        yield Objection(f'The linter does not read "{words[0].text}".', "Write simple commands.")
        return
    words, by_sudo = unwrapped(words)
    if by_sudo:
        yield from _of_sudo(command, terms)
        if not words:
            return
    yield from _of_program(replace(command, words=words), words, terms)


def _of_assignments(command: Command) -> Iterator[Objection]:
    for word in command.words:
        if _STEERING.match(word.text):
            name = word.text.partition("=")[0]
            yield Objection(f"{name} decides what programs do.", "Leave it as it is.")


def _sudo_line(command: Command) -> str:
    words, by_sudo = unwrapped(without_keywords(command.words))
    return " ".join(word.text for word in words) if by_sudo else ""


def _of_sudo(command: Command, terms: CommandTerms) -> Iterator[Objection]:
    words, _ = unwrapped(without_keywords(command.words))
    line = _sudo_line(command)
    if not words or words[0].text.startswith("-"):
        yield Objection("sudo is used with options.", "Write sudo and the command alone.")
    elif not words[0].text.startswith("/"):
        mend = f'Write its whole path, for example "sudo /usr/bin/{words[0].text}".'
        yield Objection(f'"{words[0].text}" behind sudo has no path.', mend)
    elif any(word.variable or word.wildcard for word in words):
        mend = "Write out every word behind sudo: sudoers must list exactly this."
        yield Objection(f'What sudo would run is open: "{line}".', mend)
    elif line not in terms.sudo:
        mend = f'Add "{line}" to the list "sudo:", and to sudoers on the server.'
        yield Objection(f'sudo is not agreed for "{line}".', mend)


def _of_program(
    command: Command, words: Sequence[Word], terms: CommandTerms
) -> Iterator[Objection]:
    first, arguments = words[0], [word.text for word in words[1:]]
    if first.variable or first.wildcard:
        yield Objection("Which program runs is open.", "Write its name.")
        return
    name = PurePosixPath(first.text).name
    if refused := _refused(name, arguments, command, terms):
        yield refused
        return
    if name in programs.WRITING:
        yield from of_writing(name, words[1:], terms)
    elif not _reads(first.text, name, arguments, terms):
        if not terms.changes:
            yield _not_known(first.text, name)
        elif not _changes_as_agreed(first.text, name, words[1:], terms):
            mend = 'Name its whole path in the server\'s list "changing:", or its line in "sudo:".'
            yield Objection(f'Running "{name}" so is not agreed.', mend)


def _refused(
    name: str, arguments: Sequence[str], command: Command, terms: CommandTerms
) -> Objection | None:
    """Return the objection to what is never run, or only where it is agreed."""
    if name in programs.SHELLS and (command.fed or not _names_a_program(arguments, terms)):
        mend = "Put the script on the server and name its path under programs."
        return Objection(f'What "{name}" would run cannot be read.', mend)
    if name in programs.INDIRECT:
        return Objection(f'What "{name}" would run cannot be read.', "Write the command itself.")
    if name in programs.INTERACTIVE:
        return Objection(f'"{name}" waits for a person.', "Use a command that ends by itself.")
    if name in programs.DETACHING:
        mend = "Run it in the foreground, or have a service do it."
        return Objection(f'"{name}" leaves something behind.', mend)
    if name in programs.DESTROYING or name.startswith("mkfs."):
        return Objection(f'"{name}" is never run by a procedure.', "Leave this to a person.")
    return _refused_arguments(name, arguments, terms)


def _refused_arguments(
    name: str, arguments: Sequence[str], terms: CommandTerms
) -> Objection | None:
    reboots = name in programs.REBOOTING or (
        name == "systemctl" and bool(programs.REBOOT_WORDS.intersection(arguments))
    )
    if reboots and not (terms.changes and terms.reboot):
        return Objection("It restarts the whole server.", 'Agree on it with "reboot: yes".')
    if name == "rm" and any(re.match(r"-[a-zA-Z]*[rRf]|--(?:rec|for)", each) for each in arguments):
        return Objection("rm with -r or -f is never run.", "Remove single files, by their names.")
    if name == "dd" and any(each.startswith("of=") for each in arguments):
        return Objection("dd with of= is never run.", "Leave this to a person.")
    kills = name in {"kill", "pkill", "killall", "skill"}
    if kills and any(programs.FIRM_KILLS.search(each) for each in arguments):
        mend = "Stop the service by its init system, which waits for it."
        return Objection("kill -9 takes away what is not saved.", mend)
    return None


def _names_a_program(arguments: Sequence[str], terms: CommandTerms) -> bool:
    known = (*terms.programs, *terms.changing) if terms.changes else terms.programs
    return bool(arguments) and arguments[0] in known


def _reads(path: str, name: str, arguments: Sequence[str], terms: CommandTerms) -> bool:
    if path in terms.programs:
        return True
    if name in programs.SHELLS and _names_a_program(arguments, terms):
        return True
    if name not in programs.READING:
        return False
    first, never = programs.READING[name]
    begins = not first or bool(re.fullmatch(first, arguments[0] if arguments else ""))
    return begins and not any(re.search(never, each) for each in arguments)


def _changes_as_agreed(
    path: str, name: str, arguments: Sequence[Word], terms: CommandTerms
) -> bool:
    if path in terms.changing:
        return True
    texts = [word.text for word in arguments]
    if " ".join([path, *texts]) in terms.sudo:
        return True
    if name == "kill":  # a process is known by its number when the command runs, not before
        texts = ["1" if word.variable else word.text for word in arguments]
    return may_change(name, texts)


def _not_known(path: str, name: str) -> Objection:
    if name in programs.READING:
        mend = 'Declare it with "change:" in a procedure, or ask in a way that only reads.'
        return Objection(f'"{name}" with these arguments may change something.', mend)
    mend = f'Name it by its whole path ("/usr/local/bin/{name}") in the server\'s list "programs:".'
    return Objection(f'It is not known whether "{path}" only reads.', mend)
