"""The figures of a graph as a table: a short one to read, a long one to reckon with (CSV)."""

from collections.abc import Iterator, Sequence
from csv import writer
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from graphs.graph import Curve, Graph, Unit
from graphs.scale import told
from toban.domain.rollup import consolidated
from toban.domain.series import Period

_JOINED = {Period.DAY: 6, Period.WEEK: 12, Period.MONTH: 48, Period.YEAR: 7}
"""How many points are one row to read: half an hour, 6 hours, a day, a week."""
_UNITS = {Unit.PERCENT: "%", Unit.NUMBER: "", Unit.BYTES: "bytes", Unit.BITS: "bit/s"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: when it begins in the customer's time, and the average of each curve as told."""

    at: datetime
    figures: tuple[str, ...]


def table_rows(graph: Graph) -> list[TableRow]:
    """Return the rows to read, the newest first; those of which nothing is known are left out."""
    size, zone = _JOINED[graph.period], ZoneInfo(graph.zone)
    joined = [consolidated(curve.series, size, extremes=False) for curve in graph.curves]
    if not joined:
        return []
    rows = zip(*(series.averages for series in joined), strict=True)
    found = [
        TableRow(
            joined[0].at(place).astimezone(zone), tuple(told(each, graph.unit) for each in row)
        )
        for place, row in enumerate(rows)
        if any(each is not None for each in row)
    ]
    return found[::-1]


def csv(graph: Graph) -> str:
    """Return every point: RFC 4180, times in ISO 8601 with the customer's offset, averages, and
    minimum and maximum where a point is a roll-up. A gap is an empty field.

    The mark at the beginning lets spreadsheets read Japanese.
    """
    out = StringIO()
    out.write("\ufeff")
    rows = writer(out)
    columns = list(_columns(graph))
    rows.writerow(["time", *(head for head, _ in columns)])
    zone = ZoneInfo(graph.zone)
    for place in range(max((len(curve.series) for curve in graph.curves), default=0)):
        at = graph.curves[0].series.at(place).astimezone(zone)
        rows.writerow([at.isoformat(), *(_figure(values[place]) for _, values in columns)])
    return out.getvalue()


def _columns(graph: Graph) -> Iterator[tuple[str, Sequence[float | None]]]:
    for curve in graph.curves:
        label, series = _head(curve, graph.unit), curve.series
        yield label, series.averages
        if series.maxima is not series.averages:
            yield f"{label} min", series.minima
            yield f"{label} max", series.maxima


def _head(curve: Curve, unit: Unit) -> str:
    """A name comes from the server: a spreadsheet must not take it for a formula."""
    label = f"{curve.label} [{_UNITS[unit]}]" if _UNITS[unit] else curve.label
    return f"'{label}" if label.startswith(_FORMULA) else label


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
