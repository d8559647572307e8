"""Repairs of libraries at run time, each undone when the local system stops."""

from importlib.metadata import version
from typing import Any

# The repairs reach into the inside of exactly this version; tests/integration/test_local_repairs.py
# holds each.
MOTO_VERSION = "5.2.5"


class UnknownVersionError(RuntimeError):
    """The installed moto is not the one that the repairs were written for."""


def require_known_moto() -> None:
    """Refuse to repair a moto that nobody has looked into."""
    if (installed := version("moto")) != MOTO_VERSION:
        raise UnknownVersionError(
            f"moto {installed} is installed, but infra/local repairs moto {MOTO_VERSION}: install "
            "requirements/dev.txt, or review every repair and change MOTO_VERSION in "
            "infra/local/patches.py."
        )


_INHERITED = object()


class Patches:
    """Attributes replaced for the lifetime of one local system."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, new: Any) -> None:
        """Put `new` in the place of `owner.name`; AttributeError when there is no such thing."""
        getattr(owner, name)
        self._undo.append((owner, name, vars(owner).get(name, _INHERITED)))
        setattr(owner, name, new)

    def add(self, owner: Any, name: str, new: Any) -> None:
        """Give `owner` what the library does not have; AttributeError when it does by now."""
        if hasattr(owner, name):
            raise AttributeError(f"{owner} has its own {name} by now: the repair is not needed")
        self._undo.append((owner, name, _INHERITED))
        setattr(owner, name, new)

    def undo(self) -> None:
        """Put everything back, the last replacement first."""
        while self._undo:
            owner, name, old = self._undo.pop()
            if old is _INHERITED:
                delattr(owner, name)
            else:
                setattr(owner, name, old)
