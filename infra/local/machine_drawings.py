"""Draws the state machines from the very files that are deployed: docs/machines.md.

`python -m infra.local.machine_drawings` writes the page; a test fails when it is out of date.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "machines.md"
MACHINES = ("confirm", "incident", "repair", "phone_chain", "resume", "maintenance")

_HEAD = """# The state machines

Drawn from `infra/*.asl.yaml` by `python -m infra.local.machine_drawings`; a test fails when this
page is not what would be drawn now. Dotted arrows are what happens when a step fails for good.
"""

State = dict[str, Any]


def page() -> str:
    """Return the page: for each machine its comment, its picture and what its states say."""
    return "\n".join([_HEAD, *(_section(name) for name in MACHINES)])


def _section(name: str) -> str:
    path = ROOT / "infra" / f"{name}.asl.yaml"
    machine = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = ["```mermaid", "flowchart TD", *_drawn(machine, ""), "```", ""]
    captions = [f"- **{state}**: {text}" for state, text in _captions(machine)]
    return "\n".join([f"## {name}", "", machine["Comment"], "", *lines, *captions, ""])


def _drawn(machine: State, prefix: str) -> Iterator[str]:
    """Yield the lines of one level of states; what runs inside a state is a box of its own."""
    yield f"  {prefix}start(( )) --> {prefix}{_id(machine['StartAt'])}"
    for name, state in machine["States"].items():
        here = prefix + _id(name)
        yield f"  {here}{_shape(name, state['Type'])}"
        for inner, number in _inside(state):
            box = f"{here}_{number}"
            yield f"  subgraph {box} [{name}]"
            yield from _drawn(inner, f"{box}_")
            yield "  end"
            yield f"  {here} --> {box}_start"
        yield from (f"  {here} {arrow} {prefix}{_id(target)}" for arrow, target in _arrows(state))


def _inside(state: State) -> Iterator[tuple[State, int]]:
    branches = state.get("Branches", []) + [
        state[key] for key in ("ItemProcessor",) if key in state
    ]
    yield from ((branch, number) for number, branch in enumerate(branches))


def _arrows(state: State) -> Iterator[tuple[str, str]]:
    if "Next" in state:
        yield "-->", state["Next"]
    for rule in state.get("Choices", []):
        yield f'-- "{_condition(rule)}" -->', rule["Next"]
    if "Default" in state:
        yield "-- otherwise -->", state["Default"]
    for caught in state.get("Catch", []):
        yield "-.->", caught["Next"]


def _condition(rule: State) -> str:
    if "And" in rule:
        return " and ".join(_condition(each) for each in rule["And"])
    path = str(rule["Variable"]).removeprefix("$.")
    test = next(key for key in rule if key not in {"Variable", "Next"})
    return f"{path} {test} {rule[test]}"


def _shape(name: str, kind: str) -> str:
    brackets = {"Choice": ("{", "}"), "Wait": ("([", "])"), "Succeed": ("((", "))")}
    left, right = brackets.get(kind, ("[", "]"))
    return f'{left}"{name}"{right}'


def _id(name: str) -> str:
    """Return a name that Mermaid takes; the question of a choice keeps it apart from its answer."""
    return name.replace("?", "_asked")


def _captions(machine: State) -> Iterator[tuple[str, str]]:
    for name, state in machine["States"].items():
        if "Comment" in state:
            yield name, state["Comment"]
        for inner, _ in _inside(state):
            yield from _captions(inner)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
