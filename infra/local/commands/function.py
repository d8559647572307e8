"""Hands an operator's wish to one of the functions and returns its answer."""

import json
from collections.abc import Mapping
from typing import Any

from infra.local.commands.incident import asking
from infra.local.commands.refusal import RefusalError
from toban.settings import stack

_ANSWER_S = 120


def ask(
    function: str,
    event: Mapping[str, Any],
    endpoint: str | None,
    failed: str,
    seconds: int = _ANSWER_S,
) -> dict[str, Any]:
    """Return the answer of the function of this name; raises RefusalError, which begins with
    `failed` when nobody answers within `seconds`.
    """
    with asking(endpoint, failed):
        import boto3
        from botocore.config import Config

        # never twice: "now" is another time in the second attempt
        config = Config(retries={"total_max_attempts": 1}, read_timeout=seconds)
        answer: Any = boto3.client("lambda", config=config).invoke(
            FunctionName=f"{stack()}-{function}", Payload=json.dumps(event).encode()
        )
        said = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise RefusalError(f"{function} failed, nothing is known: {said['errorMessage']}")
    return dict(said)
