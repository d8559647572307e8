"""How long an invocation would take in Lambda, and what of it is paid.

Measured: the handler's CPU, its requests, and how long it slept in rule time. Assumed
(workload.yaml): what requests and servers take to answer, and how fast a share of a processor is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from bench.cost.meter import Invocation
from bench.cost.template_parts import TemplateParts
from bench.cost.usage import Usage

_WAITS = {
    **dict.fromkeys(("recheck", "recheck-server"), "timeout"),
    **dict.fromkeys(("verify-repair", "ask-agent", "check-after-maintenance"), "agent_asked"),
    **dict.fromkeys(("collect-diagnostics", "run-runbook", "roll-back", "run-commands"), "login"),
    "check-access": "access_trial",
}
"""What of the network a function waits for beside AWS, by the names of workload.yaml."""
_GATEWAYS = frozenset({"dynamodb", "s3"})


@dataclass(frozen=True, slots=True)
class Durations:
    """`init_seconds`: CPU of a cold start by the folder of the code, on this machine."""

    workload: Mapping[str, Any]
    parts: TemplateParts
    init_seconds: Mapping[str, float]

    def paid(self, invocation: Invocation, *, cold: bool = False) -> Usage:
        """Return everything that the invocation uses, its duration too."""
        seconds = self.seconds(invocation) + (self._init(invocation.duty) if cold else 0.0)
        usage = invocation.usage + self.gb_seconds(invocation.duty, seconds)
        if invocation.duty in self.parts.networked:
            asked = sum(n for name, n in invocation.requests.items() if name not in _GATEWAYS)
            octets = self.workload["octets_of_a_request"]
            usage.count("nat_gb", asked * octets / 1e9)
        return usage

    def seconds(self, invocation: Invocation) -> float:
        """Return how long a warm function takes."""
        assumed, requests = self.workload["seconds"], invocation.requests
        of_tables = requests.get("dynamodb", 0.0)
        of_others = sum(requests.values()) - of_tables
        waited = of_tables * assumed["dynamodb_request"] + of_others * assumed["other_request"]
        if _probes(invocation):
            waited += assumed["slowest_answer"]
        elif invocation.duty in _WAITS and not _hands_on(invocation):
            waited += assumed[_WAITS[invocation.duty]]
        tls = sum(requests.values()) * self.workload["processor"]["request_milliseconds"] / 1e3
        busy = self._processing(invocation.duty, invocation.cpu_seconds + tls)
        return float(invocation.waited_seconds + waited + busy)

    def gb_seconds(self, duty: str, seconds: float) -> Usage:
        """Return the duration as it is paid: whole milliseconds of the configured memory."""
        whole = ceil(seconds * 1e3) / 1e3
        return Usage(lambda_gb_seconds=whole * self.parts.memory[duty] / 1_024)

    def cold_start(self, duty: str) -> Usage:
        """Return what a start of a new sandbox adds; AWS charges the INIT phase."""
        return self.gb_seconds(duty, self._init(duty))

    def _init(self, duty: str) -> float:
        return self._processing(duty, self.init_seconds[self.parts.duties[duty]])

    def _processing(self, duty: str, cpu_seconds: float) -> float:
        processor = self.workload["processor"]
        share = min(1.0, self.parts.memory[duty] / processor["full_at_megabytes"])
        return float(cpu_seconds * processor["factor"] / share)


def _probes(invocation: Invocation) -> bool:
    answer = invocation.answer
    return invocation.duty == "run-checks" and isinstance(answer, dict) and "observed" in answer


def _hands_on(invocation: Invocation) -> bool:
    return isinstance(invocation.answer, dict) and "handed_on" in invocation.answer
