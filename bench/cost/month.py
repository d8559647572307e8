"""A month of an installation of N servers: every activity by its own law."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from bench.cost.days import SERVERS, octets_of_page
from bench.cost.durations import Durations
from bench.cost.incidents import Trouble
from bench.cost.laws import Law, Point, fitted
from bench.cost.measured import Measured
from bench.cost.sheets import Ports, Typical
from bench.cost.template_parts import MONTH_HOURS, TemplateParts
from bench.cost.usage import Usage, total
from bench.cost.wire import of_a_round
from toban.domain.policy import Policy
from toban.domain.shards import checks_by_shard

INTERVALS = {"every-3-min": 20.0, "every-5-min": 12.0}
"""Rounds of a shard in an hour."""
_DAYS = MONTH_HOURS / 24
_HOURLY_OR_SO = {
    "check-access": 4 * MONTH_HOURS,
    "apply-due-changes": MONTH_HOURS,
    "remind-paused": _DAYS,
    "roll-up": _DAYS,
    "report-month": 3.0,
}
"""How often the function comes for all servers, in a month."""
_KIND_DAYS = {
    "samples 5min": "raw",
    "samples 30min": "half_hours",
    "samples 1day": "days",
}
_PORTS = Ports(22, 80, 443, 161)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many servers each shard of each group has."""

    shards: dict[str, list[int]]

    def of(self, interval: str) -> Iterator[list[int]]:
        """Yield the shards of each phase of an interval that have any servers."""
        for group, shards in self.shards.items():
            if group.startswith(interval):
                yield shards


def plan(assumed: Mapping[str, Any], servers: int, folder: Path) -> Plan:
    """Return the shards of so many typical servers, as they are compiled."""
    found: dict[str, list[int]] = {}
    many = Typical(dict(assumed), _PORTS).many(folder, servers)
    for shard, checks in checks_by_shard(many, Policy()).items():
        watched = len({check.server_id for check in checks})
        found.setdefault(shard.rpartition(".")[0], []).append(watched)
    return Plan(found)


class Month:
    """Scales what was measured to installations of any size."""

    def __init__(
        self, measured: Measured, workload: Mapping[str, Any], parts: TemplateParts
    ) -> None:
        self._measured, self._workload, self._parts = measured, workload, parts
        self.durations = Durations(workload, parts, measured.starts)
        self._laws = {interval: self._law_of_rounds(interval) for interval in INTERVALS}

    def of(self, servers: int, planned: Plan) -> dict[str, Usage]:
        """Return the use of every activity in a month of 730 hours."""
        a_month = self._workload["a_server_month"]
        incidents = a_month["incidents"] * servers
        called = a_month["incidents_with_calls"] * servers
        return {
            "rounds of checks": self._rounds(planned),
            "probes on the network": self._network() * servers,
            "silent servers": self._silence() * servers,
            "watch over the rounds": self._sweeps(planned),
            "by the hour and day": self._by_the_clock(servers),
            "roll-ups": self._roll_ups(planned),
            "access checks": self.trouble("access") * (servers * _DAYS),
            "monthly reports": self._reports() * servers,
            "pages of graphs": self._views() * (servers * a_month["page_views"]),
            "incidents": self.trouble("repaired") * (incidents - called),
            "incidents with calls": self.trouble("called") * called,
            "cleared suspicions": self.trouble("cleared")
            * (servers * a_month["cleared_suspicions"]),
            "the canary": self.trouble("notified") * _DAYS + self.trouble("called") * (_DAYS / 7),
            "what is kept": self._kept() * servers,
            "alarms, keys, schedules": self._standing(),
        }

    def trouble(self, name: str) -> Usage:
        """Return what one incident (or suspicion, or access check) uses, cold starts and keeping
        included.
        """
        trouble = self._measured.troubles[name]
        usage = total([trouble.usage, *self._paid(trouble)])
        usage.count("nat_gb", trouble.nat_octets / 1e9)
        usage.count("transfer_out_gb", trouble.nat_octets / 2e9)
        if name != "access":  # which writes over what it wrote the day before
            kept = self._workload["kept_days"]["incidents"] / _DAYS
            self._keep(usage, trouble.table_octets / 1e9 * kept)
        return self._settled(usage, "incidents")

    def _paid(self, trouble: Trouble) -> Iterator[Usage]:
        """Rounds come anyway, what else the trouble needs begins with it."""
        rounds = [each for each in trouble.invocations if each.duty == "run-checks"]
        others = [each for each in trouble.invocations if each.duty != "run-checks"]
        return chain((each.usage for each in rounds), self.durations.from_cold(others))

    # -- rounds ------------------------------------------------------------------------------------

    def _law_of_rounds(self, interval: str) -> Law:
        points: list[Point] = [
            (float(seen.servers_of(each.answer["shard"])), self.durations.paid(each))
            for seen in self._measured.watched
            for each in seen.rounds(interval)
        ]
        return fitted(points)

    def _rounds(self, planned: Plan) -> Usage:
        used, handing_on = Usage(), self._law_of_handing_on()
        sandbox = self._workload["cold_starts"]["hours_of_a_sandbox"]
        for interval, an_hour in INTERVALS.items():
            law, rounds = self._laws[interval], an_hour * MONTH_HOURS
            for shards in planned.of(interval):
                used += law.of(rounds * len(shards), rounds * sum(shards))
                if len(shards) > 1:
                    used += handing_on.of(rounds, rounds * len(shards))
                cold = self._cold_start("run-checks")
                used += cold * (MONTH_HOURS / sandbox * len(shards))
        return self._settled(used)

    def _cold_start(self, duty: str) -> Usage:
        seen = (each for watched in self._measured.watched for each in watched.of_duty(duty))
        return self.durations.cold_start(duty, {name for each in seen for name in each.requests})

    def _law_of_handing_on(self) -> Law:
        points: list[Point] = [
            (float(each.answer["handed_on"]), self.durations.paid(each))
            for seen in self._measured.watched
            for each in seen.of_duty("run-checks")
            if "handed_on" in each.answer
        ]
        return fitted(points) if points else Law()

    def _network(self) -> Usage:
        """A server's probes in a month."""
        used, octets = Usage(), self._measured.octets
        plain = {kind: pair for kind, pair in octets.items() if "SNMP v3" not in kind}
        if self._workload["server"]["agent_version"] == "3":
            plain |= {
                kind.removesuffix(", SNMP v3"): pair
                for kind, pair in octets.items()
                if "SNMP v3" in kind
            }
        for kind, an_hour in of_a_round(plain, self._workload["server"]["keyword_pages"]):
            out, back = plain[kind]
            used.count("nat_gb", (out + back) * an_hour * MONTH_HOURS / 1e9)
            used.count("transfer_out_gb", out * an_hour * MONTH_HOURS / 1e9)
        return used

    def _silence(self) -> Usage:
        """Every round with a silent server lasts until the timeout; none is shared with another."""
        assumed = self._workload["seconds"]
        longer = assumed["timeout"] - assumed["slowest_answer"]
        hours = float(self._workload["a_server_month"]["hour_of_silence"])
        rounds = sum(INTERVALS.values()) * hours
        return self.durations.gb_seconds("run-checks", longer) * rounds

    # -- by the clock ------------------------------------------------------------------------------

    def _sweeps(self, planned: Plan) -> Usage:
        shards = float(sum(map(len, planned.shards.values())))
        law = self._law_of_duty("sweep", lambda seen: float(len(seen.checks)))
        times = 12 * MONTH_HOURS
        return self._settled(law.of(times, times * shards))

    def _by_the_clock(self, servers: int) -> Usage:
        used = Usage()
        for duty, times in _HOURLY_OR_SO.items():
            law = self._law_of_duty(duty, lambda seen: float(seen.servers))
            used += law.of(times, times * servers) + self._cold_start(duty) * times
        return self._settled(used)

    def _law_of_duty(self, duty: str, size: Any) -> Law:
        return fitted(
            [
                (size(seen), self.durations.paid(each))
                for seen in self._measured.watched
                for each in seen.of_duty(duty)
            ]
        )

    def _roll_ups(self, planned: Plan) -> Usage:
        seen = self._measured.days.roll_ups
        law = fitted([(size, self.durations.paid(each, cold=True)) for size, each in seen])
        shards = [servers for group in planned.of("every-5-min") for servers in group]
        return self._settled(law.of(_DAYS * len(shards), _DAYS * sum(shards)))

    def _reports(self) -> Usage:
        """A server's share of its customer's report, mailed once a month."""
        days = self._measured.days
        used = total(self.durations.paid(each, cold=True) for each in days.report)
        return self._settled(used, "incidents") * (1 / SERVERS)

    def _views(self) -> Usage:
        views = self._measured.days.views
        used = total(self.durations.paid(each, cold=True) for each in views)
        used.count("transfer_out_gb", sum(map(octets_of_page, views)) / 1e9)
        return self._settled(used) * (1 / len(views))

    # -- what is kept ------------------------------------------------------------------------------

    def _kept(self) -> Usage:
        """A server's samples and roll-ups, at their full age, and its part of the contract."""
        used, octets = Usage(), self._measured.days.octets
        in_gb = 0.0
        for kind, days in _KIND_DAYS.items():
            size, count = octets[kind]
            a_day = 24 if kind == "samples 5min" else 1
            in_gb += size / count * a_day * self._workload["kept_days"][days] / 1e9
        others = sum(size for kind, (size, _) in octets.items() if kind not in _KIND_DAYS)
        self._keep(used, in_gb + others / SERVERS / 1e9)
        return used

    @staticmethod
    def _keep(used: Usage, gigabytes: float) -> None:
        used.count("dynamodb_gb_months", gigabytes)
        used.count("backup_gb_months", gigabytes)

    def _settled(self, used: Usage, kept: str = "") -> Usage:
        """Turn octets that are written into what keeping them costs, at their full age."""
        octets = used.pop("s3_octets", 0.0)
        if kept:
            months = self._workload["kept_days"][kept] / _DAYS
            used.count("s3_gb_months", octets / 1e9 * months)
        if "log_gb" in used:
            months = self._workload["kept_days"]["logs"] / _DAYS
            used.count("log_gb_months", used["log_gb"] * months)
        return used

    def _standing(self) -> Usage:
        fired = sum(self._parts.schedules.values())
        return self._parts.monthly + Usage(scheduler_invocations=fired)
