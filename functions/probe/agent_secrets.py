"""The secrets that open the agents of a shard, each asked for once before the probes start."""

from collections.abc import Callable, Sequence

from botocore.exceptions import ClientError

from probe.probers import AGENT_KINDS
from probe.probers.result import ProbeError
from toban.domain.check import Check
from toban.domain.observation import Reason

Secrets = Callable[[str], str]


def agent_secrets(checks: Sequence[Check], secrets: Secrets) -> dict[str, str | Exception]:
    """Return each secret by its name, or why it cannot be read."""
    return {name: _value(name, secrets) for name in sorted(secret_names(checks))}


def secret_names(checks: Sequence[Check]) -> set[str]:
    """Return the names of the secrets that open the agents."""
    return {check.agent.secret for check in checks if check.kind in AGENT_KINDS and check.agent}


def _value(name: str, secrets: Secrets) -> str | Exception:
    try:
        return secrets(name)
    except Exception as error:
        return ProbeError(Reason.SECRET_UNUSABLE, f"{name} cannot be read ({_kind(error)})")


def _kind(error: Exception) -> str:
    """Return AWS's word for what is wrong, such as ParameterNotFound or AccessDeniedException."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__
