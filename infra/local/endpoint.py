"""The AWS endpoint: any AWS client on this machine sees the tables, objects and executions.

Handlers do not go through it: their clients are answered in process, which is several times as fast
and needs no port (docs/decisions/0011).
"""

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from infra.local.function_url import FunctionUrl, Invoke, by_name

_HOST = "127.0.0.1"
_GRAPHS, FUNCTIONS = "/g/", "/u/"  # no bucket has so short a name
_POLL_S = 0.05  # a stop waits for the next look


class PortInUseError(RuntimeError):
    """Another program listens on the port."""


class Endpoint:
    """An HTTP server on the loopback address; port 0 chooses a free one."""

    def __init__(self, port: int) -> None:
        self._listening = _listen(port)
        self.port = int(self._listening.getsockname()[1])
        self.url = f"http://{_HOST}:{self.port}"
        self._server: BaseWSGIServer | None = None

    def start(self, graphs: Invoke, function: Callable[[str, dict[str, Any]], Any]) -> None:
        """Answer requests from now on; those for graphs through that function, and those for the
        URL of any function, /u/<name>/, through `function`.
        """
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        aws = DomainDispatcherApplication(create_backend_app)
        app = FunctionUrl(_GRAPHS, graphs, FunctionUrl(FUNCTIONS, by_name(function), aws))
        self._server = make_server(
            _HOST, self.port, app, threaded=True, request_handler=MotoRequestHandler,
            fd=self._listening.fileno(),
        )  # fmt: skip
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(_POLL_S,), name="aws endpoint", daemon=True).start()

    def stop(self) -> None:
        """Answer nothing more and free the port."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        self._listening.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_HOST, port))
    except OSError as error:
        listening.close()
        raise PortInUseError(
            f"Port {port} on {_HOST} cannot be used for the AWS endpoint ({error.strerror}): "
            "stop the program that has it, or choose another with --aws-port."
        ) from None
    listening.listen(128)
    return listening
