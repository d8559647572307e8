"""What has been agreed: customers, servers, the provider's policy and switches."""

from pynamodb.attributes import (
    BinaryAttribute,
    JSONAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE

from toban.settings import region, stack
from toban.store.tables.table import Table


class _Contracts(Table):
    class Meta:
        table_name = f"{stack()}-contracts"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    customer_id = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)


class ContractItem(_Contracts):
    """`item` is "customer" or "server#<server_id>"; `document` is the domain object."""

    document = JSONAttribute()


class StandingItem(_Contracts):
    """`item` is "standing": the fingerprint of the newest terms that were agreed with the customer,
    in force or not yet.
    """

    fingerprint = UnicodeAttribute()


class RevisionItem(_Contracts):
    """Terms that were agreed and are not in force yet: customer_id is "#revisions", `item`
    "<day>#<time of the request>#<customer_id>"; zlib-compressed JSON.
    """

    terms = BinaryAttribute(legacy_encoding=False)
