"""Clients are made of one session, so that a new sandbox reads botocore's files once."""

from collections.abc import Iterator

import pytest

from toban.clients import forget_clients, session
from toban.store.tables import forget_connections
from toban.store.tables.table import connection


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
    forget_connections()
    yield
    forget_clients()
    forget_connections()


def test_the_tables_client_is_of_the_session_of_all_clients() -> None:
    assert connection().session is session()


def test_a_new_session_begins_where_clients_are_forgotten() -> None:
    first = session()

    forget_clients()

    assert session() is not first
