"""What a customer has agreed to in writing beyond the standard procedures (catalogue 10,
"consent"), and what nobody can agree to.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Cleaning(StrEnum):
    """What may be cleaned besides files: downloaded packages, and the journal above 200 MB."""

    PACKAGES = "packages"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class OldFiles:
    """Files of one folder that match `pattern` and have not changed for `days` days."""

    pattern: str
    days: int

    @property
    def folder(self) -> str:
        """The folder, without wildcards."""
        return str(PurePosixPath(self.pattern).parent)

    @property
    def name(self) -> str:
        """The pattern of the file's name."""
        return PurePosixPath(self.pattern).name


@dataclass(frozen=True, slots=True)
class Consent:
    """`clean` and `files` may be cleaned from a full disk; `lose_cache` allows the restart of a
    cache that keeps nothing on disk.
    """

    clean: tuple[Cleaning, ...] = ()
    files: tuple[OldFiles, ...] = ()
    lose_cache: bool = False

    def given(self, key: str) -> bool:
        """Tell whether what a runbook names as its consent was given."""
        agreed = {"clean": bool(self.clean or self.files), "lose_cache": self.lose_cache}
        return not key or agreed[key]


NOTHING_AGREED = Consent()
FORBIDDEN_FOLDERS = (
    "/home", "/root", "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/boot", "/dev", "/proc",
    "/sys", "/run", "/var/run", "/var/lib", "/var/mail", "/var/spool", "/var/www",
)  # fmt: skip
"""Systems, databases, mail and people's own files (catalogue 5.6): not to be agreed to."""

_FORBIDDEN_WORDS = ("backup", "bak", "dump", "mysql", "pgsql", "postgres", "maildir", "mail")
_WILD = frozenset("*?[")
_LEAST_PARTS = 4
"""The root, two folders and the name of the file."""


def refusal(pattern: str) -> str:
    """Return why files of this pattern are never deleted, or "" when they may be.

    The folder stands without wildcards and links, so that what it means is plain to both sides.
    """
    path = PurePosixPath(pattern)
    if not path.is_absolute() or ".." in path.parts or len(path.parts) < _LEAST_PARTS:
        return "It is not a pattern in a folder of its own, such as /var/log/app/*.log.gz."
    if _WILD & set(str(path.parent)):
        return "A wildcard may stand in the name of the file only."
    if path.name.strip("*?.") == "":
        return "It names every file of the folder."
    for folder in FORBIDDEN_FOLDERS:
        if path.is_relative_to(folder):
            return f"Nothing below {folder} is ever deleted."
    if any(word in part.lower() for part in path.parts[1:] for word in _FORBIDDEN_WORDS):
        return "Databases, mail and backups are never deleted."
    return ""
