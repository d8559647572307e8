"""What all tables share: one client, for making one takes longer than most handlers work."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from botocore.session import Session
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from toban import clients, clock
from toban.keeping import evidence_days
from toban.settings import region


class _Connection(Connection):
    """Its client is of the session that all clients share."""

    @property
    def session(self) -> Session:
        return clients.session()

    @property
    def client(self) -> Any:
        with clients.making:
            return super().client


@cache
def connection() -> Connection:
    """Return the connection for transactions over several tables, whose client all tables use."""
    return _Connection(region=region())


class Table(Model):
    """A model of one kind of item; pynamodb would give each kind a client of its own."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        made = super()._get_connection()
        if made.connection._client is None:
            made.connection._client = connection().client
        return made


def end_of_keeping(since: datetime | None = None) -> datetime:
    """Return until when what is written now, or was over at `since`, is kept of incidents and of
    work on servers (C-7).
    """
    return (since or clock.now()) + timedelta(days=evidence_days())
