"""Peers of the probers over real sockets: each plays a script, well-behaved or hostile."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from probe.shard import observe_all
from tests.loopback import PORTS
from toban import clock
from toban.domain.check import Check, HttpQuestion, Kind
from toban.domain.observation import Observation

Script = Callable[[socket.socket], None]
HERE = "127.0.0.1"
PATIENCE_SECONDS = 15.0
"""How long a probe waits for what does come, on a machine that has other things to do as well."""


def observe(check: Check, secrets: Mapping[str, str] | None = None) -> Observation:
    """Probe one check exactly as a shard does."""
    [observation] = observe_all([check], {}, (secrets or {}).__getitem__, clock.now).observations
    return observation


def tcp_check(
    port: int, address: str = HERE, banner: str = "", seconds: float = PATIENCE_SECONDS
) -> Check:
    return Check("acme.web01.tcp", Kind.TCP, address, port, seconds, seconds, expect_banner=banner)


def http_check(port: int, question: HttpQuestion, seconds: float = PATIENCE_SECONDS) -> Check:
    return Check("acme.web01.http", Kind.HTTP, HERE, port, seconds, seconds, http=question)


@contextlib.contextmanager
def listening(
    script: Script, address: str = HERE, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Play the script on every connection, each in a thread of its own; yields the port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family, backlog=1024) as server:
        threading.Thread(target=_accept, args=(server, script, tls), daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            wake(server)


def wake(server: socket.socket) -> None:
    """Let go whoever waits at the socket: closing it alone leaves the port open until somebody has
    come.
    """
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)


def until(condition: Callable[[], bool]) -> bool:
    """Wait for what another thread is about to do; false when it has not done it in half a
    minute.
    """
    deadline, pause = time.monotonic() + 30, threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.01)
    return True


def _accept(server: socket.socket, script: Script, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_play, args=(connection, script, tls), daemon=True).start()


def _play(connection: socket.socket, script: Script, tls: ssl.SSLContext | None) -> None:
    connection.settimeout(20)
    with contextlib.suppress(OSError), connection:
        if tls is None:
            script(connection)
        else:
            with tls.wrap_socket(connection, server_side=True) as secured:
                script(secured)


def silent(connection: socket.socket) -> None:
    """Accept and never speak, until the other side has gone."""
    while connection.recv(65_536):
        pass


def says(words: bytes) -> Script:
    """Speak first, then listen."""

    def script(connection: socket.socket) -> None:
        connection.sendall(words)
        silent(connection)

    return script


def answers(response: bytes) -> Script:
    """Read one HTTP request, send these bytes, close."""
    return answers_each(lambda _: response)


def answers_each(respond: Callable[[str], bytes]) -> Script:
    """Read one HTTP request, send what `respond` makes of it, close."""

    def script(connection: socket.socket) -> None:
        connection.sendall(respond(read_request(connection)))

    return script


def drips(start: bytes, drop: bytes, every_seconds: float = 0.0) -> Script:
    """Read one request, then send without end."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(start)
        pause = threading.Event()
        while not pause.wait(every_seconds):
            connection.sendall(drop)

    return script


def read_request(connection: socket.socket) -> str:
    """Return the request's header lines."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65_536)
        if not part:
            raise ConnectionError("the prober left before it had asked")
        received += part
    return received.decode("latin-1")


def page(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole HTTP response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def resets(connection: socket.socket) -> None:
    """Close with a reset instead of a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def free_port(address: str = HERE) -> int:
    """Return a port that refuses connections; none is returned twice."""
    return next(port for port in PORTS if _is_free(address, port))


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family) as unused:
        unused.bind((address, port))
        return True
    return False


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """A port whose queue is full: the kernel drops every further connection attempt."""
    with contextlib.ExitStack() as open_sockets:
        server = open_sockets.enter_context(socket.socket())
        server.bind((HERE, 0))
        server.listen(0)
        for _ in range(3):
            filler = open_sockets.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield server.getsockname()[1]
