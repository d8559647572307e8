"""Shared by all tests: the `clause` marker, which ties a test to the service specification."""

import pytest

CLAUSES = frozenset(
    f"{letter}-{number}"
    for letter, last in {"N": 11, "P": 10, "M": 4, "C": 9}.items()
    for number in range(1, last + 1)
)


def pytest_configure(config: pytest.Config) -> None:
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
