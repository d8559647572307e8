"""What has been agreed about a server's own commands: programs, sudo, places, a restart (M-2)."""

import re

from toban.catalogue.format import Format, matching, yes_or_no
from toban.catalogue.mistake import Refusal
from toban.catalogue.section import STORE_IT, Section
from toban.domain.command_terms import CommandTerms
from toban.domain.linter import LONGEST, lint

_SECRET = re.compile(
    r"(?i)passw(?:or)?d\s*=|--(?:password|token|secret)[= ]|://[^/\s:@]+:[^@\s]+@|authorization:"
    r"|-----BEGIN"
)
_YES_OR_NO = yes_or_no("no")
_PROGRAM = matching(
    r"/[A-Za-z0-9_.+/-]{1,200}",
    "the whole path of a program",
    'Begin it with "/", for example "/usr/local/bin/queue-length".',
    "/usr/local/bin/queue-length",
)
_PLACE = matching(
    r"/(?!(?:dev|proc|sys|boot|root)/|etc/(?:passwd|shadow|group|sudoers|ssh|pam))(?!.*/\.(?:\.|ssh))"
    r"[A-Za-z0-9_.+-]{1,64}/[A-Za-z0-9_.+/-]{1,200}",
    "a file or a folder that may be written to",
    'Write one below a folder of its own, for example "/srv/app/cache".',
    "/srv/app/cache",
)
_SUDO = matching(
    r"/[A-Za-z0-9_.+/-]{1,200}(?: [A-Za-z0-9_.:+/@%=-]{1,100}){0,12}",
    "a command line for sudoers",
    "Write the whole path and the exact words, without wildcards.",
    "/usr/bin/systemctl restart worker.service",
)


def _command(text: str) -> str:
    typed = text.strip()
    if not typed:
        raise Refusal("The command is blank.", "Write it as you would type it.")
    if len(typed) > LONGEST:
        mend = "Put it into a program on the server and name that under programs."
        raise Refusal(f"The command has {len(typed)} characters.", mend)
    if _SECRET.search(typed):
        raise Refusal("The command seems to hold a secret.", f"{STORE_IT} And change it.")
    return typed


COMMAND = Format(_command, "cat /proc/loadavg", "")
"""A command as it is typed; what it may do, the linter says."""


def read_command_terms(server: Section) -> CommandTerms:
    """Return what the server's group `commands` agrees to; nothing where it has none."""
    part = server.section("commands")
    if part is None:
        return CommandTerms()
    part.name = f"the commands of {server.name}"
    terms = CommandTerms(
        programs=_listed(part, "programs", _PROGRAM),
        changing=_listed(part, "changing", _PROGRAM),
        sudo=_listed(part, "sudo", _SUDO),
        writes=_listed(part, "writes", _PLACE),
        reboot=part.optional("reboot", _YES_OR_NO, default=False),
    )
    part.close()
    return terms


def _listed(part: Section, key: str, form: Format[str]) -> tuple[str, ...]:
    return tuple(value for value, _ in part.listed(key, form, required=False) if value)


def note_objections(part: Section, key: str, text: str, terms: CommandTerms) -> None:
    """Note everything that the linter has against a command."""
    for objection in lint(text, terms) if text else ():
        part.note(key, objection.problem, objection.mend)
