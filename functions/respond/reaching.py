"""Connecting to a server by its name within one time, however many addresses the name has."""

import socket

_ADDRESSES_TRIED = 4
"""As the probes do: a name that leads to many silent addresses must not take the time of all."""


def connected(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to the first address that accepts; raises OSError, that of the last."""
    found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[:_ADDRESSES_TRIED]
    failure = OSError(f"{address} has no address")
    for *_, where in found:
        try:
            return socket.create_connection((str(where[0]), port), seconds / len(found))
        except OSError as error:
            failure = error
    raise failure
