"""The typical server's ports in a process of their own: python -m bench.cost.web_servers FOLDER
ADDRESS OCTETS. Prints the ports of SSH's greeting, HTTP and HTTPS, and serves until it is killed.
"""

import json
import socketserver
import ssl
import sys
import threading
from pathlib import Path
from typing import Any, ClassVar

from bench.cost.certificates import CHAIN

KEYWORD = "welcome"
_GREETING = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"
_HEADERS = (
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 23 Nov 2026 01:00:00 GMT\r\n"
    "Content-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n"
    "Strict-Transport-Security: max-age=31536000\r\nX-Content-Type-Options: nosniff\r\n\r\n"
)


def main(folder: str, address: str, octets: str) -> None:
    """Serve until the end of the process."""
    _Web.page = KEYWORD.encode().ljust(int(octets))
    _SecureWeb.context.load_cert_chain(Path(folder) / CHAIN)
    ports = [_serve(address, kind) for kind in (_Greeting, _Web, _SecureWeb)]
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    threading.Event().wait()


def _serve(address: str, kind: type[socketserver.BaseRequestHandler]) -> int:
    server = _Server((address, 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 1_024

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a prober that has heard enough hangs up."""


class _Greeting(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        """Greet and wait for the other side to leave."""
        self.request.sendall(_GREETING)
        self.request.recv(1)


class _Web(socketserver.BaseRequestHandler):
    page: ClassVar[bytes] = b""

    def handle(self) -> None:
        """Answer one request."""
        self._answer(self.request)

    def _answer(self, opened: Any) -> None:
        asked = opened.recv(4_096)
        told = _HEADERS.format(length=len(self.page)).encode()
        opened.sendall(told if asked.startswith(b"HEAD") else told + self.page)


class _SecureWeb(_Web):
    context: ClassVar[ssl.SSLContext] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def handle(self) -> None:
        """Answer one request over TLS."""
        with self.context.wrap_socket(self.request, server_side=True) as opened:
            self._answer(opened)


if __name__ == "__main__":
    main(*sys.argv[1:])
