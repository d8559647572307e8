"""What happened: incidents, alerts, calls, mails and the record."""

from pynamodb.attributes import (
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


class _Incidents(Table):
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
    progress_token = UnicodeAttribute(null=True)


class RepairWorkItem(_Incidents):
    """`item` is "repair": who waits for the end of the incident's repair, and when it ended."""

    token = UnicodeAttribute(null=True)
    ended_at = UTCDateTimeAttribute(null=True)


class AlertItem(_Incidents):
    """`item` is "alert#<monitor_id>"."""

    document = JSONAttribute()
    recovery = JSONAttribute(null=True)
    attempts = NumberAttribute(default=0)
    settled = BooleanAttribute(default=False)


class ChainItem(_Incidents):
    """`item` is "chain#<callees>": who waits for the end of a phone chain, and how it ended."""

    about = JSONAttribute(null=True)
    token = UnicodeAttribute(null=True)
    ended = JSONAttribute(null=True)


class CallItem(_Incidents):
    """`item` is "call#<callees>#<contact>#<attempt>", two digits each; the number is not kept.

    `nonce` proves that an answer comes from this call's own flow. `document` is the domain's Call,
    written once when the call is over.
    """

    nonce = UnicodeAttribute()
    contact_id = UnicodeAttribute(null=True)
    dialled_at = UTCDateTimeAttribute(null=True)
    hung_up_at = UTCDateTimeAttribute(null=True)
    hung_up_for = UnicodeAttribute(null=True)
    key = UnicodeAttribute(null=True)
    token = UnicodeAttribute(null=True)
    document = JSONAttribute(null=True)


class MailItem(_Incidents):
    """`item` is "mail#<mail id>": claimed before it is sent, completed with what SES answered."""

    kind = UnicodeAttribute()
    recipient = UnicodeAttribute()
    claimed_at = UTCDateTimeAttribute()
    sent_at = UTCDateTimeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)


class WorkItem(_Incidents):
    """`item` is "work-item": what awaits an engineer after the incident, and the record's key."""

    status = UnicodeAttribute()
    opened_at = UTCDateTimeAttribute()
    evidence = UnicodeAttribute()


class EventItem(_Incidents):
    """`item` is "event#<key>": one thing that happened; written once, never changed."""

    at = UTCDateTimeAttribute()
    event = UnicodeAttribute()
    detail = JSONAttribute(null=True)
