"""One description of a graph, drawn alike as SVG and as PNG."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from toban.domain.series import Period, Series, Values

NARROW = 560
"""Pixels of width below which a picture is laid out for a telephone."""


class Unit(StrEnum):
    """What the figures are; bytes are told with binary prefixes (KiB), bits a second with decimal
    ones.
    """

    PERCENT = "percent"
    NUMBER = "number"
    BYTES = "bytes"
    BITS = "bits"


class Style(StrEnum):
    """How a curve is drawn: AREA is filled faintly down to zero, STACK stands on the STACKs before
    it.
    """

    LINE = "line"
    DASHED = "dashed"
    AREA = "area"
    STACK = "stack"


class BandKind(StrEnum):
    """What a stretch of time was."""

    INCIDENT = "incident"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Curve:
    """One series by its name; `colour` 1..8 is a place in the palette.

    With `envelope` what lies between minimum and maximum is tinted where points are roll-ups.
    """

    label: str
    colour: int
    series: Series
    style: Style = Style.LINE
    envelope: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """A level from which on people are told, in the unit of the graph."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time behind the curves; None means that it goes on."""

    start: datetime
    end: datetime | None
    kind: BandKind


@dataclass(frozen=True, slots=True)
class Graph:
    """All that is drawn. Every curve has the same points: from `start` to `end`, equally long.

    `zone` is the IANA name of the customer's time zone, `ceiling` the top of the scale at least.
    """

    name: str
    title: str
    subtitle: str
    unit: Unit
    period: Period
    start: datetime
    end: datetime
    zone: str
    locale: str
    curves: Sequence[Curve]
    thresholds: Sequence[Threshold] = ()
    bands: Sequence[Band] = ()
    ceiling: float = 0.0


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels: the whole width, and the height of the field with the curves.

    Without `legend` nothing stands under the axis: the page tells the figures itself.
    """

    width: int = 800
    field_height: int = 200
    legend: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid at a pixel of its axis; a `label` of "" has none.

    `middle` is where the label of a time has its middle: within the picture.
    """

    at: float
    label: str
    strong: bool = False
    middle: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """The field with the curves, in pixels from the upper left corner."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column behind the field."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Where the value zero lies."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Trace:
    """The values of a curve as they are drawn, one for each point: those of a stack on top of each
    other.

    `lows` and `highs` are the envelope, or empty.
    """

    colour: int
    style: Style
    values: Values
    lows: Values = ()
    highs: Values = ()


@dataclass(frozen=True, slots=True)
class Stripe:
    """A band in pixels: columns from `left` to before `right`."""

    left: float
    right: float
    kind: BandKind


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A row of the legend; `figures` are last, minimum, average and maximum, or none."""

    label: str
    figures: tuple[str, ...]
    colour: int = 0
    style: Style = Style.LINE
    kind: BandKind | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """A graph whose every place is known: what both painters draw.

    A value lies `per_unit` pixels for each unit above the foot of the box, and point i of `points`
    in the middle of its stretch of time: (i + 0.5) / points of the box's width from its left edge.
    """

    width: int
    height: int
    box: Box
    title: str
    subtitle: str
    columns: tuple[str, ...]
    across: Sequence[Tick]
    down: Sequence[Tick]
    traces: Sequence[Trace]
    points: int
    per_unit: float
    levels: Sequence[float]
    stripes: Sequence[Stripe]
    rows: Sequence[LegendRow] = field(default=())
    remark: str = ""

    @property
    def narrow(self) -> bool:
        """Tell whether title and subtitle need a line each."""
        return self.width < NARROW
