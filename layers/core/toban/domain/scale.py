"""What the figure of a resource counts."""

from enum import StrEnum


class Scale(StrEnum):
    """The unit in which a figure is judged and told; STATE has none: it is in order or not."""

    PERCENT = "percent"
    COUNT = "count"
    SECONDS = "seconds"
    PER_CORE = "per_core"
    STATE = "state"


_OTHERS = {
    "load": Scale.PER_CORE,
    "processes": Scale.COUNT,
    "read_only": Scale.STATE,
    "clock": Scale.SECONDS,
    "reboot": Scale.SECONDS,
}


def scale_of(resource: str, told: Scale | None) -> Scale:
    """Return what the resource's figure counts: as `told` of a command's, per cent by default."""
    return told or _OTHERS.get(resource, Scale.PERCENT)
