"""A fresh machine is set up though the network breaks off once; what cannot be had is told."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SET_UP = Path("infra/local/set_up.sh")
PYTHON = """\
#!/bin/bash
case "$*" in
  "-m venv --clear "*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
  "-m pip install "*) echo "$*" >>tries; [ "$(wc -l <tries)" -gt "$BREAKS" ] ;;
esac
"""
"""Stands for Python and its pip, whose first downloads break off."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, a lock, that Python, and a `sleep` that does not wait."""
    for folder in ("infra/local", "requirements", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / SET_UP, tmp_path / SET_UP)
    (tmp_path / "requirements" / "sam.txt").write_text("tool==1.0\n")
    for name, program in (("python", PYTHON), ("sleep", "#!/bin/sh\n")):
        (tmp_path / "bin" / name).write_text(program)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def set_up(checkout: Path, breaks: int) -> "subprocess.CompletedProcess[str]":
    path = f"{checkout / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHON": "python", "BREAKS": str(breaks)}
    return subprocess.run(
        [checkout / SET_UP, "sam"], env=environment, capture_output=True, text=True, check=False
    )


def tries(checkout: Path) -> int:
    return len((checkout / "tries").read_text().splitlines())


def test_a_download_that_breaks_off_is_tried_again_and_what_is_done_is_not(
    checkout: Path,
) -> None:
    assert set_up(checkout, breaks=2).returncode == 0
    assert tries(checkout) == 3

    assert set_up(checkout, breaks=2).stderr == ""
    assert tries(checkout) == 3


def test_a_network_that_stays_away_is_told_in_one_sentence_and_nothing_counts_as_done(
    checkout: Path,
) -> None:
    told = set_up(checkout, breaks=9)

    assert (told.returncode, tries(checkout)) == (1, 3)
    assert told.stderr.splitlines()[-1].startswith("set-up: pip could not install")
    assert set_up(checkout, breaks=3).returncode == 0
