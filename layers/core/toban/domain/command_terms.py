"""What has been agreed about own commands, and what the linter says where they go beyond it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class CommandTerms:
    """What has been agreed about a command.

    `changes` says that it may change something, `programs` are the customer's own, by absolute
    path, that only read, `changing` those that change something, `sudo` the command lines that sudo
    lets the login user run, `writes` the files and folders that may be written to.
    """

    changes: bool = False
    programs: tuple[str, ...] = ()
    changing: tuple[str, ...] = ()
    sudo: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    reboot: bool = False

    def reading(self) -> "CommandTerms":
        """Return the same terms for a command that must not change anything."""
        return replace(self, changes=False)


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong with a command, and what would mend it."""

    problem: str
    mend: str
