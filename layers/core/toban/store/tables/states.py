"""What changes about a server: conditions of monitors, the turn, repairs, windows."""

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from toban.settings import region, stack
from toban.store.tables.table import Table, end_of_keeping


class ByShard(GlobalSecondaryIndex["MonitorStateItem"]):  # type: ignore[no-untyped-call]
    """The monitors of a shard that are not well; a state that is well again leaves the index."""

    class Meta:  # noqa: D106 - pynamodb's own form
        index_name = "by_shard"
        projection = AllProjection()

    shard = UnicodeAttribute(hash_key=True)


class _States(Table):
    """What stands of a server is kept as long as its customer's contract, and then deleted; an item
    with `kept_until` ends earlier by itself (C-7).
    """

    class Meta:
        table_name = f"{stack()}-states"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    server_id = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    kept_until = TTLAttribute(null=True)


class _Happenings(_States):
    """What happened once, and is counted for a while."""

    kept_until = TTLAttribute(default_for_new=end_of_keeping)


class MonitorStateItem(_States):
    """`item` is "monitor#<monitor_id>"."""

    monitor_id = UnicodeAttribute()
    condition = UnicodeAttribute()
    since = UTCDateTimeAttribute()
    shard = UnicodeAttribute(null=True)
    first_failed_at = UTCDateTimeAttribute(null=True)
    incident_id = UnicodeAttribute(null=True)
    recovery_token = UnicodeAttribute(null=True)
    recovery = JSONAttribute(null=True)
    reason = UnicodeAttribute(null=True)

    by_shard = ByShard()


class WindowItem(_States):
    """`item` is "window": the server's newest incident, which alerts join until `closes_at`."""

    incident_id = UnicodeAttribute()
    closes_at = UTCDateTimeAttribute()


class TurnItem(_States):
    """`item` is "turn": who may work on the server, until when, and which number the turn has."""

    incident_id = UnicodeAttribute(null=True)
    expires_at = UTCDateTimeAttribute(null=True)
    fence = NumberAttribute(default=0)


class WaiterItem(_States):
    """`item` is "waiter#<incident_id>": an incident that waits for its turn with a task token."""

    incident_id = UnicodeAttribute()
    priority = NumberAttribute()
    since = UTCDateTimeAttribute()
    token = UnicodeAttribute()


class DeferralItem(_States):
    """`item` is "deferral#<incident_id>": an incident whose response waits, with a task token."""

    token = UnicodeAttribute()


class AccessItem(_States):
    """`item` is "access": what the last check of the ways into the server found."""

    checked_at = UTCDateTimeAttribute()
    document = JSONAttribute()


class RunItem(_Happenings):
    """`item` is "run#<incident_id>#<unit>": one run of a runbook that the rails allowed."""

    at = UTCDateTimeAttribute()
    incident_id = UnicodeAttribute()
    unit = UnicodeAttribute()


class RestartItem(_Happenings):
    """`item` is "restart#<unit>#<incident_id>": one restart of the unit by us."""

    at = UTCDateTimeAttribute()
    incident_id = UnicodeAttribute()


class RepairedItem(_Happenings):
    """`item` is "repaired#<monitor_id>#<incident_id>": a repair that the monitor has verified."""

    at = UTCDateTimeAttribute()


class FailingServerItem(_Happenings):
    """Server "provider", `item` "failing#<time>#<server_id>": an incident was opened (storms)."""

    at = UTCDateTimeAttribute()


class ArmingItem(_States):
    """Server "provider", `item` "runbook#<customer>.<name>": its latest verifications, and whether
    it is out of service for the customer; an operator re-arms it by removing `disarmed_at`.
    """

    verifications = JSONAttribute()
    disarmed_at = UTCDateTimeAttribute(null=True)


class RepairItem(_Happenings):
    """`item` is "repair#<unit>": the last time that a unit of the server was restarted by us."""

    incident_id = UnicodeAttribute()
    restarted_at = UTCDateTimeAttribute()


class SlotItem(_States):
    """`server_id` is "telephone", `item` is "slot#<n>": which call has the n-th of our lines."""

    call_id = UnicodeAttribute()
    expires_at = UTCDateTimeAttribute()
