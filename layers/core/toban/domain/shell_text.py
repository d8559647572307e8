"""Reads the commands of a customer as a shell would, as far as the linter judges them.

What is read is a part of POSIX sh: simple commands, pipes, lists, `$(...)`, redirections, `if` and
`for`. What lies outside of it is refused by name: what cannot be read cannot be judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

_OPERATORS = ("&&", "||", ";;", ">>", "<<", "&>", ">&", "<&", ">|", ";", "|", "&", "\n", ">", "<")
_REDIRECTIONS = frozenset({">>", ">", "<", "&>", ">|", "<<", ">&", "<&"})
_BLANKS = " \t"
_WILDCARDS = "*?["


class UnreadableError(Exception):
    """The text is no command that the linter reads; `str()` says what stands in the way."""


@dataclass(slots=True)
class Word:
    """One word with its quotes removed. `wildcard` and `variable` tell what the shell would put
    into it; `inner` are the texts of `$(...)` in it.
    """

    text: str = ""
    wildcard: bool = False
    variable: bool = False
    inner: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Command:
    """One simple command; `fed` says that a pipe ends in it, `background` that nobody waits."""

    words: list[Word] = field(default_factory=list)
    redirections: list[tuple[str, Word]] = field(default_factory=list)
    fed: bool = False
    background: bool = False


def commands(text: str) -> list[Command]:
    """Return the simple commands in their order, those in `$(...)` not taken apart yet."""
    found: list[Command] = [Command()]
    redirection = ""
    for part in _parts(text):
        if isinstance(part, Word):
            if redirection:
                found[-1].redirections.append((redirection, part))
            else:
                found[-1].words.append(part)
            redirection = ""
        elif redirection:
            raise UnreadableError(f'nothing stands behind "{redirection}"')
        elif part in _REDIRECTIONS:
            redirection = part
        else:
            found[-1].background = part == "&"
            found.append(Command(fed=part == "|"))
    if redirection:
        raise UnreadableError(f'nothing stands behind "{redirection}"')
    return [each for each in found if each.words or each.redirections]


def _parts(text: str) -> Iterator[Word | str]:
    at = 0
    while at < len(text):
        char = text[at]
        if char in _BLANKS or text.startswith("\\\n", at):
            at += 1 if char in _BLANKS else 2
        elif char == "#":
            at = _end_of_line(text, at)
        elif char in "()":
            raise UnreadableError("a subshell or a function")
        elif operator := next((each for each in _OPERATORS if text.startswith(each, at)), ""):
            if operator == "<<":
                raise UnreadableError("a text that is fed to a command (<<)")
            yield operator
            at += len(operator)
        else:
            word, at = _word(text, at)
            if not (word.text.isdigit() and text[at : at + 1] in {">", "<"}):
                yield word  # a digit before > is the number of a stream


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _word(text: str, at: int) -> tuple[Word, int]:
    word = Word()
    while at < len(text):
        char = text[at]
        if char in _BLANKS or char in "()\n;|&<>":
            break
        if char == "'":
            end = _closing(text, at + 1, "'")
            word.text += text[at + 1 : end]
            at = end + 1
        elif char == '"':
            at = _double_quoted(text, at + 1, word)
        elif char == "\\":
            word.text += text[at + 1 : at + 2]
            at += 2
        elif char in "$`":
            at = _expansion(text, at, word)
        else:
            word.wildcard = word.wildcard or char in _WILDCARDS
            word.text += char
            at += 1
    return word, at


def _double_quoted(text: str, at: int, word: Word) -> int:
    while at < len(text):
        char = text[at]
        if char == '"':
            return at + 1
        if char == "\\" and text[at + 1 : at + 2] in {'"', "\\", "$", "`"}:
            word.text += text[at + 1]
            at += 2
        elif char in "$`":
            at = _expansion(text, at, word)
        else:
            word.text += char
            at += 1
    raise UnreadableError("a quotation mark that is not closed")


def _expansion(text: str, at: int, word: Word) -> int:
    """Take what the shell would replace; `$(...)` is kept to be read by itself."""
    if text[at] == "`":
        raise UnreadableError("backquotes: write $(...)")
    if text.startswith("$((", at) or text.startswith("${", at):
        end = _closing(text, at + 2, "}" if text[at + 1] == "{" else ")")
        if any(sign in text[at:end] for sign in "`("[: 1 if text[at + 1] == "(" else 2]):
            raise UnreadableError("a command within an expansion")
        end += 1 if text.startswith("))", end) else 0
    elif text.startswith("$(", at):
        end = _matching(text, at + 2)
        word.inner.append(text[at + 2 : end])
    else:
        end = at
        while text[end + 1 : end + 2].isalnum() or text[end + 1 : end + 2] in {"_", "?"}:
            end += 1
    word.variable = True
    word.text += text[at : end + 1]
    return end + 1


def _closing(text: str, at: int, sign: str) -> int:
    end = text.find(sign, at)
    if end < 0:
        raise UnreadableError(f"{sign} is missing")
    return end


def _matching(text: str, at: int) -> int:
    """Return where the bracket of a `$(` is closed; quotes hide brackets."""
    depth, quote = 1, ""
    while at < len(text):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return at
        at += 1
    raise UnreadableError(") is missing")
