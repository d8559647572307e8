"""Prints the CPU seconds of making each client that is named, in one process, as JSON."""

import json
import ssl
import sys
from time import process_time

from botocore.httpsession import get_cert_path

from toban.clients import client


def main(services: list[str]) -> None:
    """The first bears what all clients share. Authorities are read as by its first connection."""
    seconds = {}
    for service in services:
        began = process_time()
        client(service, "ap-northeast-1")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(get_cert_path(True))
        seconds[service] = process_time() - began
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
