"""The runbooks as a document for people: what each does, in which order, and what it may change."""

from collections.abc import Iterator

from toban.catalogue.menu import menu
from toban.catalogue.runbooks import Runbook, runbooks
from toban.domain.repair import StepName
from toban.text.words import Words, words

_HEAD = """\
<!-- Written by `python -m infra.local.runbook_table`; a test holds it. -->

# Runbooks

What the first response does on a server (clauses P-1 and P-10), as
[runbooks.yaml](../layers/core/toban/catalogue/runbooks.yaml) has it. The steps are carried out in
this order; each one that looks may hold the procedure back, and the customer is then told why and
called. Only the steps in bold change something, once for each service and incident, after a claim
that one run can win. Whether it helped, the monitor says and never a command (P-2). Before any of
them the rails decide (plan, switches, maintenance, storm, limits): [architecture](architecture.md).

On the server nothing is killed that the init system does not kill, and nothing is deleted but what
the customer has listed under [`consent`](hearing-sheet.md)."""

_ENTRY = """\
The code of the steps: [functions/respond/steps](../functions/respond/steps). One step more is a
name in `toban.domain.repair.StepName`, a function, a line in the table of
`respond/steps/__init__.py`, its words in `toban/text/words/*.yaml`, and its place in
runbooks.yaml."""


def document() -> str:
    """Return the whole of docs/runbooks.md."""
    said = words("en")
    parts = [_HEAD]
    for key, procedure in runbooks().items():
        parts += [f"## `{key}`: {procedure.en} ({procedure.ja})", *_parts(key, procedure, said)]
    return "\n\n".join([*parts, _ENTRY]) + "\n"


def _parts(key: str, procedure: Runbook, said: Words) -> Iterator[str]:
    yield procedure.about
    items = [f"`{item.item}`" for item in menu().values() if item.runbook == key]
    yield f"Items: {', '.join(items)}."
    if procedure.consent:
        yield f"Only with `{procedure.consent}` in the server's `consent`."
    told = [_step(step, procedure, said) for step in procedure.steps]
    lines = [f"{number}. {step}" for number, step in enumerate(told, 1)]
    yield "\n".join(lines) if lines else "No steps: it ends with the alert mail."


def _step(step: StepName, procedure: Runbook, said: Words) -> str:
    if step is StepName.RESTART:
        return f"**{said.of(StepName.START)} where it is stopped, else restart it**"
    return f"**{said.of(step)}**" if step in procedure.changes else said.of(step)


if __name__ == "__main__":
    print(document(), end="")
