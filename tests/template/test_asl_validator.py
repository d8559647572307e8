"""asl-validator, which knows the States Language's own schemas and paths, accepts every machine."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.template.documents import ROOT, machines

VALIDATOR = ROOT / ".make" / "asl" / "node_modules" / ".bin" / "asl-validator"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not VALIDATOR.exists(),
    reason="asl-validator is not installed: it needs node and npm (infra/local/set_up.sh asl)",
)


def validated(*definitions: Path) -> subprocess.CompletedProcess[str]:
    asked = [part for path in definitions for part in ("--yaml-path", str(path))]
    return subprocess.run(
        [str(VALIDATOR), *asked], capture_output=True, text=True, timeout=120, check=False
    )


def test_every_machine_is_accepted() -> None:
    definitions = [ROOT / properties["DefinitionUri"] for properties in machines().values()]

    judged = validated(*definitions)

    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert judged.stdout.count("is valid") == len(definitions)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Next: Recheck\n", "Next: Nowhere\n"),
        ("TimeoutSeconds: 60", "TimeoutSeconds: soon"),
        ("SecondsPath: $.profile", "SecondsPath: profile"),
        ("Type: Choice", "Type: Chance"),
    ],
)
def test_a_mistake_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    text = (ROOT / "infra" / "confirm.asl.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "confirm.asl.yaml"
    broken.write_text(text.replace(right, wrong), encoding="utf-8")

    assert right in text
    assert validated(broken).returncode != 0
