"""The command line: what it refuses, in which words, and that nothing is started then."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.command import main

ROOT = Path(__file__).parents[2]
SHEET = """\
customer:
  id: acme
  name: 株式会社アクメ
contacts:
  - name: 山田 太郎
    mail: taro@example.jp
    phone: 03-1234-5678
servers:
  - id: web01
    plan: notify
    addresses: [192.0.2.10]
    monitors: [http]
"""

MONITOR_OF_NOTHING = "[{item: http, port: 9}]"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def toban(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            status = int(str(stopped.code))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(SHEET, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["up", "--speed", "0"], "--speed: '0' is not a speed"),
        (["up", "--speed", "nan"], "--speed: 'nan' is not a speed"),
        (["up", "--aws-port", "65536"], "--aws-port: '65536' is not a port"),
        (["up", "--sender", "toban"], "--sender: 'toban' is not a mail address"),
        (["up", "--reference", "host"], "--reference: 'host' is not HOST:PORT"),
        (["up", "--smtp", "mailhost"], "--smtp: 'mailhost' is not HOST:PORT"),
        (["up", "--smtp", "a:25", "--mail-dir", "m"], "not allowed with argument --smtp"),
        (["demo", "--servers", "toy"], "--servers: invalid choice: 'toy'"),
        (["sheet", "check"], "the following arguments are required: FILE"),
        (["dance"], "invalid choice: 'dance'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_a_mistyped_command_is_told_in_one_sentence_and_where_to_read_more(
    toban: Run, arguments: list[str], sentence: str
) -> None:
    status, out, err = toban(*arguments)

    assert (status, out) == (2, "")
    assert sentence in err
    assert err.splitlines()[-1].startswith("See toban")
    assert len(err.splitlines()) == 2


def test_help_and_version_are_for_people(toban: Run) -> None:
    assert "play two real outages" in toban("--help")[1]
    assert "nothing is started" in toban("up", "--help")[1]
    assert toban("--version")[1].startswith("toban 0.")


def test_all_mistakes_of_all_sheets_and_the_policy_are_told_at_once(
    toban: Run, sheet: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SHEET.replace("notify", "notfy").replace("http", "htpp"), encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text("strikes: many\n")

    status, out, err = toban(
        "up", "--sheet", sheet, "--sheet", wrong, "--sheet", tmp_path / "none.yaml",
        "--policy", policy, "--mail-dir", tmp_path / "mail",
    )  # fmt: skip

    assert (status, out) == (2, "")
    assert f"{wrong}:10:11: " in err
    assert f"{wrong}:12:16: " in err
    assert f"{tmp_path / 'none.yaml'}:1:1: The file cannot be read" in err
    assert f"{policy}:1:" in err
    assert str(sheet) not in err
    assert not (tmp_path / "mail").exists()


def test_two_sheets_of_one_customer_are_refused(toban: Run, sheet: Path, tmp_path: Path) -> None:
    second = tmp_path / "again.yaml"
    second.write_text(SHEET, encoding="utf-8")

    status, _, err = toban("sheet", "check", sheet, second)

    assert status == 2
    assert f'{second}: The customer "acme" has a sheet already, {sheet}.' in err


def test_a_good_sheet_is_told_as_what_will_be_watched(toban: Run, sheet: Path) -> None:
    status, out, err = toban("sheet", "check", sheet)

    assert (status, err) == (0, "")
    assert f"{sheet}: no mistakes." in out
    assert "acme.web01 (plan notify): http" in out


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "infra.local.command", "catalogue"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_form_that_excel_would_not_open_is_not_written(toban: Run, tmp_path: Path) -> None:
    status, _, err = toban("sheet", "form", tmp_path / "acme.txt")

    assert (status, "ends in .xlsx" in err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_an_occupied_port_is_one_sentence_that_names_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]

        process = _start("--aws-port", port, "--mail-dir", tmp_path)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 2
    assert err.startswith(f"Port {port} on 127.0.0.1 cannot be used")
    assert "--aws-port" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("option", ["--mail-dir", "--state"])
def test_a_folder_that_cannot_be_written_is_one_sentence(
    toban: Run, tmp_path: Path, option: str
) -> None:
    file = tmp_path / "file"
    file.touch()

    status, _, err = toban("up", option, file / "below")

    assert status == 2
    assert err.startswith(f"Nothing can be written in {file / 'below'} (not a directory)")
    assert f"give {option} a folder" in err


def test_a_state_folder_in_use_is_one_sentence(tmp_path: Path) -> None:
    first = _started("--state", tmp_path / "state", "--mail-dir", tmp_path / "mail")
    try:
        second = _start("--state", tmp_path / "state", "--mail-dir", tmp_path / "mail")
        _, err = second.communicate(timeout=60)
    finally:
        first.terminate()
        first.communicate(timeout=60)

    assert second.returncode == 2
    assert "is in use by another toban" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("ending", ["terminate", "interrupt"])
def test_up_tells_where_it_is_and_ends_cleanly(sheet: Path, tmp_path: Path, ending: str) -> None:
    process = _started("--sheet", sheet, "--mail-dir", tmp_path / "mail")

    process.terminate() if ending == "terminate" else process.send_signal(2)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    assert out.splitlines()[-1] == "Stopped."
    assert "Traceback" not in err


def test_up_tells_what_happens_until_the_end(sheet: Path, tmp_path: Path) -> None:
    sheet.write_text(SHEET.replace("192.0.2.10", "127.0.0.1").replace("[http]", MONITOR_OF_NOTHING))
    process = _started("--sheet", sheet, "--mail-dir", tmp_path / "mail", "--speed", 200)

    said = []
    for line in process.stdout or ():
        said.append(line)
        if "first strike" in line:
            break
    process.terminate()
    process.communicate(timeout=60)

    assert "acme.web01.http" in said[-1]
    assert "refused" in said[-1]


def test_incidents_of_a_system_that_does_not_run_are_told_in_one_sentence(
    toban: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "before")

    status, _, err = toban("incident", "list", "--endpoint", "http://127.0.0.1:9")

    assert status == 2
    assert err.startswith("The incidents cannot be read from http://127.0.0.1:9")
    assert "toban up" in err
    assert len(err.splitlines()) == 1


def _start(*arguments: object) -> "subprocess.Popen[str]":
    roots = (ROOT, ROOT / "functions", ROOT / "layers" / "core")
    words = [sys.executable, "-m", "infra.local.command", "up", "--aws-port", "0"]
    return subprocess.Popen(
        [*words, *(str(argument) for argument in arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _started(*arguments: object) -> "subprocess.Popen[str]":
    """Start `toban up` and read what it says until it is ready."""
    process = _start(*arguments)
    said = []
    for line in process.stdout or ():
        said.append(line)
        if "Ctrl-C ends it" in line:
            return process
    pytest.fail(f"toban up did not start: {''.join(said)} {process.communicate()[1]}")
