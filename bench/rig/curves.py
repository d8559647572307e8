"""The same five curves for both sides of a comparison of graphs."""

import math
import random
from datetime import UTC, datetime, timedelta

from graphs.graph import Curve, Graph, Size, Unit
from graphs.plot import LEFT, RIGHT
from toban.domain.series import Period, of_samples

NAMES = ("load", "cpu", "mem", "disk", "net")
BEGIN = datetime(2023, 11, 14, 22, 0, tzinfo=UTC)
FIELD = (740, 240)
"""Width and height of the field with the curves, in pixels, on both sides."""


def step_of(points: int) -> int:
    """Return the seconds between two points: a day of samples, or a month of roll-ups."""
    return 300 if points == 288 else 1_800  # noqa: PLR2004 - 24 hours of 5 min


def figures(points: int) -> list[list[float]]:
    """Return five series of as many points, the same in every process."""
    dice = random.Random(7)  # noqa: S311 - the same figures in every run
    return [
        [
            round(90 + 20 * k * math.sin(i / 30 + k) / 2 + dice.random() * 8, 2)
            for i in range(points)
        ]
        for k in range(len(NAMES))
    ]


def graph_of(points: int) -> Graph:
    """Return our description of the graph."""
    step = step_of(points)
    curves = [
        Curve(name, colour, of_samples(BEGIN, step, values))
        for colour, (name, values) in enumerate(zip(NAMES, figures(points), strict=True), 1)
    ]
    period = Period.DAY if step == Period.DAY.step_seconds else Period.MONTH
    end = BEGIN + timedelta(seconds=points * step)
    return Graph(
        *("bench", "host", "", Unit.NUMBER, period, BEGIN, end, "UTC", "en"), curves=curves
    )


def size() -> Size:
    """Return the size at which our field is as large as the peer's."""
    return Size(FIELD[0] + LEFT + RIGHT, FIELD[1])
