"""What a mail may tell, as the domain's own objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalate.history import History
from escalate.picture import Enclosure, Picture
from toban.domain.access import WayChange
from toban.domain.call import Call
from toban.domain.contract import Customer, Server
from toban.domain.incident import Alert, Incident
from toban.domain.letters import MailKind, Notice, Provider
from toban.domain.maintenance import Recurrence, Window
from toban.domain.month import MonthFigures
from toban.domain.observation import Observation
from toban.domain.repair import Diagnostics, RepairReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a mail may tell. Mails to customers need incident, customer and server.

    `alerts` are all of the incident; `monitor_id` is the one that a recovery, response or failure
    mail is about. `confirming_monitor_ids` are suspected but not confirmed. `observation` is the
    latest of the monitor. `repair` is the work done for it. `calling` says that contacts are called
    about it, `calls` are those that are over, `about_monitor_ids` what they were about. `paused_at`
    is when the monitor was paused because nobody was reached. `progress_number` counts the reports
    on a failure that goes on, the failure mail being the first. `recent_values` are a resource's
    figures of the last 15 minutes, oldest first. `history` is all that happened until
    the incident was closed. `graphs` are those of 24 h up to the incident, `graph_link` where the
    reader finds them as they are now. `month` are the figures of a customer's month, `enclosures`
    what is attached. `notice` says what an operator notice is about,
    `detail` is free text for the operators, `deadline` until when they may answer. `change` is what
    the daily check of a server's ways in found.
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
    calls: Sequence[Call] = ()
    paused_at: datetime | None = None
    about_monitor_ids: Sequence[str] = ()
    progress_number: int = 2
    next_report_at: datetime | None = None
    history: History | None = None
    graphs: Sequence[Picture] = ()
    graph_link: str = ""
    month: MonthFigures | None = None
    enclosures: Sequence[Enclosure] = ()
    notice: Notice | None = None
    change: WayChange | None = None
    detail: str = ""
    deadline: datetime | None = None
    window: Window | None = None
    recurrence: Recurrence | None = None
    next_window: Window | None = None
    overlapping: Window | None = None
    failing_monitor_ids: Sequence[str] | None = None
