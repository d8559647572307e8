"""Whether the certificate that a service shows could be replaced by what lies on its disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate: `place` is its file, "" for the one that the service shows.

    `matches` tells whether it is for the name that visitors use.
    """

    place: str
    fingerprint: str
    ends_at: datetime
    matches: bool = True


def newer(served: Shown | None, files: Iterable[Shown]) -> Shown | None:
    """Return the certificate on disk that a reload would bring into use, or None.

    It must end later than the one that is shown, and be for the same name.
    """
    if served is None:
        return None
    better = [
        file
        for file in files
        if file.matches and file.fingerprint != served.fingerprint and file.ends_at > served.ends_at
    ]
    return max(better, key=lambda file: file.ends_at, default=None)
