"""Every function as it is built, under Lambda's own runtime, answers once more what it was asked in
a night: everything may happen twice, or late.

Their clients ask the AWS endpoint of the system that the night was played in. AWS_EXECUTION_ENV is
left out, for on Lambda no probe may go to a loopback address, where the night's servers are.
"""

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.artefacts.built import Built, build, runtime, tell
from tests.artefacts.emulator import Sandbox, missing
from tests.artefacts.night import Event, asked_besides, listening, play
from tests.conftest import NO_ACCOUNT
from tests.scenarios.shift import Shift
from tests.template.documents import functions, root

pytestmark = pytest.mark.timeout(600)  # of the first test, which builds and plays the night

LATE = {"PickWorkFunction": "TurnLostError"}
"""Who refuses to be asked again after the repair is over, and how."""
ANSWERS: dict[str, tuple[str, Any]] = {
    "AcknowledgeIncidentFunction": ("why", "The incident is closed."),
    "DrawForMailFunction": ("kept", ["load"]),
    "ReadHearingSheetFunction": ("mistakes", []),
    "RunAcceptanceFunction": ("mistakes", []),
    "ServeGraphsFunction": ("statusCode", 200),
    "TakeInFunction": ("done", True),
    "TakeMailEventFunction": ("fate", "delivered"),
    "VerifyRepairFunction": ("verification", "verified"),
}
"""What an answer must say, where it could be given without the work."""


@pytest.fixture(scope="module", autouse=True)
def able() -> None:
    if missing():
        pytest.skip(f"{missing()}: what was built is not run")


@pytest.fixture(scope="module")
def built(able: None, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(platform.machine(), tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="module")
def asked(able: None, shift: Shift) -> dict[str, Event]:
    """Play the night; return an event of each function."""
    heard: dict[str, Event] = {}
    with listening(shift, heard):
        play(shift)
    return heard | asked_besides(shift, heard)


@pytest.fixture(scope="module")
def environment(shift: Shift) -> dict[str, str]:
    """What the template gives to every function, and what leads to the night's system."""
    given = root()["Globals"]["Function"]["Environment"]["Variables"]
    return {
        **{name: os.environ[name] for name in given},
        **NO_ACCOUNT,
        "AWS_REGION": shift.system.region,
        "AWS_ENDPOINT_URL": shift.system.endpoint.url,
        "PYTHONDONTWRITEBYTECODE": "1",  # on Lambda nothing can be written there
    }


@pytest.mark.parametrize("name", sorted(functions()))
def test_a_built_function_starts_and_answers(
    built: Built, asked: dict[str, Event], environment: dict[str, str], name: str, tmp_path: Path
) -> None:
    assert name in asked, "no event for it: asked_besides() in tests/artefacts/night.py"
    with Sandbox(built, name, environment, tmp_path / "log") as sandbox:
        answer, seconds = sandbox.invoke(asked[name])
    tell(f"{seconds:6.2f} s to start and to answer  {name}")

    assert answer.get("errorType") == LATE.get(name), f"{answer}\n{sandbox.log()}"
    key, value = ANSWERS.get(name, ("", None))
    assert answer.get(key) == value, answer


def test_lambdas_python_takes_a_layers_modules_as_they_were_compiled(built: Built) -> None:
    place = {"PYTHONPATH": str(built.folder / "CoreLayer" / "python")}
    command = [runtime(), "-S", "-v", "-c", "import toban.store.record"]

    told = subprocess.run(command, env=place, capture_output=True, text=True, check=True).stderr

    taken = re.findall(r"^# code object from '?(.*?)'?$", told, flags=re.MULTILINE)
    assert len([each for each in taken if "/toban/" in each]) > 1
    assert [each for each in taken if each.endswith(".py")] == []


def test_a_module_that_a_layer_lacks_is_not_found_elsewhere(
    built: Built, environment: dict[str, str], tmp_path: Path
) -> None:
    alone = tmp_path / "RollBackFunction"
    alone.symlink_to(built.folder / alone.name)
    for layer in ("CoreLayer", "SshLayer"):
        (tmp_path / layer / "python").mkdir(parents=True)

    with Sandbox(Built(tmp_path), alone.name, environment, tmp_path / "log") as sandbox:
        answer, _ = sandbox.invoke({})

    assert answer["errorType"] == "Runtime.ImportModuleError"
