"""Every place installs the very same packages, and no lock names the machine it was made on."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bench.cost.starts import described_services
from tests.test_architecture import ROOT, duties, imports, top_level

LAYERS = [ROOT / f"layers/{layer}/requirements.txt" for layer in ("core", "ssh", "snmp")]
DEVELOPMENT = ROOT / "requirements/dev.txt"
OF_TOOLS = [ROOT / f"requirements/{name}.txt" for name in ("sam", "checkov", "artefacts")]
LOCKS = [*LAYERS, DEVELOPMENT, *OF_TOOLS]


def pins(lock: Path) -> dict[str, set[str]]:
    """Package -> its pin and the hashes of its files."""
    blocks = re.split(r"^(?=[a-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        block.partition("==")[0]: set(re.findall(r"==[^\s;]+|sha256:[0-9a-f]{64}", block))
        for block in blocks
    }


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@pytest.mark.parametrize("layer", LAYERS, ids=relative)
def test_what_a_layer_ships_is_what_the_tests_run(layer: Path) -> None:
    tested = pins(DEVELOPMENT)

    assert pins(layer)
    assert pins(layer) == {name: tested[name] for name in pins(layer)}


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_every_pin_has_hashes(lock: Path) -> None:
    assert [name for name, found in pins(lock).items() if len(found) < 2] == []


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_a_lock_names_no_place(lock: Path) -> None:
    named = r"://|--(extra-)?index-url|--find-links|(^|\s)/\w|via -r /"

    assert re.findall(named, lock.read_text(encoding="utf-8")) == []


def test_production_code_imports_only_what_the_layers_install() -> None:
    shipped = {name for layer in LAYERS for name in pins(layer)}
    distributions = packages_distributions()
    ours = duties(ROOT) | {"toban"} | sys.stdlib_module_names

    not_shipped = [
        f"{relative(path)}:{line} imports {name}"
        for folder in ("functions", "layers")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in imports(path, ROOT)
        if top_level(name) not in ours
        and shipped.isdisjoint(map(normalised, distributions.get(top_level(name), [])))
    ]

    assert not_shipped == []


def test_the_core_layer_describes_every_aws_service_that_is_asked_and_no_other() -> None:
    assert sorted(described_services()) == sorted(asked_services())


def asked_services() -> set[str]:
    """Every client that production code makes is named where it is made; pynamodb asks one."""
    return {"dynamodb"} | {
        ast.literal_eval(call.args[0])
        for folder in ("functions", "layers/core/toban")
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"client", "waiting_client"}
    }
