"""The customer's own service on the demonstration server: takes connections and greets, as its configuration says.

It stands for software that toban knows nothing about but its port and the name of its service. Run as a program by
the server's init script; uses the standard library only, and nothing of toban.
"""

import json
import socket
import sys
from pathlib import Path

GREETING = b"orders ready\r\n"


def listen_address(configuration: Path) -> tuple[str, int]:
    """Return where to listen; ValueError says what is wrong with the file."""
    found = json.loads(configuration.read_text(encoding="utf-8"))["listen"]
    return str(found["address"]), int(found["port"])


def serve(address: tuple[str, int]) -> None:
    """Greet every connection, for ever."""
    with socket.create_server(address) as listening:
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(GREETING)


def main(arguments: list[str]) -> int:
    """Serve by the configuration FILE, or with `--test FILE` say whether it can be used."""
    configuration = Path(arguments[-1])
    try:
        address = listen_address(configuration)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"orders: {configuration}: {error}", file=sys.stderr)
        return 1
    if arguments[0] != "--test":
        serve(address)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
