"""What a mail may tell, as the domain's own objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from toban.domain.contract import Customer, Server
from toban.domain.incident import Alert, Incident
from toban.domain.letters import MailKind, Notice, Provider
from toban.domain.observation import Observation
from toban.domain.repair import Diagnostics, RepairReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a mail may tell. Mails to customers need incident, customer and server.

    `alerts` are all of the incident; `monitor_id` is the one that a recovery, response or failure
    mail is about. `confirming_monitor_ids` are suspected but not confirmed. `observation` is the
    latest of the monitor. `repair` is the work done for it. `calling` says that a phone chain has
    been started. `recent_values` are a resource's figures of the last 15 minutes, oldest first.
    `notice` says what an operator notice is about, `detail` is free text for the operators.
    """

    kind: MailKind
    provider: Provider
    now: datetime
    incident: Incident | None = None
    customer: Customer | None = None
    server: Server | None = None
    alerts: Sequence[Alert] = ()
    monitor_id: str = ""
    diagnostics: Diagnostics | None = None
    repair: RepairReport | None = None
    observation: Observation | None = None
    recovered_at: datetime | None = None
    open_monitor_ids: Sequence[str] = ()
    confirming_monitor_ids: Sequence[str] = ()
    recent_values: Sequence[Observation] = ()
    calling: bool = False
    next_report_at: datetime | None = None
    notice: Notice | None = None
    detail: str = ""
