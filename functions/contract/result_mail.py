"""The mail to the operators with what became of a sheet; the same result is mailed once."""

from collections.abc import Sequence

from toban.executions import invoke_later
from toban.settings import required

_MOST_TOLD = 200
_MOST_SIGNS = 300


def tell_result(name: str, result: str, lines: Sequence[str], enclosed: str = "") -> None:
    """Hand the lines on, shortened, below the key of the whole result; `enclosed` is the key of a
    page of the intake bucket that the mail brings along.
    """
    taken_in = {
        "name": name,
        "lines": [result, *(line[:_MOST_SIGNS] for line in lines[:_MOST_TOLD])],
        "enclosed": enclosed,
    }
    invoke_later(required("TELL_OPERATOR_FUNCTION"), {"taken_in": taken_in})
