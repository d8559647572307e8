"""What each schedule asks, and the heartbeat of each shard."""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE

from toban.settings import region, stack
from toban.store.tables.table import Table


class _Shards(Table):
    """Questions are replaced whenever a contract changes; what a shard saw ends by itself (C-7)."""

    class Meta:
        table_name = f"{stack()}-shards"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    shard_group = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    kept_until = TTLAttribute(null=True)


class ShardListItem(_Shards):
    """`item` is "shards": the names of the shards that a schedule's phase runs; `watched` are those
    of them that have checks.
    """

    names = JSONAttribute()
    watched = JSONAttribute(null=True)
    compiled_at = UTCDateTimeAttribute(null=True)


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


class LapseItem(_Shards):
    """`shard_group` is "lapses", `item` the shard whose rounds are late, missing or blind."""

    document = JSONAttribute()
    noted_at = UTCDateTimeAttribute()
