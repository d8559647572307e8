"""The command that a person runs next, as a shell takes it."""

import shlex
from argparse import Namespace
from collections.abc import Mapping


def next_command(action: str, given: Namespace, options: Mapping[str, object]) -> str:
    """Return `toban sheet ACTION` for the same file at the same endpoint; an option that is true
    stands alone, one without a value is left out.
    """
    words = ["toban", "sheet", action, str(given.file)]
    for name, value in {**options, "--endpoint": given.endpoint}.items():
        if value:
            words += [name] if value is True else [name, str(value)]
    return shlex.join(words)
