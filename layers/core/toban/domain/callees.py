"""Which alerts need a person on the telephone once the repair is over (clause P-3, catalogue
8.1).
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from toban.domain.contract import Monitor
from toban.domain.incident import Alert
from toban.domain.plan import Capability, Plan, may


@dataclass(frozen=True, slots=True)
class Escalation:
    """What follows the repair: whom to call, for which monitors, and whether a mail is still owed.

    `untold` are those of whose failure the customer has not been told yet, `mail_about` that there
    are any, `mail_monitor` the first. `deferred` says that the response to something waits, and is
    to be looked at again after `look_again_seconds` at the latest. `round` counts from 1: each
    further one follows from the end of what was waited for.
    """

    call: bool
    managed: bool
    about: tuple[str, ...]
    mail_about: bool = False
    mail_monitor: str = ""
    untold: tuple[str, ...] = ()
    deferred: bool = False
    look_again_seconds: int = 1
    round: int = 1


def needs_person(monitor: Monitor, alert: Alert) -> bool:
    """Tell whether people are called when this alert does not recover."""
    if not monitor.phone:
        return False
    value = alert.observation.value
    return monitor.phone_from is None or (value is not None and value >= monitor.phone_from)


def escalate(
    plan: Plan,
    alerts: Sequence[Alert],
    monitors: Mapping[str, Monitor],
    over: Set[str],
    told: Set[str],
    *,
    call_anyway: bool = False,
) -> Escalation:
    """Return the escalation. `over` are the monitors for which nobody is called: well again, gone,
    or in maintenance.

    `told` are those whose failure the customer has had a mail about. `call_anyway` calls a person
    although everything has been repaired: it has had to be repaired too often.
    """
    if not may(plan, Capability.CALL):
        return Escalation(call=False, managed=False, about=())
    about = tuple(_in_need(alerts, monitors, over))
    untold = tuple(monitor_id for monitor_id in about if monitor_id not in told)
    return Escalation(
        call=bool(about) or call_anyway,
        managed=bool(about) and may(plan, Capability.TAKE_OVER),
        about=about,
        mail_about=bool(untold),
        mail_monitor=untold[0] if untold else "",
        untold=untold,
    )


def _in_need(
    alerts: Sequence[Alert], monitors: Mapping[str, Monitor], over: Set[str]
) -> Iterable[str]:
    for alert in alerts:
        monitor = monitors.get(alert.monitor_id)
        if monitor and alert.monitor_id not in over and needs_person(monitor, alert):
            yield alert.monitor_id
