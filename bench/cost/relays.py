"""Relays in front of servers: they count what passes, as the network carries it.

TCP by its ordinary course (RFC 9293): three segments to open, four to close, one for every 1,448
octets of data and one acknowledgement for each of these. Retransmissions are not counted.
"""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

_SEGMENT = 1_448
_HEADERS, _SYN = 52, 60
"""Octets of an IPv4 and TCP header with timestamps."""
_DATAGRAM_HEADERS = 28
_CHUNK = 65_536
_OPENING = {"out": _SYN + _HEADERS, "in": _SYN}
_CLOSING = 2 * _HEADERS
_LOOK_SECONDS, _QUIET_SECONDS = 0.2, 0.1


@dataclass(slots=True)
class Carried:
    """Octets on the network: out from the prober, in from the server."""

    octets_out: int = 0
    octets_in: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _never: threading.Event = field(default_factory=threading.Event)

    def stream(self, octets: int, *, outward: bool) -> None:
        """Count data of a stream, and its acknowledgements the other way."""
        segments = -(-octets // _SEGMENT)
        self._add(octets + segments * _HEADERS, segments * _HEADERS, outward=outward)

    def connection(self) -> None:
        """Count the opening and the closing of a stream."""
        self._add(_OPENING["out"] + _CLOSING, _OPENING["in"] + _CLOSING, outward=True)

    def datagram(self, octets: int, *, outward: bool) -> None:
        """Count a datagram."""
        self._add(octets + _DATAGRAM_HEADERS, 0, outward=outward)

    def take(self) -> tuple[int, int]:
        """Return octets out and in since the last time, when no more come."""
        seen = -1
        while seen != self.octets_out + self.octets_in:
            seen = self.octets_out + self.octets_in
            self._never.wait(_QUIET_SECONDS)
        with self._lock:
            taken = self.octets_out, self.octets_in
            self.octets_out = self.octets_in = 0
        return taken

    def _add(self, forth: int, back: int, *, outward: bool) -> None:
        with self._lock:
            self.octets_out += forth if outward else back
            self.octets_in += back if outward else forth


class StreamRelay:
    """Passes TCP connections on to a port at the same address, until the end of the `with`."""

    def __init__(self, carried: Carried, address: str, port: int) -> None:
        self._carried, self._server = carried, (address, port)
        self._listener = socket.create_server((address, 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                asking, _ = self._listener.accept()
                self._carried.connection()
                threading.Thread(target=self._pass_on, args=(asking,), daemon=True).start()

    def _pass_on(self, asking: socket.socket) -> None:
        with asking:
            try:
                answering = socket.create_connection(self._server)
            except OSError:
                return  # the asking side is closed, as a refusal looks through a relay
            with answering:
                back = threading.Thread(
                    target=self._pump, args=(answering, asking), kwargs={"outward": False}
                )
                back.start()
                self._pump(asking, answering, outward=True)
                back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, *, outward: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                self._carried.stream(len(data), outward=outward)
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


class DatagramRelay:
    """Passes UDP on to a port at the same address, until the end of the `with`."""

    def __init__(self, carried: Carried, address: str, port: int) -> None:
        self._carried, self._server = carried, (address, port)
        self._asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._asked.bind((address, 0))
        self._asked.settimeout(_LOOK_SECONDS)
        self.port = int(self._asked.getsockname()[1])
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._asked.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            with suppress(OSError):
                question, asker = self._asked.recvfrom(_CHUNK)
                self._carried.datagram(len(question), outward=True)
                answer = self._answer(question)
                self._carried.datagram(len(answer), outward=False)
                self._asked.sendto(answer, asker)

    def _answer(self, question: bytes) -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.settimeout(2.0)
            own.connect(self._server)
            own.send(question)
            return own.recv(_CHUNK)
