"""Lambda's own way of running a function, on this machine: the emulator that the SAM CLI brings,
the runtime interface client, and the Python of the template.
"""

import json
import os
import platform
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

from infra.local.demo.server import free_port
from infra.local.pace import wait_real
from tests.artefacts.built import TOOLS, Built, runtime
from tests.loopback import loopback
from tests.template.documents import ROOT, functions, root

CLIENT = ROOT / ".make" / "runtime"
ADDRESS, BEHIND = loopback(60), loopback(61)
PATIENCE_S = 120
_PATH = "/2015-03-31/functions/function/invocations"
_NAMES = {"x86_64": "x86_64", "aarch64": "arm64"}


def emulator() -> Path | None:
    """Return the emulator for this machine."""
    name = f"aws-lambda-rie-{_NAMES.get(platform.machine(), '')}"
    return next(TOOLS.glob(f"lib/python3*/site-packages/samcli/local/rapid/{name}"), None)


def missing() -> str:
    """Return what this machine lacks to run what was built, as a person would say it."""
    if emulator() is None:
        return f"the SAM CLI has no emulator for {platform.machine()}"
    if not (CLIENT / "awslambdaric").exists():
        return "the runtime interface client is not set up (infra/local/set_up.sh runtime)"
    return "" if runtime() else f"there is no {root()['Globals']['Function']['Runtime']} here"


class Sandbox:
    """One function in a process of its own: the code of its build folder and its layers, and of no
    other place. A context manager.

    The emulator gives the function its own Timeout, or a busy machine's patience where that is
    less.
    """

    def __init__(self, built: Built, name: str, environment: Mapping[str, str], log: Path) -> None:
        self.name, self._built, self._log = name, built, log
        self._environment = dict(environment)
        self._port = free_port(ADDRESS)

    def __enter__(self) -> Self:
        task, *layers = self._built.parts(self.name)
        places = [task, *(layer / "python" for layer in layers), CLIENT]
        command = [str(emulator()), "--log-level", "error"]
        command += ["--runtime-interface-emulator-address", f"{ADDRESS}:{self._port}"]
        command += ["--runtime-api-address", f"{BEHIND}:{free_port(BEHIND)}"]
        # -S: no site-packages, or what the machine has would stand for what a layer lacks
        command += [runtime(), "-S", "-m", "awslambdaric", functions()[self.name]["Handler"]]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=task, env=self._sandboxed(task, places), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        assert wait_real(self._listens, PATIENCE_S, threading.Event()), self._log.read_text()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def invoke(self, event: Any) -> tuple[Any, float]:
        """Return the answer to an event, and the real seconds that it took."""
        began = monotonic()
        connection = HTTPConnection(ADDRESS, self._port, timeout=1000)
        connection.request("POST", _PATH, json.dumps(event))
        answer = json.loads(connection.getresponse().read() or "null")
        connection.close()
        return answer, monotonic() - began

    def log(self) -> str:
        """Return what the function has written."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _sandboxed(self, task: Path, places: list[Path]) -> dict[str, str]:
        function = functions()[self.name]
        return self._environment | {
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(max(function["Timeout"], PATIENCE_S)),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
            "LAMBDA_TASK_ROOT": str(task),
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(map(str, places)),
            "PYTHONTZPATH": "",  # the image has no time zone files (docs/decisions/0050)
            "TZ": ":UTC",
        }

    def _listens(self) -> bool:
        with suppress(OSError):
            connection = HTTPConnection(ADDRESS, self._port, timeout=PATIENCE_S)
            connection.connect()
            connection.close()
            return True
        return self._process.poll() is not None
