"""Secrets by reference: a contract names a parameter, the value is fetched where it is used and
kept nowhere else.
"""

import time

from toban.clients import client

_KEEP_SECONDS = 300.0
_MOST_DELETED = 10
_cache: dict[str, tuple[float, str]] = {}


def secret(name: str) -> str:
    """Return the value of the SSM SecureString `name`, at most five minutes old.

    Raises botocore's ClientError (ParameterNotFound, AccessDeniedException); the value is never
    part of the error.
    """
    kept = _cache.get(name)
    if kept and time.monotonic() - kept[0] < _KEEP_SECONDS:
        return kept[1]
    value = str(client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    _cache[name] = (time.monotonic(), value)
    return value


def delete_secrets(customer_id: str) -> None:
    """Delete every parameter below "/toban/<customer_id>/", where all of the customer's are."""
    ssm = client("ssm")
    pages = ssm.get_paginator("get_parameters_by_path")
    found = pages.paginate(Path=f"/toban/{customer_id}", Recursive=True)
    names = [each["Name"] for page in found for each in page["Parameters"]]
    for first in range(0, len(names), _MOST_DELETED):
        ssm.delete_parameters(Names=names[first : first + _MOST_DELETED])
    forget_secrets()


def forget_secrets() -> None:
    """Drop what is kept, for tests and for a process that outlives its endpoint."""
    _cache.clear()
