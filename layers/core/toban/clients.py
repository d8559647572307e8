"""AWS clients, each made once and only when first needed, so that importing a handler touches no
network.
"""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=20
)


@cache
def client(service: str, region: str | None = None) -> Any:
    """Return the client of an AWS service, in the function's own region unless another is named."""
    return boto3.client(service, region_name=region, config=_CONFIG)  # type: ignore[call-overload]


def forget_clients() -> None:
    """Drop every client, for a process that outlives its AWS endpoint (the local system)."""
    client.cache_clear()
