"""How long an invocation would take in Lambda, and what of it is paid.

Measured: the handler's CPU, its requests, and how long it slept in rule time. Assumed
(workload.yaml): what requests and servers take to answer, and how fast a share of a processor is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from bench.cost.meter import Invocation
from bench.cost.starts import Starts
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
    """What was measured on this machine as it would be in Lambda."""

    workload: Mapping[str, Any]
    parts: TemplateParts
    starts: Starts

    def paid(self, invocation: Invocation, *, cold: bool = False) -> Usage:
        """Return everything that the invocation uses, its duration too."""
        start = self._start(invocation.duty, invocation.requests) if cold else 0.0
        seconds = self.seconds(invocation) + start
        usage = invocation.usage + self.gb_seconds(invocation.duty, seconds)
        usage.count("kms_requests", len(invocation.bucket_keys))
        if invocation.duty in self.parts.networked:
            asked = sum(n for name, n in invocation.requests.items() if name not in _GATEWAYS)
            octets = self.workload["octets_of_a_request"]
            usage.count("nat_gb", asked * octets / 1e9)
        return usage

    def from_cold(self, invocations: Iterable[Invocation]) -> Iterator[Usage]:
        """Yield what each uses where every function is cold at its first and warm at the next, and
        its role has the keys of buckets from then on.
        """
        keys: dict[str, set[str]] = {}
        for each in invocations:
            had = keys.get(each.duty, set())
            new = replace(each, bucket_keys=each.bucket_keys - had)
            yield self.paid(new, cold=each.duty not in keys)
            keys[each.duty] = had | each.bucket_keys

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

    def cold_start(self, duty: str, services: Iterable[str]) -> Usage:
        """Return what a new sandbox of a function that asks these services adds; AWS charges the
        INIT phase.
        """
        return self.gb_seconds(duty, self._start(duty, services))

    def _start(self, duty: str, services: Iterable[str]) -> float:
        spent = self.starts.seconds(self.parts.modules[duty], services)
        return self._processing(duty, spent)

    def _processing(self, duty: str, cpu_seconds: float) -> float:
        processor = self.workload["processor"]
        share = min(1.0, self.parts.memory[duty] / processor["full_at_megabytes"])
        return float(cpu_seconds * processor["factor"] / share)


def _probes(invocation: Invocation) -> bool:
    answer = invocation.answer
    return invocation.duty == "run-checks" and isinstance(answer, dict) and "observed" in answer


def _hands_on(invocation: Invocation) -> bool:
    return isinstance(invocation.answer, dict) and "handed_on" in invocation.answer
