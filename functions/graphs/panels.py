"""The five graphs of a server (N-9), out of its samples and what its contract says of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graphs.graph import Band, Curve, Graph, Style, Threshold, Unit
from graphs.words import GraphWords, words
from toban.domain.check import Resource, ResourceQuestion
from toban.domain.contract import Server
from toban.domain.metrics import INODES, RECEIVED, SENT, SPACE
from toban.domain.series import Period, Series

_WHOLE = 100.0
_COLOURS = 8

AllSeries = Mapping[str, Series]


@dataclass(frozen=True, slots=True)
class ServerView:
    """How a server is looked at; `zone` and `locale` are its customer's, `bands` lie behind every
    graph.
    """

    period: Period
    now: datetime
    zone: str = "Asia/Tokyo"
    locale: str = "ja"
    bands: Sequence[Band] = ()


def panels(server: Server, series: AllSeries, view: ServerView) -> list[Graph]:
    """Return the graphs of CPU, load, memory, disk and traffic, in this order: also those of which
    nothing was measured.

    `series` are those of the view's period (toban.store.samples.series).
    """
    questions = [m.check.resource for m in server.monitors if m.check.resource]
    spoken = words(view.locale)
    curves = {
        "cpu": (Unit.PERCENT, _cpu(series, spoken), _WHOLE),
        "load": (Unit.NUMBER, _load(series, spoken), 0.0),
        "memory": (Unit.BYTES, _memory(series, spoken), _greatest(series, "memory.total")),
        "disk": (Unit.PERCENT, _disk(series, spoken), _WHOLE),
        "traffic": (Unit.BITS, _traffic(series, spoken), 0.0),
    }
    start, end = view.period.bounds(view.now)
    return [
        Graph(
            name=name,
            title=f"{spoken.titles[name]} — {server.host}",
            subtitle="",
            unit=unit,
            period=view.period,
            start=start,
            end=end,
            zone=view.zone,
            locale=view.locale,
            curves=list(drawn),
            thresholds=_thresholds(name, questions, series, spoken),
            bands=view.bands,
            ceiling=ceiling,
        )
        for name, (unit, drawn, ceiling) in curves.items()
    ]


def _cpu(series: AllSeries, spoken: GraphWords) -> Iterator[Curve]:
    names = ("cpu.system", "cpu.user", "cpu.iowait", "cpu.steal")
    for name, colour in zip(names, (2, 1, 5, 4), strict=True):
        if name in series:
            yield Curve(spoken.curves[name], colour, series[name], Style.STACK)
    if "cpu.busy" in series:
        yield Curve(spoken.curves["cpu.busy"], 8, series["cpu.busy"], envelope=True)


def _load(series: AllSeries, spoken: GraphWords) -> Iterator[Curve]:
    for name, colour, style in (
        ("load.15", 1, Style.AREA),
        ("load.5", 2, Style.LINE),
        ("load.1", 3, Style.LINE),
        ("load.cores", 8, Style.DASHED),
    ):
        if name in series:
            yield Curve(spoken.curves[name], colour, series[name], style, name == "load.5")


def _memory(series: AllSeries, spoken: GraphWords) -> Iterator[Curve]:
    for name, colour, style in (
        ("memory.used", 1, Style.AREA),
        ("memory.cached", 5, Style.LINE),
        ("memory.available", 3, Style.LINE),
        ("swap.used", 7, Style.LINE),
        ("memory.total", 8, Style.DASHED),
    ):
        if name in series:
            yield Curve(spoken.curves[name], colour, series[name], style, name == "memory.used")


def _disk(series: AllSeries, spoken: GraphWords) -> Iterator[Curve]:
    for metric, style in ((SPACE, Style.LINE), (INODES, Style.DASHED)):
        for place, (part, found) in enumerate(_parts(series, metric)):
            label = f"{part} {spoken.curves[metric]}"
            yield Curve(label, place % _COLOURS + 1, found, style, metric == SPACE)


def _traffic(series: AllSeries, spoken: GraphWords) -> Iterator[Curve]:
    for metric, style, first in ((RECEIVED, Style.AREA, 3), (SENT, Style.LINE, 1)):
        for place, (part, found) in enumerate(_parts(series, metric)):
            label = f"{part} {spoken.curves[metric]}"
            yield Curve(label, (first + 3 * place - 1) % _COLOURS + 1, found, style, envelope=True)


def _parts(series: AllSeries, metric: str) -> list[tuple[str, Series]]:
    """Return mount or interface and its series, in the order of the names."""
    found = (name.partition(":") for name in series)
    return sorted((part, series[f"{kind}:{part}"]) for kind, _, part in found if kind == metric)


def _thresholds(
    name: str, questions: Sequence[ResourceQuestion], series: AllSeries, spoken: GraphWords
) -> list[Threshold]:
    """Return every level at which a monitor of this graph tells people, each once."""
    values = {
        each: None
        for question in questions
        if question.resource is Resource(name)
        for each in _level(question, series)
    }
    return [Threshold(value, spoken.threshold) for value in sorted(values)]


def _level(question: ResourceQuestion, series: AllSeries) -> Iterator[float]:
    match question.resource:
        case Resource.LOAD:
            cores = _greatest(series, "load.cores")
            if cores:
                yield max(question.threshold * cores, question.floor)
        case Resource.MEMORY:
            total = _greatest(series, "memory.total")
            if total:
                yield total * question.threshold / _WHOLE
        case Resource.TRAFFIC:
            if question.capacity:
                yield question.capacity * question.threshold / _WHOLE
        case _:
            yield question.threshold


def _greatest(series: AllSeries, name: str) -> float:
    found = series.get(name)
    return (found.summary().highest or 0.0) if found else 0.0
