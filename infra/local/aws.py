"""AWS inside this process: every boto3 and pynamodb client is answered by moto, none reaches the
network.

moto's own mock_aws would also put itself under the library `requests`, where probes have to reach
real servers.
"""

import os
import threading

import boto3
from moto.core.base_backend import BackendDict
from moto.core.config import default_user_config
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber

from infra.local import shortcuts
from infra.local.patches import Patches
from toban.authority import forget_authority
from toban.clients import forget_clients
from toban.secrets import forget_secrets
from toban.store.tables import forget_connections

_SETTINGS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
}
# What would lead a client elsewhere, or be taken for real credentials.
_CLEARED = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)

_only_one = threading.Lock()


class AlreadyRunningError(RuntimeError):
    """A process holds one local system at a time."""


class InProcessAws:
    """moto's backends under all clients of this process, and the environment of the functions."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._patches = Patches()
        self._before: dict[str, str | None] = {}
        self._running = False

    def start(self) -> None:
        """Answer all clients from empty backends; raises AlreadyRunningError."""
        if not _only_one.acquire(blocking=False):
            raise AlreadyRunningError("A local system runs in this process already: stop it first.")
        self._running = True
        self._replace_environment(dict.fromkeys(_CLEARED))
        places = {"AWS_REGION": self._region, "AWS_DEFAULT_REGION": self._region}
        self.set_environment({**_SETTINGS, **places})
        self._patches.replace(boto3, "DEFAULT_SESSION", None)
        shortcuts.install(self._patches)
        BackendDict.reset()
        _let_machines_run(True)
        botocore_stubber.enabled = True
        _forget()

    def set_environment(self, variables: dict[str, str]) -> None:
        """Set variables until the end; handlers share one environment."""
        self._replace_environment(dict(variables))

    def stop(self) -> None:
        """Put the environment back. Clients stay cut off from AWS: a handler that works on must not
        reach it.
        """
        if not self._running:
            return
        self._running = False
        for name, value in self._before.items():
            _set(name, value)
        self._patches.undo()
        _let_machines_run(False)
        _forget()
        BackendDict.reset()
        reset_model_data()
        _only_one.release()

    def _replace_environment(self, variables: dict[str, str | None]) -> None:
        for name, value in variables.items():
            self._before.setdefault(name, os.environ.get(name))
            _set(name, value)


def _let_machines_run(run: bool) -> None:
    """moto keeps machines that run and machines that do not in backends apart."""
    default_user_config.setdefault("stepfunctions", {})["execute_state_machine"] = run


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _forget() -> None:
    """Production code keeps clients, connections and secrets for the life of its process; ours
    outlives AWS.
    """
    forget_clients()
    forget_connections()
    forget_secrets()
    forget_authority()
