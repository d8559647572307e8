"""The clauses of the service specification and the tests that show them; writes docs/clauses.md.

`python -m tests.clauses` (`make clauses`) writes the page; tests/test_clauses.py holds it.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
CLAUSES = Path(__file__).with_name("clauses.yaml")
PAGE = ROOT / "docs" / "clauses.md"
STORIES = "tests/scenarios/"

HEAD = """\
# Clauses and their tests

Every clause of the service specification and the tests marked with it, stories on the running
system first. Written by `make clauses`; a test fails when this page is not what it would write, or
when a clause has neither tests nor a word on what will deliver it.
"""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause; `later` and `rest` say what will deliver it, or the part that is missing."""

    id: str
    text: str
    section: str
    later: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One test and the clauses that it is marked with; `file` is relative to the root."""

    file: str
    name: str
    clauses: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The name of the test as what it is."""
        return self.name.removeprefix("test_").replace("_", " ")

    @property
    def is_story(self) -> bool:
        """Whether it drives the running system."""
        return self.file.startswith(STORIES)


def read_clauses(path: Path = CLAUSES) -> list[Clause]:
    """Return all clauses in the order of the specification."""
    section, found = "", []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        section = entry.pop("section", section)
        if entry:
            found.append(Clause(section=section, **entry))
    return found


def read_proofs(root: Path = ROOT) -> list[Proof]:
    """Return every test below tests/, marked or not, by file and in its order there."""
    return [
        proof for path in sorted((root / "tests").rglob("test_*.py")) for proof in _of(path, root)
    ]


def _of(path: Path, root: Path) -> Iterator[Proof]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    all_of_file = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    shared = tuple(_marked(all_of_file))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            clauses = (*shared, *_marked(node.decorator_list))
            yield Proof(path.relative_to(root).as_posix(), node.name, clauses)


def _marked(nodes: Iterable[ast.expr]) -> Iterator[str]:
    """Yield the arguments of `pytest.mark.clause(...)` in decorators and module marks."""
    for node in nodes:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.clause":
                yield from (str(ast.literal_eval(each)) for each in call.args)


def faults(clauses: Sequence[Clause], proofs: Sequence[Proof]) -> list[str]:
    """Return a sentence for each clause that is not honestly accounted for."""
    shown = {clause for proof in proofs for clause in proof.clauses}
    found = []
    for clause in clauses:
        if clause.id in shown and clause.later:
            found.append(f"{clause.id} is marked as coming later, but tests carry it.")
        if clause.id not in shown and not clause.later:
            found.append(f"{clause.id} has no test, and nothing says what will deliver it.")
        if clause.id not in shown and clause.rest:
            found.append(f"{clause.id} says what its tests do not show, but it has none.")
    return found


def page(clauses: Sequence[Clause], proofs: Sequence[Proof]) -> str:
    """Return docs/clauses.md."""
    parts = [HEAD]
    for section, group in groupby(clauses, key=lambda clause: clause.section):
        parts.append(f"## {section}\n")
        parts += [_clause(clause, proofs) for clause in group]
    return "\n".join(parts)


def _clause(clause: Clause, proofs: Sequence[Proof]) -> str:
    mine = [proof for proof in proofs if clause.id in proof.clauses]
    mine.sort(key=lambda proof: not proof.is_story)
    lines = [f"### {clause.id}\n", f"{clause.text}\n"]
    for file, group in groupby(mine, key=lambda proof: proof.file):
        kind = " (story)" if file.startswith(STORIES) else ""
        lines.append(f"- [{file}](../{file}){kind}")
        lines += [f"  - {proof.sentence}" for proof in group]
    remarks: Mapping[str, str] = {"Comes later": clause.later, "Still to come": clause.rest}
    words = [f"\n*{word}: {what}.*" for word, what in remarks.items() if what]
    return "\n".join([*lines, *words]).replace("\n\n\n", "\n\n") + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(read_clauses(), read_proofs()), encoding="utf-8")


if __name__ == "__main__":
    main()
