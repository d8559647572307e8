"""Announced maintenance, beside the states of the server's monitors."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute

from toban.store.tables.states import _States


class MaintenanceItem(_States):
    """`item` is "maintenance#<window id>", which sorts by the window's start.

    `token` is the task token of the execution that waits for the window's end.
    """

    starts_at = UTCDateTimeAttribute()
    ends_at = UTCDateTimeAttribute()
    requested_by = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    monitor_ids = JSONAttribute(null=True)
    cancelled_at = UTCDateTimeAttribute(null=True)
    rule_id = UnicodeAttribute(null=True)
    extended_at = UTCDateTimeAttribute(null=True)
    token = UnicodeAttribute(null=True)


class MaintenanceRuleItem(_States):
    """`item` is "maintenance-rule#<rule id>": maintenance that comes back."""

    document = JSONAttribute()
