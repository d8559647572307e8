"""What is worked on next (clause P-8): the most urgent alert, one piece of work per unit."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from toban.domain.contract import Monitor, Server
from toban.domain.identifier import refuse_foreign, server_of
from toban.domain.incident import Alert
from toban.domain.observation import Observation, Status
from toban.domain.plan import Capability, may
from toban.domain.procedure import OWN


@dataclass(frozen=True, slots=True)
class Work:
    """One alert to be repaired; `also` are the alerts of the same unit that the same restart
    serves. `procedure` names the server's own procedure that is carried out, "" for the
    catalogue's. Raises ForeignIdError when the alerts are of several servers.
    """

    monitor_id: str
    unit: str
    also: tuple[str, ...] = ()
    procedure: str = ""

    def __post_init__(self) -> None:
        refuse_foreign(server_of(self.monitor_id), self.also)

    @property
    def key(self) -> str:
        """What tells this work from the other work for the same alert."""
        return f"{self.monitor_id}#{self.procedure}" if self.procedure else self.monitor_id

    @property
    def monitor_ids(self) -> tuple[str, ...]:
        """Every monitor that must be well again for the work to have helped."""
        return (self.monitor_id, *self.also)


def unit_of(monitor: Monitor) -> str:
    """Return what would be changed: the unit's own name where the customer named it, else the unit;
    the monitor's own where its runbook works on no unit.
    """
    if monitor.runbook == OWN:
        return monitor.procedure
    return monitor.service or monitor.unit or monitor.monitor_id.rpartition(".")[2]


def runbook_name(monitor: Monitor, procedure: str = "") -> str:
    """Return the runbook's full name, by which it is approved, disarmed and armed again."""
    if procedure:
        return f"{OWN}({server_of(monitor.monitor_id)}.{procedure})"
    return f"{monitor.runbook}({monitor.unit})"


def repairable(server: Server, alerts: Iterable[Alert]) -> bool:
    """Tell whether the plan, the way in and at least one alert's runbook allow a repair."""
    if not may(server.plan, Capability.REPAIR) or server.access is None:
        return False
    alerted = {alert.monitor_id for alert in alerts}
    return any(each.runbook for each in server.monitors if each.monitor_id in alerted)


def still_down(observations: Iterable[Observation]) -> Set[str]:
    """Return the monitors that a fresh probe has just seen failing (guard g4)."""
    return {seen.monitor_id for seen in observations if seen.status is Status.DOWN}


MOST_ATTEMPTS = 3
"""Runs of one piece of work: it is one attempt, begun again where our own side was cut off."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work for an alert has come: begun how often, whether it is over, whether the
    customer has had a mail that it failed, and whether the runbook was carried out without success.
    """

    attempts: int = 0
    settled: bool = False
    told_failed: bool = False
    tried: bool = False


def waits_for_work(progress: Progress, *, down: bool, restarted: bool) -> bool:
    """Tell whether there is (still) something to do for an alert.

    Work that was begun and never told of is taken up again; `restarted` says that this incident has
    restarted the unit, whose result is owed to the customer even when the monitor is well by now.
    """
    if progress.settled or progress.attempts >= MOST_ATTEMPTS:
        return False
    return down if progress.attempts == 0 else down or restarted


def pick(
    alerts: Sequence[Alert],
    monitors: Mapping[str, Monitor],
    waiting: Set[str],
    tried: Set[str] = frozenset(),
) -> Work | None:
    """Return the next piece of work, or None; `alerts` come in the order of work.

    `tried` are still down after their runbook: what follows is their own procedure.
    """
    workable = [
        monitors[alert.monitor_id]
        for alert in alerts
        if alert.monitor_id in waiting and monitors[alert.monitor_id].runbook
    ]
    if not workable:
        return None
    first, *rest = workable
    procedure = _procedure(first, tried)
    unit = procedure or unit_of(first)
    same_unit = [m.monitor_id for m in rest if (_procedure(m, tried) or unit_of(m)) == unit]
    return Work(first.monitor_id, unit, tuple(same_unit), procedure)


def _procedure(monitor: Monitor, tried: Set[str]) -> str:
    """Return the own procedure that is the work now, "" for the catalogue's."""
    own = monitor.runbook == OWN or monitor.monitor_id in tried
    return monitor.procedure if own else ""
