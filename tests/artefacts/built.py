"""What `sam build` makes of the template, for a machine of one's choice."""

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.template.documents import REGION, ROOT, functions, root

TOOLS = ROOT / ".venv-sam"


@cache
def runtime() -> str:
    """Return the interpreter of the template's runtime, "" where there is none: on PATH, or
    pyenv's.
    """
    name = str(root()["Globals"]["Function"]["Runtime"])
    version = _said("pyenv", "latest", name.removeprefix("python"))
    prefixed = [f"{_said('pyenv', 'prefix', version)}/bin/{name}"] if version else []
    # run it: a version manager's shim can be on PATH without an interpreter behind it
    return next((each for each in (name, *prefixed) if _said(each, "-c", "print(1)")), "")


def _said(*command: str) -> str:
    with suppress(OSError):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        return ran.stdout.strip() if ran.returncode == 0 else ""
    return ""


@dataclass(frozen=True)
class Built:
    """A build folder: one folder for each function and layer."""

    folder: Path

    def layers(self) -> list[Path]:
        """Return all layers."""
        return sorted(self.folder.glob("*Layer"))

    def parts(self, name: str) -> list[Path]:
        """Return what is unpacked for a function: its own folder, then that of each layer."""
        given = [*root()["Globals"]["Function"]["Layers"], *functions()[name].get("Layers", [])]
        return [self.folder / name, *(self.folder / layer["Ref"] for layer in given)]


def build(machine: str, folder: Path) -> Built:
    """Build for a machine, as `uname -m` names it; fails with what SAM says."""
    recipes = {
        "LAYER_PIP": f"{TOOLS}/bin/python -m pip",
        "LAMBDA_MACHINE": machine,
        "LAMBDA_PYTHON": runtime() or "false",  # nothing that runs
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": REGION,
    }
    ran = subprocess.run(
        [TOOLS / "bin" / "sam", "build", "--build-dir", folder / "built"],
        cwd=ROOT,
        env={**os.environ, **recipes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return Built(folder / "built")


def tell(line: str) -> None:
    """Print a measured figure: `make artefacts` shows what tests have printed."""
    sys.stdout.write(f"{line}\n")
