"""Real services of this machine, each started for one test with a configuration of its own."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.integration.peers import HERE, free_port

PATIENCE_SECONDS = 60.0
_PLACES = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"


def program(name: str, package: str) -> str:
    """Return where the program is; without it the test is skipped, and says what for."""
    found = shutil.which(name, path=_PLACES)
    if found is None:
        pytest.skip(f"the real {name} is not asked: install the Debian package {package}")
    return found


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, folder: Path, user: str | None = None, address: str = HERE
) -> Iterator[int]:
    """Run the program in the foreground until the block ends; yields its port once it accepts."""
    log = folder / "daemon.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, user=user
        ) as process,
    ):
        try:
            _await(process, address, port, log)
            yield port
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_SECONDS)
            process.kill()


def _await(process: subprocess.Popen[bytes], address: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((address, port), 0.5):
            return
        time.sleep(0.05)
    raise AssertionError(f"{process.args!r} does not answer: {log.read_text('utf-8', 'replace')}")


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file that any user may read, and let any user into its folder."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)
    for place in (folder, *folder.parents):
        if place.stat().st_uid == 0 and place.is_relative_to("/tmp") and place != Path("/tmp"):
            place.chmod(0o755)
    return file


def snakeoil(folder: Path) -> tuple[Path, Path]:
    """Return the files of a certificate that signs itself, and of its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    rest = ["-nodes", "-days", "9", "-subj", "/CN=mail.example"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *rest, *files], check=True, capture_output=True)
    key.chmod(0o644)
    return certificate, key


__all__ = ["free_port", "program", "running", "snakeoil", "written"]
