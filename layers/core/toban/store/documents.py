"""Domain objects to and from plain JSON values."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def to_document(value: object) -> Any:
    """Return the domain object as JSON values: times as ISO 8601, enumerations as their words."""
    return msgspec.to_builtins(value)


def from_document(document: Any, kind: type[T]) -> T:
    """Return the domain object of `kind`; raises msgspec.ValidationError with what is wrong
    where.
    """
    return msgspec.convert(document, type=kind)


def from_document_or_none(document: Any, kind: type[T]) -> T | None:
    """Return the domain object of `kind`, or None where there is none."""
    return None if document is None else from_document(document, kind)
