"""What the rails count: runs, restarts, verified repairs, failing servers, runbooks out of
service.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from toban.domain.canary import is_canary
from toban.domain.identifier import PROVIDER, customer_of, stamp
from toban.domain.rails import Rails, disarms, most_at_once
from toban.store.tables import (
    ArmingItem,
    FailingServerItem,
    RepairedItem,
    RestartItem,
    RunItem,
)

_KEPT_VERIFICATIONS = 10


def note_run(server_id: str, unit: str, incident_id: str, at: datetime) -> None:
    """Note that a run was allowed; repeated for the same incident and unit it counts once."""
    item = RunItem(server_id, f"run#{incident_id}#{unit}", incident_id=incident_id, unit=unit)
    item.at = at
    item.save()


def runs(server_id: str, incident_id: str, unit: str) -> list[datetime]:
    """Return the server's earlier runs, this very one left out."""
    mine = f"run#{incident_id}#{unit}"
    found = RunItem.query(server_id, RunItem.item.startswith("run#"), consistent_read=True)
    return [item.at for item in found if item.item != mine]


def note_restart(server_id: str, unit: str, incident_id: str, at: datetime) -> None:
    """Note a restart of the unit."""
    item = RestartItem(server_id, f"restart#{unit}#{incident_id}", incident_id=incident_id, at=at)
    item.save()


def restarts(server_id: str, incident_id: str, unit: str) -> list[datetime]:
    """Return the unit's restarts in other incidents."""
    starts = RestartItem.item.startswith(f"restart#{unit}#")
    found = RestartItem.query(server_id, starts, consistent_read=True)
    return [item.at for item in found if item.incident_id != incident_id]


def note_repaired(server_id: str, monitor_id: str, incident_id: str, at: datetime) -> None:
    """Note a repair that the monitor has verified."""
    RepairedItem(server_id, f"repaired#{monitor_id}#{incident_id}", at=at).save()


def repaired(server_id: str, monitor_id: str) -> list[datetime]:
    """Return when repairs of the monitor have helped."""
    starts = RepairedItem.item.startswith(f"repaired#{monitor_id}#")
    return [item.at for item in RepairedItem.query(server_id, starts, consistent_read=True)]


def repaired_in(server_id: str, monitor_id: str, incident_id: str) -> bool:
    """Tell whether a repair of this incident has helped the monitor."""
    try:
        RepairedItem.get(server_id, f"repaired#{monitor_id}#{incident_id}", consistent_read=True)
    except DoesNotExist:
        return False
    return True


def note_failing_server(server_id: str, at: datetime) -> None:
    """Note that the server has begun to fail: an incident of it was opened at `at`."""
    FailingServerItem(PROVIDER, f"failing#{stamp(at)}#{server_id}", at=at).save()


def failing_servers(moment: datetime, seconds: int) -> int:
    """Return how many servers have begun to fail within so many seconds around `moment`, as far as
    is known by now (toban.domain.rails.most_at_once). The canary's are no sign of a storm.
    """
    width = timedelta(seconds=seconds)
    first, last = f"failing#{stamp(moment - width)}", f"failing#{stamp(moment + width)}#~"
    between = FailingServerItem.item.between(first, last)
    found = FailingServerItem.query(PROVIDER, between, consistent_read=True)
    begun = [(item.at, item.item.rpartition("#")[2]) for item in found]
    theirs = [each for each in begun if not is_canary(each[1])]
    return most_at_once(theirs, moment, seconds)


def is_disarmed(customer_id: str, runbook: str) -> bool:
    """Tell whether the runbook is out of service for the customer until an operator re-arms it."""
    try:
        item = ArmingItem.get(PROVIDER, _arming(customer_id, runbook), consistent_read=True)
    except DoesNotExist:
        return False
    return item.attribute_values.get("disarmed_at") is not None


def judge_runbook(
    runbook: str, incident_id: str, at: datetime, rails: Rails, *, helped: bool
) -> bool:
    """Note a verification of the runbook and tell whether it has just been taken out of service for
    the incident's customer: what did not help one takes nothing from others.
    """
    customer_id = customer_of(incident_id)
    name = _arming(customer_id, runbook)
    history = [each for each in _verifications(name) if each[0] != incident_id]
    history = [*history, [incident_id, helped]][-_KEPT_VERIFICATIONS:]
    actions: list[Action] = [ArmingItem.verifications.set(history)]
    failing = disarms(rails, [bool(each[1]) for each in history])
    out = failing and not is_disarmed(customer_id, runbook)
    if out:
        actions.append(ArmingItem.disarmed_at.set(at))
    ArmingItem(PROVIDER, name).update(actions)
    return out


def disarmed() -> dict[str, datetime]:
    """Return the runbooks that are out of service, such as acme.rb_unit(nginx), and since when."""
    found = ArmingItem.query(PROVIDER, ArmingItem.item.startswith("runbook#"), consistent_read=True)
    since = {
        item.item.partition("#")[2]: item.attribute_values.get("disarmed_at") for item in found
    }
    return {name: at for name, at in since.items() if at is not None}


def arm(customer_id: str, runbook: str) -> None:
    """Put the runbook back into service for the customer; its history begins anew."""
    actions: list[Action] = [ArmingItem.disarmed_at.remove(), ArmingItem.verifications.set([])]
    ArmingItem(PROVIDER, _arming(customer_id, runbook)).update(actions)


def forget(customer_id: str) -> None:
    """Delete what was noted of the runbooks for the customer."""
    begins = ArmingItem.item.startswith(_arming(customer_id, ""))
    for item in ArmingItem.query(PROVIDER, begins, consistent_read=True):
        ArmingItem(PROVIDER, item.item).delete()


def _arming(customer_id: str, runbook: str) -> str:
    return f"runbook#{customer_id}.{runbook}"


def _verifications(name: str) -> Sequence[list[object]]:
    try:
        item = ArmingItem.get(PROVIDER, name, consistent_read=True)
    except DoesNotExist:
        return []
    return list(item.verifications)
