"""What a database's own log says about restarting it (catalogue 5.4)."""

import re

_DAMAGE = re.compile(r"corrupt|is marked as crashed|\bPANIC\b|invalid page", re.IGNORECASE)
_RECOVERY = re.compile(
    r"crash recovery|starting recovery|doing recovery|applying a batch|to recover: \d+ pages"
    r"|rolling back|rollback of trx|was not properly shut down|automatic recovery in progress"
    r"|redo starts at|is starting up|entering standby mode",
    re.IGNORECASE,
)
_READY = re.compile(
    r"ready for connections|ready to accept|shutdown complete|is shut down"
    r"|crash recovery finished",
    re.IGNORECASE,
)
_CROWDED = re.compile(
    r"too many connections|too many clients|remaining connection slots", re.IGNORECASE
)


def damage(log: str) -> str:
    """Return the first lines that tell of damaged data, which no restart may touch, or ""."""
    return "\n".join([line for line in log.splitlines() if _DAMAGE.search(line)][:3])


def is_recovering(log: str) -> bool:
    """Tell whether the last word of the log is that a recovery after a crash is under way."""
    recovering = False
    for line in log.splitlines():
        if _READY.search(line):
            recovering = False
        elif _RECOVERY.search(line):
            recovering = True
    return recovering


def is_crowded(words: str) -> bool:
    """Tell whether it answers, but lets nobody in for want of connections (1040, 53300)."""
    return bool(_CROWDED.search(words))
