"""Secrets by reference: a contract names a parameter, the value is fetched where it is used and
kept nowhere else.
"""

import time
from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from toban.clients import client

_KEEP_SECONDS = 300.0
_MOST_AT_ONCE = 10
_cache: dict[str, tuple[float, str]] = {}


def secret(name: str) -> str:
    """Return the value of the SSM SecureString `name`, at most five minutes old.

    Raises botocore's ClientError (ParameterNotFound, AccessDeniedException); the value is never
    part of the error.
    """
    if (kept := _kept(name)) is not None:
        return kept
    value = str(client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    _cache[name] = (time.monotonic(), value)
    return value


def read_ahead(names: Iterable[str]) -> None:
    """Fetch what `secret` is about to be asked for, ten at a time (docs/decisions/0178).

    Nothing is raised: what cannot be read ahead, `secret` asks for and tells why.
    """
    wanted = sorted(name for name in set(names) if _kept(name) is None)
    for first in range(0, len(wanted), _MOST_AT_ONCE):
        asked = wanted[first : first + _MOST_AT_ONCE]
        try:
            found = client("ssm").get_parameters(Names=asked, WithDecryption=True)["Parameters"]
        except (ClientError, BotoCoreError):
            return
        _cache.update({each["Name"]: (time.monotonic(), str(each["Value"])) for each in found})


def _kept(name: str) -> str | None:
    kept = _cache.get(name)
    return kept[1] if kept and time.monotonic() - kept[0] < _KEEP_SECONDS else None


def delete_secrets(customer_id: str) -> None:
    """Delete every parameter below "/toban/<customer_id>/", where all of the customer's are."""
    ssm = client("ssm")
    pages = ssm.get_paginator("get_parameters_by_path")
    found = pages.paginate(Path=f"/toban/{customer_id}", Recursive=True)
    names = [each["Name"] for page in found for each in page["Parameters"]]
    for first in range(0, len(names), _MOST_AT_ONCE):
        ssm.delete_parameters(Names=names[first : first + _MOST_AT_ONCE])
    forget_secrets()


def forget_secrets() -> None:
    """Drop what is kept, for tests and for a process that outlives its endpoint."""
    _cache.clear()
