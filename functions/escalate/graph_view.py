"""What the templates show of graphs: pictures with their figures, and the way to the page."""

from collections.abc import Mapping, Sequence

from escalate.case import Case
from escalate.picture import Picture
from toban.text.plain import one_line

_WIDTH = 596
"""Pixels of the card's inner width; a phone shows less."""


def graph_view(case: Case) -> Mapping[str, object]:
    """Return the graphs of the mail, none for most; the link stands where graphs do."""
    shown = [_shown(each) for each in case.facts.graphs]
    return {"graphs": shown, "graph_link": case.facts.graph_link if shown else ""}


def _shown(picture: Picture) -> dict[str, str | int | Sequence[str]]:
    kept = picture.kept
    width = min(_WIDTH, kept.width)
    return {
        "title": one_line(kept.title),
        "figures": [one_line(each) for each in kept.figures],
        "source": f"cid:{picture.content_id}",
        "alternative": one_line(picture.alternative, 600),
        "width": width,
        "height": round(kept.height * width / kept.width),
    }
