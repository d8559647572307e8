"""What the daily check of the ways into a server has to tell the operators (clause C-8)."""

from datetime import datetime
from typing import Any

from escalate.access_view import details, outcome
from escalate.news import News
from escalate.provider import provider
from toban.domain.access import WayChange
from toban.domain.identifier import stamp
from toban.domain.letters import Notice
from toban.store.documents import from_document
from toban.text.moments import rough_moment
from toban.text.words import words


def access_news(found: dict[str, Any]) -> list[News]:
    """Return one piece of news for each change; the same check, told again, has the same names."""
    server_id, at = found["server_id"], from_document(found["at"], datetime)
    changes = from_document(found["changes"], list[WayChange])
    return [_news(server_id, at, change) for change in changes]


def _news(server_id: str, at: datetime, change: WayChange) -> News:
    operators = provider()
    notice = Notice(change.finding)
    said, since = words(operators.locale), rough_moment(change.since, operators.zone)
    return News(
        owner=f"access.{server_id}",
        notice=notice,
        detail="\n".join(
            [outcome(change, said), *details(change, said), said.say("access", "since", at=since)]
        ),
        name=f"{notice}-{change.way}-{stamp(at)}",
        server_id=server_id,
        change=change,
    )
