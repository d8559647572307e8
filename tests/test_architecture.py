"""Holds what docs/architecture.md says about imports, sizes and names, over every Python file."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IMPORT_ROOTS = ("functions", "layers/core", ".")
PYTHON_FOLDERS = ("functions", "layers", "infra", "tests", "bench")
NOT_FOR_PRODUCTION = {"infra", "tests", "bench", "functions", "layers"}
NAMES_THAT_SAY_NOTHING = {
    "utils", "util", "helpers", "helper", "common", "misc", "manager", "base",
}  # fmt: skip
LONGEST_FUNCTION = 40
LONGEST_MODULE = 250

Check = Callable[[Path], Iterator[str]]


def python_files(root: Path) -> list[Path]:
    return sorted(path for folder in PYTHON_FOLDERS for path in (root / folder).rglob("*.py"))


def module_name(path: Path, root: Path) -> str:
    """The name under which Python imports this file: `probe.shard`, `infra.local.command`."""
    for import_root in IMPORT_ROOTS:
        if path.is_relative_to(root / import_root):
            parts = path.relative_to(root / import_root).with_suffix("").parts
            return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    raise ValueError(path)


def imports(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything that a file imports, at its top or inside.

    `from toban import domain` gives `toban.domain`: an attribute of a package may be a module.
    """
    package = module_name(path, root).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = [*above, *([node.module] if node.module else [])]
            yield from ((node.lineno, ".".join([*origin, alias.name])) for alias in node.names)


def top_level(name: str) -> str:
    return name.partition(".")[0]


def duties(root: Path) -> set[str]:
    folders = (path for path in (root / "functions").iterdir() if path.is_dir())
    return {folder.name for folder in folders if not folder.name.startswith("_")}


def offending(root: Path, folder: str, forbidden: Callable[[Path, str], bool]) -> Iterator[str]:
    for path in sorted((root / folder).rglob("*.py")):
        for line, name in imports(path, root):
            if forbidden(path, name):
                yield f"{path.relative_to(root)}:{line} imports {name}"


def duties_that_import_another_duty(root: Path) -> Iterator[str]:
    def forbidden(path: Path, name: str) -> bool:
        own = path.relative_to(root / "functions").parts[0]
        return top_level(name) in duties(root) - {own}

    return offending(root, "functions", forbidden)


def layers_that_import_a_duty(root: Path) -> Iterator[str]:
    return offending(root, "layers", lambda _, name: top_level(name) in duties(root))


def rules_that_import_more_than_the_standard_library(root: Path) -> Iterator[str]:
    def forbidden(_: Path, name: str) -> bool:
        standard = top_level(name) in sys.stdlib_module_names
        return not (standard or f"{name}.".startswith("toban.domain."))

    return offending(root, "layers/core/toban/domain", forbidden)


def production_that_imports_what_is_not_shipped(root: Path) -> Iterator[str]:
    for folder in ("functions", "layers"):
        yield from offending(root, folder, lambda _, name: top_level(name) in NOT_FOR_PRODUCTION)


def functions_that_are_too_long(root: Path) -> Iterator[str]:
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield f"{path.relative_to(root)}:{node.lineno} {node.name} has {lines} lines"


def modules_that_are_too_long(root: Path) -> Iterator[str]:
    for path in python_files(root):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_MODULE:
            yield f"{path.relative_to(root)} has {lines} lines"


def names_that_say_nothing(root: Path) -> Iterator[str]:
    for path in python_files(root):
        if NAMES_THAT_SAY_NOTHING & set(path.relative_to(root).with_suffix("").parts):
            yield str(path.relative_to(root))


RULES: list[Check] = [
    duties_that_import_another_duty,
    layers_that_import_a_duty,
    rules_that_import_more_than_the_standard_library,
    production_that_imports_what_is_not_shipped,
    functions_that_are_too_long,
    modules_that_are_too_long,
    names_that_say_nothing,
]


def named(check: Check) -> str:
    return check.__name__


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_there_are_no(rule: Check) -> None:
    found = list(rule(ROOT))

    assert found == [], "\n".join(found)


BAD_EXAMPLES: list[tuple[Check, str, str, str]] = [
    (
        duties_that_import_another_duty,
        "functions/probe/shard.py",
        "def run() -> None:\n    from respond import shell",
        "functions/probe/shard.py:2 imports respond.shell",
    ),
    (
        layers_that_import_a_duty,
        "layers/core/toban/clock.py",
        "import probe.shard",
        "layers/core/toban/clock.py:1 imports probe.shard",
    ),
    (
        rules_that_import_more_than_the_standard_library,
        "layers/core/toban/domain/plan.py",
        "import boto3",
        "layers/core/toban/domain/plan.py:1 imports boto3",
    ),
    (
        rules_that_import_more_than_the_standard_library,
        "layers/core/toban/domain/plan.py",
        "from .. import settings",
        "layers/core/toban/domain/plan.py:1 imports toban.settings",
    ),
    (
        rules_that_import_more_than_the_standard_library,
        "layers/core/toban/domain/__init__.py",
        "from ..clock import now",
        "layers/core/toban/domain/__init__.py:1 imports toban.clock.now",
    ),
    (
        production_that_imports_what_is_not_shipped,
        "functions/probe/shard.py",
        "from infra.local import stack",
        "functions/probe/shard.py:1 imports infra.local.stack",
    ),
    (
        functions_that_are_too_long,
        "infra/local/stack.py",
        "async def run():\n" + "    await 1\n" * 40,
        "infra/local/stack.py:1 run has 41 lines",
    ),
    (
        modules_that_are_too_long,
        "tests/unit/test_plan.py",
        "x = 1\n" * 251,
        "tests/unit/test_plan.py has 251 lines",
    ),
    (
        names_that_say_nothing,
        "functions/probe/utils/sockets.py",
        "",
        "functions/probe/utils/sockets.py",
    ),
]


@pytest.mark.parametrize(
    ("rule", "file", "source", "message"),
    BAD_EXAMPLES,
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_bad_example_is_found(
    rule: Check, file: str, source: str, message: str, tmp_path: Path
) -> None:
    for folder in ("functions/probe", "functions/respond", "layers/core/toban/domain"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(source, encoding="utf-8")

    assert list(rule(tmp_path)) == [message]


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_duty_may_import_itself_the_layer_and_what_the_layers_install(
    rule: Check, tmp_path: Path
) -> None:
    for folder in ("functions/probe", "functions/respond", "layers/core/toban/domain"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "functions/probe/shard.py").write_text(
        "import boto3\nfrom probe import tcp\nfrom . import http\nfrom toban import clock\n"
    )
    (tmp_path / "layers/core/toban/domain/plan.py").write_text(
        "import enum\nfrom toban.domain import incident\nfrom .monitor import Monitor\n"
    )

    assert list(rule(tmp_path)) == []
