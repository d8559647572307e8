"""The page of a server: everything in one document, nothing fetched from anywhere (N-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from graphs import svg
from graphs.drawing import drawing
from graphs.graph import Graph
from graphs.link import Pass
from graphs.page_words import PageWords, page_words
from graphs.scale import span
from graphs.words import words
from toban.domain.series import Period
from toban.settings import optional

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Page:
    """A document, and its style and script once more, for the header that allows these alone."""

    html: str
    style: str
    script: str = ""


def page(graphs: Sequence[Graph], admitted: Pass, period: Period, now: datetime) -> Page:
    """Return the page with these graphs; `now` is when it was asked for."""
    customer = admitted.customer
    spoken = page_words(customer.locale)
    drawings = [drawing(graph) for graph in graphs]
    html = _template("page.html.j2").render(
        lang="ja" if customer.locale == "ja" else "en",
        customer=customer.name,
        host=admitted.server.host,
        zone=customer.zone,
        spoken=spoken,
        graph_words=words(customer.locale),
        period=period,
        span=span(graphs[0].start, graphs[0].end, customer.zone),
        up_to=_moment(now, customer.zone),
        drawings=drawings,
        measured=any(each.measured for each in drawings),
        data={each.name: each.data for each in drawings if each.measured},
        events=_events(graphs[0], spoken),
        personal=spoken.personal.format(until=_moment(admitted.link.ends_at, customer.zone)),
        provider=optional("PROVIDER_NAME"),
        phone=optional("PROVIDER_PHONE"),
        style=_style(),
        script=_text("page.js"),
    )
    return Page(html, _style(), _text("page.js"))


def gone() -> Page:
    """Return the page for every address that leads nowhere: it says nothing of why."""
    style = _text("gone.css")
    return Page(_template("gone.html.j2").render(style=style), style)


def _events(graph: Graph, spoken: PageWords) -> list[dict[str, str]]:
    """Return what the bands are, the newest first."""
    kinds = words(graph.locale).bands
    return [
        {
            "kind": band.kind,
            "what": kinds[band.kind],
            "began": _moment(band.start, graph.zone),
            "ended": _moment(band.end, graph.zone) if band.end else spoken.goes_on,
        }
        for band in sorted(graph.bands, key=lambda each: each.start, reverse=True)
    ]


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


@cache
def _style() -> str:
    return f"{svg.style()}\n{_text('page.css')}"


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8").strip()


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = environment.filters
    filters["moment"] = lambda at: f"{at:%m-%d %H:%M}"
    filters["day"] = lambda at: f"{at:%Y-%m-%d}"
    return environment.get_template(name)
