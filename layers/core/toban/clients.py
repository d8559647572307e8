"""AWS clients, each made once and only when first needed, so that importing a handler touches no
network.

All are botocore's own and of one session, pynamodb's too: what botocore reads to make its first
client it reads once, and boto3 would only be another module to import (docs/decisions/0166).
"""

import threading
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

making = threading.Lock()
"""Held by whoever makes a client: a session may be used by one thread at a time."""


@cache
def session() -> Session:
    """Return the session of this process."""
    return get_session()


@cache
def client(service: str, region: str | None = None) -> Any:
    """Return the client of an AWS service, in the function's own region unless another is named."""
    config = Config(
        retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=20
    )
    with making:
        return session().create_client(service, region_name=region, config=config)


@cache
def waiting_client(service: str, seconds: int) -> Any:
    """Return a client that waits so long for an answer and asks once: what is asked may not be done
    twice.
    """
    config = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=5,
        read_timeout=seconds,
        max_pool_connections=50,
    )
    with making:
        return session().create_client(service, config=config)


def forget_clients() -> None:
    """Drop every client, for a process that outlives its AWS endpoint (the local system)."""
    session.cache_clear()
    client.cache_clear()
    waiting_client.cache_clear()
