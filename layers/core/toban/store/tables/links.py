"""Links to graphs that are good no longer, beside the states of the server."""

from pynamodb.attributes import UTCDateTimeAttribute

from toban.store.tables.states import _States


class RevokedLinksItem(_States):
    """`server_id` is a server, a customer or "provider" (all of them); `item` is
    "revoked-links#<recipient>" or "revoked-links#all": links that end by `ends_until` are revoked.
    """

    ends_until = UTCDateTimeAttribute()
