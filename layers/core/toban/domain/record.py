"""The record of an incident or of a suspicion: all that happened, append-only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, what, and its particulars as JSON values; `key` names it among
    its owner's, e.g. "recovered#acme.web01.http".
    """

    at: datetime
    event: str
    detail: Any
    key: str = ""

    @property
    def sort(self) -> str:
        """What sort of thing it is: the key up to the first "#"."""
        return self.key.partition("#")[0]

    @property
    def about(self) -> str:
        """What it is about: the rest of the key, such as a monitor id, or ""."""
        return self.key.partition("#")[2]
