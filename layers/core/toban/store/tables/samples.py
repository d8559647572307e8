"""What was sampled of each server, and the roll-ups of it; every item ends by itself."""

from pynamodb.attributes import (
    BinaryAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE

from toban.settings import region, stack
from toban.store.tables.table import Table


class _Samples(Table):
    class Meta:
        table_name = f"{stack()}-samples"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    server_id = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    parts = JSONAttribute()
    expires_at = TTLAttribute()


class SampleHourItem(_Samples):
    """`item` is "5min#2026-11-23T10#<layout>": up to 12 samples of the hour, as domain.packing
    packs them.

    `parts` are the mounts and interfaces of the layout; `newest` is the slot of the last sample.
    """

    # pynamodb's types know no list of octets
    samples = ListAttribute[bytes](of=BinaryAttribute, null=True)  # type: ignore[arg-type]
    newest = NumberAttribute(null=True)


class RollUpItem(_Samples):
    """`item` is "30min#2026-11-23" (48 buckets of every metric) or "1day#2026-11-23" (one)."""

    buckets = BinaryAttribute(legacy_encoding=False)
