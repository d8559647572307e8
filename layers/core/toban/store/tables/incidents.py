"""What happened: incidents, alerts, calls, mails and the record."""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from toban.settings import region, stack
from toban.store.tables.table import Table, end_of_keeping


class _Incidents(Table):
    """Everything about an incident or a suspicion is kept for so long after it was last written
    (C-7).
    """

    class Meta:
        table_name = f"{stack()}-incidents"
        region = region()
        billing_mode = PAY_PER_REQUEST_BILLING_MODE

    incident_id = UnicodeAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute(null=True, default_for_new=end_of_keeping)

    def update(self, actions: list[Action], condition: Condition | None = None, **more: Any) -> Any:
        """Write, and keep what was written for the whole term."""
        kept = type(self).expires_at.set(end_of_keeping())
        return super().update([*actions, kept], condition, **more)


class IncidentItem(_Incidents):
    """`item` is "incident"; `gathering` while alerts may still join."""

    server_id = UnicodeAttribute()
    opened_at = UTCDateTimeAttribute()
    gathering = BooleanAttribute()
    closed_at = UTCDateTimeAttribute(null=True)
    document = JSONAttribute()
    progress_token = UnicodeAttribute(null=True)


class ServerIncidentItem(_Incidents):
    """`incident_id` is a server's id, `item` "incident#<incident id>": one line of its history."""

    opened_at = UTCDateTimeAttribute()
    closed_at = UTCDateTimeAttribute(null=True)


class RepairWorkItem(_Incidents):
    """`item` is "repair", "repair#2" for the second round of an incident and so on: who waits for
    the end of the repair, when it began and when it ended.
    """

    token = UnicodeAttribute(null=True)
    began_at = UTCDateTimeAttribute(null=True)
    ended_at = UTCDateTimeAttribute(null=True)


class AlertItem(_Incidents):
    """`item` is "alert#<monitor_id>"."""

    document = JSONAttribute()
    recovery = JSONAttribute(null=True)
    attempts = NumberAttribute(default=0)
    settled = BooleanAttribute(default=False)
    told_failed = BooleanAttribute(default=False)
    tried = BooleanAttribute(default=False)


class ChainItem(_Incidents):
    """`item` is "chain#<callees>", "chain#<callees>#2" for the second round of an incident and so
    on: who waits for the end of a phone chain, and how it ended. The first one's says also who took
    the incident up otherwise than by a key.
    """

    about = JSONAttribute(null=True)
    token = UnicodeAttribute(null=True)
    taken_up_by = UnicodeAttribute(null=True)
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
    """`item` is "mail#<mail id>": claimed before it is sent, completed with what SES answered, and
    with the time at which the recipient's server took it. `customer_id` is "" in a mail to our own
    people.
    """

    kind = UnicodeAttribute()
    recipient = UnicodeAttribute()
    claimed_at = UTCDateTimeAttribute()
    sent_at = UTCDateTimeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    customer_id = UnicodeAttribute(null=True)
    delivered_at = UTCDateTimeAttribute(null=True)


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
