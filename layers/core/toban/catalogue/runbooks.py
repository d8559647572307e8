"""The provider's procedures, from runbooks.yaml: which steps in which order, and what may
change.
"""

from functools import cache
from pathlib import Path

import msgspec

from toban.catalogue.entries import read_entries
from toban.domain.repair import StepName


class Runbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One procedure; the file explains the fields."""

    ja: str
    en: str
    about: str
    steps: tuple[StepName, ...] = ()
    changes: tuple[StepName, ...] = ()
    consent: str = ""

    @property
    def works_on_unit(self) -> bool:
        """Whether the item must name the service that the procedure works on."""
        return StepName.PICK_UNIT in self.steps

    def name(self, locale: str) -> str:
        """Return the procedure's name in the customer's language."""
        return self.en if locale == "en" else self.ja


@cache
def runbooks() -> dict[str, Runbook]:
    """Return every runbook by its id; the file is read when first asked for."""
    name = "runbooks.yaml"
    return read_entries(Path(__file__).with_name(name).read_bytes(), name, Runbook)


def runbook(key: str) -> Runbook | None:
    """Return the runbook of that id, or None when the catalogue has none."""
    return runbooks().get(key)
