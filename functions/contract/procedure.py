"""The customer's own procedures of a server (M-2): read, linted, and tied to their monitors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contract.command_terms import COMMAND
from contract.naming import MONITOR_ID, PROCEDURE_NAME
from toban.catalogue.format import line_of_text, matching, whole_number
from toban.catalogue.mistake import Place, quoted
from toban.catalogue.section import Section, note_repeated, section_of
from toban.domain.command_terms import CommandTerms, Objection
from toban.domain.contract import Monitor
from toban.domain.linter import lint
from toban.domain.plan import Plan
from toban.domain.procedure import OWN, Procedure, ProcedureStep, StepKind, step_objections

MOST_STEPS = 12
LONGEST_SECONDS = 600
"""All steps of a procedure together: from then on the telephone is not kept waiting."""
NOTIFY_ONLY = "rb_notify"
_TIMEOUT = whole_number("a time in seconds", 1, 300, 30)
_STATUS = whole_number("an exit status", 0, 255, 0)
_EXPECT = line_of_text(200, "active")
_RUNBOOK = matching(r"rb_[a-z]{1,20}", "a runbook", 'Write it like "rb_unit".', "rb_unit")


@dataclass(frozen=True, slots=True)
class _Assigned:
    """Where a monitor's own procedure stands: in the place of the runbook, or after it."""

    name: str
    runbook: str
    in_place: bool
    place: Place


def read_procedures(
    server: Section, plan: Plan, terms: CommandTerms, monitors: tuple[Monitor, ...]
) -> tuple[tuple[Procedure, ...], tuple[Monitor, ...]]:
    """Return the server's procedures, and its monitors with what is carried out for them."""
    if not server.has("procedures"):
        return (), monitors
    if plan is not Plan.MANAGED:
        problem = f'Own procedures belong to the plan "{Plan.MANAGED}".'
        server.note("procedures", problem, "Choose that plan, or remove the procedures.")
    nodes = server.nodes("procedures", '"- name: restart-worker" with its other lines below')
    parts = [part for node in nodes if (part := section_of(node, server.notes, "a procedure"))]
    assigned: dict[str, _Assigned] = {}
    found = [_procedure(part, terms, monitors, assigned) for part in parts]
    names = [(each.name, part.place_of("name")) for each, part in zip(found, parts, strict=True)]
    note_repeated(names, server.notes, "The procedure", "Give each a name of its own.")
    return tuple(found), tuple(_with(each, assigned) for each in monitors)


def _with(monitor: Monitor, assigned: Mapping[str, _Assigned]) -> Monitor:
    own = assigned.get(monitor.monitor_id)
    if own is None:
        return monitor
    runbook = OWN if own.in_place else monitor.runbook
    return replace(monitor, runbook=runbook, procedure=own.name)


def _procedure(
    part: Section,
    terms: CommandTerms,
    monitors: tuple[Monitor, ...],
    assigned: dict[str, _Assigned],
) -> Procedure:
    name = part.required("name", PROCEDURE_NAME)
    part.name = f"the procedure {name}".strip()
    _assign(part, name, monitors, assigned)
    nodes = part.nodes("steps", '"- change: sudo /usr/bin/systemctl restart worker.service"')
    allowed = replace(terms, changes=True)
    sections = [one for node in nodes if (one := section_of(node, part.notes, "a step"))]
    steps = tuple(read for each in sections if (read := _step(each, allowed)))
    _note_contradictions(part, steps, len(nodes))
    part.close()
    return Procedure(name, steps, allowed)


def _assign(
    part: Section, name: str, monitors: tuple[Monitor, ...], assigned: dict[str, _Assigned]
) -> None:
    """Tie the procedure to its monitors; each has one at most."""
    by_id = {each.monitor_id.rpartition(".")[2]: each for each in monitors}
    in_place = part.has("in_place_of")
    if in_place == part.has("after"):
        mend = 'Write one of "in_place_of: rb_unit" and "after: rb_unit".'
        part.notes.add(part.place, "The procedure has no place beside the runbook.", mend)
    key = "in_place_of" if in_place else "after"
    runbook = part.optional(key, _RUNBOOK, "")
    for own, place in part.listed("monitors", MONITOR_ID):
        monitor = by_id.get(own)
        if monitor is None:
            if own:
                problem = f"{quoted(own)} is no monitor of this server."
                part.notes.add(place, problem, f"Use one of: {', '.join(by_id) or 'none'}.")
            continue
        _note_other_runbook(part, key, runbook, monitor)
        if monitor.monitor_id in assigned:
            problem = f"{quoted(own)} has the procedure {assigned[monitor.monitor_id].name}."
            part.notes.add(place, problem, "Keep one procedure for each monitor.")
        assigned[monitor.monitor_id] = _Assigned(name, runbook, in_place, place)


def _note_other_runbook(part: Section, key: str, runbook: str, monitor: Monitor) -> None:
    """Note a runbook that the monitor does not have; one without any is told of only."""
    has = monitor.runbook or NOTIFY_ONLY
    if not runbook or runbook == has:
        return
    own = monitor.monitor_id.rpartition(".")[2]
    part.note(key, f"{quoted(own)} has the runbook {has}.", f'Write "{key}: {has}".')


def _step(part: Section, terms: CommandTerms) -> ProcedureStep | None:
    kinds = [kind for kind in StepKind if part.has(kind)]
    if len(kinds) != 1:
        mend = 'Begin it with one of "read:", "change:" and "verify:" and its command.'
        part.notes.add(part.place, "A step does exactly one thing.", mend)
        return None
    step = ProcedureStep(
        kind=kinds[0],
        command=part.required(kinds[0], COMMAND),
        timeout_seconds=part.optional("timeout", _TIMEOUT, 30),
        exit_status=part.optional("exit_status", _STATUS, 0),
        expect=part.optional("expect", _EXPECT, ""),
        rollback=part.optional("rollback", COMMAND, ""),
    )
    for key, objection in _objections(step, terms):
        part.note(key, objection.problem, objection.mend)
    if step.rollback and step.kind is not StepKind.CHANGE:
        part.note("rollback", "Only a change can be undone.", "Remove the line.")
    part.close()
    return step


def _objections(step: ProcedureStep, terms: CommandTerms) -> Iterator[tuple[str, Objection]]:
    command = replace(step, rollback="")
    yield from ((step.kind, found) for found in step_objections(command, terms) if step.command)
    if step.rollback:
        yield from (("rollback", found) for found in lint(step.rollback, terms))


def _note_contradictions(part: Section, steps: tuple[ProcedureStep, ...], written: int) -> None:
    """Note what is wrong with the steps together: none changes, none proves, too many, too long."""
    kinds = [step.kind for step in steps]
    if steps and kinds[-1] is not StepKind.VERIFY and len(steps) == written:
        mend = 'End with "verify:", a command that only reads and tells whether it helped.'
        part.note("steps", "The last step proves nothing.", mend)
    if steps and StepKind.CHANGE not in kinds and len(steps) == written:
        part.note("steps", "No step changes anything.", 'Write what is changed with "change:".')
    if written > MOST_STEPS:
        mend = f"Keep at most {MOST_STEPS}, or put them into a program on the server."
        part.note("steps", f"There are {written} steps.", mend)
    seconds = sum(step.timeout_seconds for step in steps)
    if seconds > LONGEST_SECONDS:
        mend = f"Shorten the timeouts to {LONGEST_SECONDS} s together."
        part.note("steps", f"The steps may take {seconds} s.", mend)
