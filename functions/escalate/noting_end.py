"""Puts on record how an alert came to its end."""

from typing import Literal

from toban.domain.observation import Observation, Reason
from toban.store import record

_WORDS = {
    "recovered": "recovered",
    "resumed": "resumed: the service is back",
    "unwatched": "not watched any more",
}


def note_end(incident_id: str, seen: Observation, well: Literal["recovered", "resumed"]) -> None:
    """Note the good check under the name of what follows from it when all is `well`, or that the
    monitor has left the contract.
    """
    sort = "unwatched" if seen.reason is Reason.NOT_WATCHED else well
    key = f"{sort}#{seen.monitor_id}"
    record.append(incident_id, key, seen.observed_at, _WORDS[sort], seen)
