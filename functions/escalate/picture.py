"""What a mail carries beside its words: graphs within it, files attached to it (N-9)."""

import re
from dataclasses import dataclass

from toban.domain.kept_graph import KeptGraph

_DOMAIN = "graphs.invalid"
"""A Content-ID is a name of worldwide use (RFC 2045, section 7), not an address (RFC 6761)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A graph in a mail: what is drawn, and the same in words."""

    kept: KeptGraph
    octets: bytes
    content_id: str

    @property
    def file(self) -> str:
        """The name under which a reader saves it."""
        return self.kept.picture

    @property
    def alternative(self) -> str:
        """What is read out in place of the picture."""
        return ". ".join((self.kept.title, *self.kept.figures))


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A text file that is attached; `form` is the subtype of its media type, plain or html."""

    file: str
    text: str
    form: str


def content_id(incident_id: str, name: str) -> str:
    """Return the name by which the HTML of a mail refers to the picture (RFC 2392)."""
    return f"{re.sub(r'[^A-Za-z0-9._-]', '-', f'{name}.{incident_id}')}@{_DOMAIN}"
