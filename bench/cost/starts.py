"""What a new sandbox does before its handler can work: imports, and clients of AWS."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.cold_start import import_milliseconds
from bench.rig.results import ROOT

_RUNS = 2
"""The least of so many is taken: what else the machine does only adds, and the first compiles."""
_ASKED_FIRST = ("dynamodb", "sesv2")
"""Measured before the others: the first client bears what all share, the first that speaks REST
what those share. What sends mail may not seem cheaper than it is.
"""
_ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
"""Or botocore would look for credentials on the network."""


@dataclass(frozen=True, slots=True)
class Starts:
    """CPU seconds on this machine: of the imports by module, of the first client by service."""

    imports: Mapping[str, float]
    clients: Mapping[str, float]

    def seconds(self, module: str, services: Iterable[str]) -> float:
        """Return the CPU seconds of a start of a function that asks these services."""
        return self.imports[module] + sum(self.clients[each] for each in services)


def described_services() -> list[str]:
    """Return the services of AWS that a built function can ask, in the order of measuring."""
    recipe = (ROOT / "layers" / "Makefile").read_text(encoding="utf-8")
    [told] = re.findall(r"^AWS_SERVICES = (.*)$", recipe, flags=re.MULTILINE)
    return [*_ASKED_FIRST, *(each for each in told.split() if each not in _ASKED_FIRST)]


def measure_starts(modules: Iterable[str]) -> Starts:
    """Measure every function in interpreters of its own, compiled files present (0166)."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    bare = _least_seconds("", environment)
    found = {each: max(0.0, _least_seconds(each, environment) - bare) for each in modules}
    services = described_services()
    clients = [_first_clients(services, environment | _ENVIRONMENT) for _ in range(_RUNS)]
    return Starts(found, {each: min(run[each] for run in clients) for each in services})


def _least_seconds(module: str, environment: dict[str, str]) -> float:
    return min(import_milliseconds(module, environment) for _ in range(_RUNS)) / 1e3


def _first_clients(services: list[str], environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.cost.first_clients", *services]
    told = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    return dict(json.loads(told))
