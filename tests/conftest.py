"""Shared by all tests: the `clause` marker, which ties a test to the service specification, and an
environment in which no test can reach a real AWS account.
"""

import os

import pytest

from tests.clauses import read_clauses

CLAUSES = frozenset(clause.id for clause in read_clauses())

NO_ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(NO_ACCOUNT)
    config.addinivalue_line(
        "markers", "clause(*ids): the clauses of the service specification that this test shows"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mistakes = [
        f"{item.nodeid}: there is no clause {clause!r}"
        for item in items
        for marker in item.iter_markers("clause")
        for clause in marker.args or ("",)
        if clause not in CLAUSES
    ]
    if mistakes:
        raise pytest.UsageError(*mistakes)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of octets by its argument: they may differ in each process that runs tests."""
    return argname if isinstance(val, bytes) else None
