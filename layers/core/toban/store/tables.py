"""The tables as pynamodb models; infra/storage.yaml creates them, a test holds both together.

Names are chosen for the person who opens a table in the console: the keys say what an item is.
"""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from toban.settings import region, stack


class _Contracts(Model):
    class Meta:
        table_name = f"{stack()}-contracts"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    customer_id = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)


class ContractItem(_Contracts):
    """`item` is "customer" or "server#<server_id>"; `document` is the domain object."""

    document = JSONAttribute()


class _Shards(Model):
    class Meta:
        table_name = f"{stack()}-shards"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    shard_group = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)


class ShardListItem(_Shards):
    """`item` is "shards": the names of the shards that a schedule's phase runs."""

    names = JSONAttribute()


class ChecksItem(_Shards):
    """`item` is "checks#<shard>": the compiled questions, zlib-compressed JSON."""

    checks = BinaryAttribute(legacy_encoding=False)
    monitors = NumberAttribute()


class HeartbeatItem(_Shards):
    """`item` is "heartbeat#<shard>": the one write of a healthy cycle, with the raw counters rates
    need.
    """

    scheduled_at = UTCDateTimeAttribute()
    finished_at = UTCDateTimeAttribute()
    observed = NumberAttribute()
    down = NumberAttribute()
    unknown = NumberAttribute()
    blind = BooleanAttribute()
    counters = BinaryAttribute(legacy_encoding=False, null=True)


class ByShard(GlobalSecondaryIndex["MonitorStateItem"]):  # type: ignore[no-untyped-call]
    """The monitors of a shard that are not well; a state that is well again leaves the index."""

    class Meta:  # noqa: D106 - pynamodb's own form
        index_name = "by_shard"
        projection = AllProjection()

    shard = UnicodeAttribute(hash_key=True)


class _States(Model):
    class Meta:
        table_name = f"{stack()}-states"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    server_id = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)


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


class RepairItem(_States):
    """`item` is "repair#<unit>": the last time that a unit of the server was restarted by us."""

    incident_id = UnicodeAttribute()
    restarted_at = UTCDateTimeAttribute()


class _Incidents(Model):
    class Meta:
        table_name = f"{stack()}-incidents"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    incident_id = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute(null=True)


class IncidentItem(_Incidents):
    """`item` is "incident"; `gathering` while alerts may still join."""

    server_id = UnicodeAttribute()
    opened_at = UTCDateTimeAttribute()
    gathering = BooleanAttribute()
    closed_at = UTCDateTimeAttribute(null=True)
    document = JSONAttribute()


class AlertItem(_Incidents):
    """`item` is "alert#<monitor_id>"."""

    document = JSONAttribute()
    recovery = JSONAttribute(null=True)
    attempts = NumberAttribute(default=0)
    settled = BooleanAttribute(default=False)


class MailItem(_Incidents):
    """`item` is "mail#<mail id>": claimed before it is sent, completed with what SES answered."""

    kind = UnicodeAttribute()
    recipient = UnicodeAttribute()
    claimed_at = UTCDateTimeAttribute()
    sent_at = UTCDateTimeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)


class EventItem(_Incidents):
    """`item` is "event#<key>": one thing that happened; written once, never changed."""

    at = UTCDateTimeAttribute()
    event = UnicodeAttribute()
    detail = JSONAttribute(null=True)


MODELS: tuple[type[Model], ...] = (
    ContractItem,
    ShardListItem,
    ChecksItem,
    HeartbeatItem,
    MonitorStateItem,
    WindowItem,
    TurnItem,
    WaiterItem,
    RepairItem,
    IncidentItem,
    AlertItem,
    MailItem,
    EventItem,
)


def connection() -> Connection:
    """Return a connection for transactions over several tables."""
    return Connection(region=region())


def forget_connections() -> None:
    """Drop pynamodb's cached connections, for a process that outlives its endpoint (the local
    system).
    """
    for model in MODELS:
        model._connection = None
