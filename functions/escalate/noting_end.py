"""Puts on record how an alert came to its end."""

from toban.domain.letters import MailKind
from toban.domain.observation import Observation, Reason
from toban.store import record

_NOTES = {
    MailKind.RECOVERY: ("recovered", "recovered"),
    MailKind.RESUMED: ("resumed", "resumed: the service is back"),
    MailKind.WATCH_ENDED: ("unwatched", "not watched any more"),
}


def note_end(incident_id: str, seen: Observation, well: MailKind) -> MailKind:
    """Note how the alert ended, and return the kind of mail that closes it: `well` after a good
    check, another when the monitor has left the contract (C-6, C-7).
    """
    mail = MailKind.WATCH_ENDED if seen.reason is Reason.NOT_WATCHED else well
    sort, what = _NOTES[mail]
    record.append(incident_id, f"{sort}#{seen.monitor_id}", seen.observed_at, what, seen)
    return mail
