"""What `make build` would upload: for arm64, from the locks, without ballast."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.artefacts.built import Built, build, runtime, tell
from tests.template.documents import ROOT, functions
from tests.test_requirements import normalised, pins

pytestmark = pytest.mark.timeout(600)  # of the first test, which builds

AARCH64 = 183
"""e_machine of ELF: EM_AARCH64."""
MOST_BYTES = 100 * 10**6
"""Of a function with its layers, unzipped; Lambda takes 250 MB."""
NEVER_SHIPPED = {"tests", "test", "bin", "Makefile", "requirements.txt"}
TEST_CALLS = ("text", "speech")
"""Where our own layer has a folder of that name: what is said in a test call."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build("aarch64", tmp_path_factory.mktemp("arm64"))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def machines(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and the machine of every binary: the header of ELF tells it."""
    for path in files(folder):
        with path.open("rb") as opened:
            header = opened.read(20)
        if header.startswith(b"\x7fELF"):
            yield path.name, int.from_bytes(header[18:20], "little")


def wheels(layer: Path) -> dict[str, str]:
    """Distribution -> version, of everything that is installed in a layer."""
    told = (message_from_bytes(path.read_bytes()) for path in layer.glob("python/*/METADATA"))
    return {normalised(each["Name"]): f"=={each['Version']}" for each in told}


def platforms(layer: Path) -> set[str]:
    """Return the platforms of all wheels of a layer, as their tags name them."""
    told = (message_from_bytes(path.read_bytes()) for path in layer.glob("python/*/WHEEL"))
    return {tag.rpartition("-")[2] for each in told for tag in each.get_all("Tag", [])}


def test_every_binary_is_one_of_lambdas_machine(built: Built) -> None:
    found = [each for layer in built.layers() for each in machines(layer)]

    assert len(found) > len(built.layers())
    assert [name for name, machine in found if machine != AARCH64] == []


def test_every_wheel_is_one_for_lambdas_machine_or_for_any(built: Built) -> None:
    found = {platform for layer in built.layers() for platform in platforms(layer)}

    assert "any" in found
    assert [each for each in found - {"any"} if not re.search("manylinux.*_aarch64", each)] == []


def test_a_layer_has_exactly_the_wheels_of_its_lock(built: Built) -> None:
    for layer in built.layers():
        lock = ROOT / "layers" / layer.name.removesuffix("Layer").lower() / "requirements.txt"
        locked = {
            name: next(iter(p for p in each if p.startswith("==")))
            for name, each in pins(lock).items()
        }
        assert wheels(layer) == locked


def test_a_function_carries_its_own_duty_and_nothing_else(built: Built) -> None:
    for name, function in functions().items():
        duty = function["Handler"].partition(".")[0]
        assert [each.name for each in (built.folder / name).iterdir()] == [duty]


def test_nothing_is_shipped_that_only_weighs(built: Built) -> None:
    found = (path.relative_to(built.folder).parts for path in files(built.folder))
    names = {part for parts in found if not {*TEST_CALLS} <= {*parts} for part in parts}

    assert names & NEVER_SHIPPED == set()


def test_what_is_compiled_is_compiled_by_lambdas_python_and_in_layers_only(built: Built) -> None:
    compiled = [path for path in files(built.folder) if path.suffix == ".pyc"]
    folders = {path.relative_to(built.folder).parts[0] for path in compiled}

    assert folders == ({layer.name for layer in built.layers()} if runtime() else set())
    assert {path.suffixes[0] for path in compiled} <= {".cpython-313"}


def test_a_function_with_its_layers_is_far_from_lambdas_limit(built: Built) -> None:
    parts = {part for name in functions() for part in built.parts(name)}
    sizes = {part: sum(path.stat().st_size for path in files(part)) for part in parts}
    unzipped = {name: sum(sizes[part] for part in built.parts(name)) for name in functions()}
    for name, size in sorted(unzipped.items(), key=lambda pair: -pair[1]):
        tell(f"{size / 1e6:6.1f} MB unzipped  {name}")

    assert [name for name, size in unzipped.items() if size > MOST_BYTES] == []
