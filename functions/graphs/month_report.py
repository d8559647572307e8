"""A customer's report on a month: as text, and as HTML for screen and paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from graphs.month_graphs import light_style
from graphs.month_view import month_view
from toban.domain.month import Month
from toban.text.plain import one_line
from toban.text.renderer import render_page


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The same report as text and as a page of its own, which asks nothing of the network."""

    text: str
    html: str


def compose_month(
    month: Month, drawn: Mapping[str, Sequence[str]], provider: Mapping[str, str]
) -> MonthReport:
    """Return the report; the same month and drawings give the same bytes.

    `drawn` has the SVGs of each server by its id, `provider` a name and a telephone number or "".
    """
    view = month_view(month) | {
        "provider": {name: one_line(told) for name, told in provider.items()},
        "drawn": {server: [Markup(svg) for svg in svgs] for server, svgs in drawn.items()},  # noqa: S704 - our own template has escaped it
        "graph_style": Markup(light_style()),  # noqa: S704 - our own file
    }
    folder = f"report/{view['locale']}"
    return MonthReport(
        render_page(f"{folder}/month.txt", view), render_page(f"{folder}/month.html", view)
    )
