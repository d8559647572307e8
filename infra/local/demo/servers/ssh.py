"""SSH servers on 127.0.0.x: the real sshd as root, an embedded one for anybody.

Both run commands by the machine's real /bin/sh with an environment of their own, so that a folder
of shims can stand first on PATH.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from infra.local.demo.servers.embedded_ssh import EmbeddedSshServer
from infra.local.demo.servers.ssh_place import KeyPair, SshServer, generate_key

__all__ = [
    "EmbeddedSshServer",
    "KeyPair",
    "RealSshServer",
    "SshServer",
    "generate_key",
    "real_sshd",
]

_START_SECONDS = 30.0


def real_sshd() -> str | None:
    """Return the path of sshd where it can be used: it needs root to let root in."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return shutil.which("sshd", path=path) if os.geteuid() == 0 else None


class RealSshServer(SshServer):
    """OpenSSH's sshd in a folder of its own; the system's service and files are not touched."""

    def __init__(
        self,
        folder: Path,
        address: str,
        authorized: Sequence[str],
        environment: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        """`options` are further lines of sshd_config; port 0 takes a free one."""
        program = real_sshd()
        if program is None:
            raise RuntimeError("sshd is not installed or this is not root: use EmbeddedSshServer.")
        key = generate_key()
        super().__init__(address, port or _free_port(address), (key.public,))
        config = self._write(folder, key, authorized, environment or {}, options)
        self._log = (folder / "sshd.log").open("wb")
        # sshd refuses to start without its separation folder; a package makes it at boot only
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self._process = subprocess.Popen(
            [program, "-D", "-e", "-f", str(config)],
            stdin=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,
        )
        self._await_greeting(folder / "sshd.log")

    def _write(
        self,
        folder: Path,
        key: KeyPair,
        authorized: Sequence[str],
        environment: Mapping[str, str],
        options: Sequence[str],
    ) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        _write_private(folder / "host_key", key.private)
        _write_private(folder / "authorized_keys", "".join(f"{line}\n" for line in authorized))
        lines = [
            f"ListenAddress {self.address}:{self.port}",
            f"HostKey {folder}/host_key",
            f"AuthorizedKeysFile {folder}/authorized_keys",
            f"PidFile {folder}/sshd.pid",
            *options,
            "PermitRootLogin prohibit-password",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "UsePAM no",
            "UseDNS no",
            "StrictModes no",
        ]
        if environment:
            # one line: sshd takes the first SetEnv only
            pairs = " ".join(f'"{name}={value}"' for name, value in environment.items())
            lines.append(f"SetEnv {pairs}")
        config = folder / "sshd_config"
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return config

    def _await_greeting(self, log: Path) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection((self.address, self.port), 1):
                return
            time.sleep(0.02)
        self.stop()
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        raise RuntimeError(f"sshd did not start on {self.address} port {self.port}: {said}")

    def stop(self) -> None:
        """End sshd and its sessions."""
        children = _children(self._process.pid)
        for process_id in (self._process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGTERM)
        self._process.wait()
        self._log.close()
        self._await_silence()

    def _await_silence(self) -> None:
        """A session that is ending still holds the listening socket for a moment."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection((self.address, self.port), 1).close()
            except ConnectionRefusedError:
                return
            except OSError:
                pass
            time.sleep(0.02)


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as probe:
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _children(process_id: int) -> list[int]:
    """Return the direct children of a process: sshd's sessions."""
    try:
        listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in listed.split()]
