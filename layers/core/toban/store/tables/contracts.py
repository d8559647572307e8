"""What has been agreed: customers, servers, the provider's policy and switches."""

from pynamodb.attributes import (
    BinaryAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
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


class InForceItem(_Contracts):
    """Which terms of a customer are in force: customer_id is "#in-force", `item` the customer;
    `document` has "servers", "since" and "fingerprint". `revision` is the item of the revision that
    brought them, nothing where none did.
    """

    document = JSONAttribute()
    revision = UnicodeAttribute(null=True)


class ContactHealthItem(_Contracts):
    """`item` is "contact#<addressee>": what mails to the address `mail` and calls to its contact
    have shown; the fields are those of domain.contact_health. `customer_id` is "provider" for
    operators and engineers. `writes` counts, so that of two at once one looks again.
    """

    mail = UnicodeAttribute()
    delivered_at = UTCDateTimeAttribute(null=True)
    trouble = UnicodeAttribute(null=True)
    trouble_since = UTCDateTimeAttribute(null=True)
    trouble_at = UTCDateTimeAttribute(null=True)
    trouble_detail = UnicodeAttribute(null=True)
    recovered_at = UTCDateTimeAttribute(null=True)
    called_at = UTCDateTimeAttribute(null=True)
    call_outcome = UnicodeAttribute(null=True)
    answered_at = UTCDateTimeAttribute(null=True)
    writes = NumberAttribute(default=0)


class ContactsRevisionItem(_Contracts):
    """`item` is "contacts-changed#<time of the request>#<fingerprint of the terms>#<stage>": what a
    sheet changed in the contacts; `changes` tell each change.
    """

    at = UTCDateTimeAttribute()
    effective_on = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    requested_by = UnicodeAttribute()
    requested_at = UTCDateTimeAttribute()
    changes = JSONAttribute()
