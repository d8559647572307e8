"""The tables as pynamodb models; infra/storage.yaml creates them, a test holds both together.

Names are chosen for the person who opens a table in the console: the keys say what an item is.
"""

from pynamodb.models import Model

from toban.store.tables.contracts import (
    ContactHealthItem,
    ContactsRevisionItem,
    ContractItem,
    InForceItem,
    RevisionItem,
    StandingItem,
)
from toban.store.tables.incidents import (
    AlertItem,
    CallItem,
    ChainItem,
    EventItem,
    IncidentItem,
    MailItem,
    RepairWorkItem,
    ServerIncidentItem,
    WorkItem,
)
from toban.store.tables.links import RevokedLinksItem
from toban.store.tables.maintenance import (
    MaintenanceItem,
    MaintenanceRuleItem,
)
from toban.store.tables.samples import (
    RollUpItem,
    SampleHourItem,
)
from toban.store.tables.shards import (
    ChecksItem,
    HeartbeatItem,
    LapseItem,
    ShardListItem,
)
from toban.store.tables.states import (
    AccessItem,
    ArmingItem,
    DeferralItem,
    FailingServerItem,
    MonitorStateItem,
    RepairedItem,
    RepairItem,
    RestartItem,
    RunItem,
    SlotItem,
    TurnItem,
    WaiterItem,
    WindowItem,
)
from toban.store.tables.table import connection, end_of_keeping

__all__ = [
    "MODELS",
    "AccessItem",
    "AlertItem",
    "ArmingItem",
    "CallItem",
    "ChainItem",
    "ChecksItem",
    "ContactHealthItem",
    "ContactsRevisionItem",
    "ContractItem",
    "DeferralItem",
    "EventItem",
    "FailingServerItem",
    "HeartbeatItem",
    "InForceItem",
    "IncidentItem",
    "LapseItem",
    "MailItem",
    "MaintenanceItem",
    "MaintenanceRuleItem",
    "MonitorStateItem",
    "RepairItem",
    "RepairWorkItem",
    "RepairedItem",
    "RestartItem",
    "RevisionItem",
    "RevokedLinksItem",
    "RollUpItem",
    "RunItem",
    "SampleHourItem",
    "ServerIncidentItem",
    "ShardListItem",
    "SlotItem",
    "StandingItem",
    "TurnItem",
    "WaiterItem",
    "WindowItem",
    "WorkItem",
    "connection",
    "end_of_keeping",
    "forget_connections",
]

MODELS: tuple[type[Model], ...] = (
    ContractItem,
    StandingItem,
    RevisionItem,
    InForceItem,
    ContactHealthItem,
    ContactsRevisionItem,
    ShardListItem,
    ChecksItem,
    HeartbeatItem,
    LapseItem,
    MonitorStateItem,
    AccessItem,
    WindowItem,
    TurnItem,
    WaiterItem,
    DeferralItem,
    RepairItem,
    RunItem,
    RestartItem,
    RepairedItem,
    FailingServerItem,
    ArmingItem,
    SlotItem,
    MaintenanceItem,
    MaintenanceRuleItem,
    RevokedLinksItem,
    IncidentItem,
    ServerIncidentItem,
    RepairWorkItem,
    AlertItem,
    ChainItem,
    CallItem,
    MailItem,
    WorkItem,
    EventItem,
    SampleHourItem,
    RollUpItem,
)


def forget_connections() -> None:
    """Drop pynamodb's cached connections, for a process that outlives its endpoint (the local
    system).
    """
    connection.cache_clear()
    for model in MODELS:
        model._connection = None
