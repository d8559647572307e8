"""The page of a server: everything in one document, nothing fetched from anywhere (N-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from graphs import svg
from graphs.drawing import drawing
from graphs.graph import Graph
from graphs.link import Pass
from graphs.page_words import PageWords, page_words
from graphs.scale import span
from graphs.templates import template
from graphs.words import words
from toban.domain.series import Period
from toban.settings import optional
from toban.text.moments import rough_moment

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
    html = template("page.html.j2").render(
        lang="ja" if customer.locale == "ja" else "en",
        customer=customer.name,
        host=admitted.server.host,
        zone=customer.zone,
        spoken=spoken,
        graph_words=words(customer.locale),
        period=period,
        span=span(graphs[0].start, graphs[0].end, customer.zone),
        up_to=rough_moment(now, customer.zone),
        drawings=drawings,
        measured=any(each.measured for each in drawings),
        data={each.name: each.data for each in drawings if each.measured},
        events=_events(graphs[0], spoken),
        personal=spoken.personal.format(until=rough_moment(admitted.link.ends_at, customer.zone)),
        provider=optional("PROVIDER_NAME"),
        phone=optional("PROVIDER_PHONE"),
        style=_style(),
        script=_text("page.js"),
    )
    return Page(html, _style(), _text("page.js"))


def gone() -> Page:
    """Return the page for every address that leads nowhere: it says nothing of why."""
    style = _text("gone.css")
    return Page(template("gone.html.j2").render(style=style), style)


def _events(graph: Graph, spoken: PageWords) -> list[dict[str, str]]:
    """Return what the bands are, the newest first."""
    kinds = words(graph.locale).bands
    return [
        {
            "kind": band.kind,
            "what": kinds[band.kind],
            "began": rough_moment(band.start, graph.zone),
            "ended": rough_moment(band.end, graph.zone) if band.end else spoken.goes_on,
        }
        for band in sorted(graph.bands, key=lambda each: each.start, reverse=True)
    ]


@cache
def _style() -> str:
    return f"{svg.style()}\n{_text('page.css')}"


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8").strip()
