"""AWS clients, each made once and only when first needed, so that importing a handler touches no
network.
"""

from functools import cache
from typing import Any


@cache
def client(service: str, region: str | None = None) -> Any:
    """Return the client of an AWS service, in the function's own region unless another is named."""
    import boto3  # a healthy round of probes needs pynamodb only
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=20
    )
    return boto3.client(service, region_name=region, config=config)  # type: ignore[call-overload]


@cache
def waiting_client(service: str, seconds: int) -> Any:
    """Return a client that waits so long for an answer and asks once: what is asked may not be done
    twice.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=5,
        read_timeout=seconds,
        max_pool_connections=50,
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def forget_clients() -> None:
    """Drop every client, for a process that outlives its AWS endpoint (the local system)."""
    client.cache_clear()
    waiting_client.cache_clear()
