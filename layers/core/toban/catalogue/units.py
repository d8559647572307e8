"""The services that runbooks work on, from units.yaml."""

from functools import cache
from pathlib import Path

import msgspec

from toban.catalogue.entries import read_entries


class UnitDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service as the catalogue knows it; the file explains the fields."""

    names: dict[str, tuple[str, ...]]
    restart_timeout_seconds: int
    process: str = ""
    ports: tuple[int, ...] = ()
    also: tuple[str, ...] = ()
    config_test: tuple[str, ...] = ()
    local_probe: tuple[str, ...] = ()
    log: dict[str, str] = {}
    data: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    def services(self, family: str) -> tuple[str, ...]:
        """Return the names to look for: those of the family first, for a server may be a
        mixture.
        """
        others = [names for key, names in self.names.items() if key != family]
        found = [name for names in (self.names.get(family, ()), *others) for name in names]
        return tuple(dict.fromkeys(found))

    def logs(self, family: str) -> str:
        """Return the log files, blank separated, with wildcards; all when the family is unknown."""
        return self.log.get(family[:2]) or self.log.get(family) or " ".join(self.log.values())


@cache
def units() -> dict[str, UnitDefinition]:
    """Return every unit by its key; the file is read when first asked for."""
    name = "units.yaml"
    return read_entries(Path(__file__).with_name(name).read_bytes(), name, UnitDefinition)


def unit(key: str) -> UnitDefinition | None:
    """Return the unit of that key, or None when the catalogue has none."""
    return units().get(key)
