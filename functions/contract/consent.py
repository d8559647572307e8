"""What the customer has agreed to in writing, and what follows for the monitors."""

from collections.abc import Iterable
from dataclasses import replace

from toban.catalogue.format import Format, half_width, one_of, whole_number, yes_or_no
from toban.catalogue.mistake import Refusal
from toban.catalogue.runbooks import runbook
from toban.catalogue.section import Section, note_repeated, section_of
from toban.domain.consent import Cleaning, Consent, OldFiles, refusal
from toban.domain.contract import Monitor

_CLEANING = one_of((str(cleaning) for cleaning in Cleaning), "packages")
_DAYS = whole_number("a number of days", 1, 3_650, 30)
_YES_OR_NO = yes_or_no("no")
_LONGEST = 200


def _pattern(text: str) -> str:
    typed = half_width(text)
    if len(typed) > _LONGEST or any(sign.isspace() or not sign.isprintable() for sign in typed):
        raise Refusal("It is not a pattern of file names.", "Write it like /var/log/app/*.log.gz.")
    if problem := refusal(typed):
        mend = 'Write files of one folder that may be deleted, like "/var/log/app/*.log.gz".'
        raise Refusal(problem, mend)
    return typed


_PATTERN = Format(_pattern, "/var/log/app/*.log.gz", "")


def read_consent(server: Section) -> Consent:
    """Return what the server's section `consent` agrees to; without it nothing is agreed."""
    part = server.section("consent")
    if part is None:
        return Consent()
    part.name = f"the consent of {server.name}"
    nodes = part.nodes("files", '"- {pattern: /var/log/app/*.log.gz, days: 30}"', required=False)
    files = [section_of(node, part.notes, "files to delete") for node in nodes]
    clean = part.listed("clean", _CLEANING, required=False)
    note_repeated(clean, part.notes, "The cleaning", "Remove one of the two.")
    consent = Consent(
        clean=tuple(Cleaning(each) for each, _ in clean),
        files=tuple(_old_files(each) for each in files if each),
        lose_cache=part.optional("lose_cache", _YES_OR_NO, default=False),
    )
    part.close()
    return consent


def _old_files(part: Section) -> OldFiles:
    files = OldFiles(part.required("pattern", _PATTERN), part.required("days", _DAYS))
    part.close()
    return files


def agreed(monitors: Iterable[Monitor], consent: Consent) -> tuple[Monitor, ...]:
    """Return the monitors without the procedures to which the customer has not agreed."""
    return tuple(each if _agreed(each, consent) else replace(each, runbook="") for each in monitors)


def _agreed(monitor: Monitor, consent: Consent) -> bool:
    procedure = runbook(monitor.runbook)
    return procedure is None or consent.given(procedure.consent)
