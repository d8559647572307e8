"""What the operators are told of lapses, and what goes on the record of the monitors (N-8).

Each step may be done again: the same news has the same name, the same entry the same key.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from toban.domain.lapse import Lapse
from toban.domain.letters import Notice
from toban.executions import invoke_later
from toban.settings import required
from toban.store import lapses, sight


def tell_begun(known: Mapping[str, Lapse]) -> None:
    """Tell of the lapses that have not been told of, those of one sweep together."""
    untold = [each for each in known.values() if not each.told]
    for at, found in _by(lambda lapse: lapse.noted_at, untold):
        _tell(Notice.ROUNDS_STOPPED, at, [_line(each, each.since) for each in found])
        for lapse in found:
            for monitor_id in lapse.monitor_ids:
                sight.lose(monitor_id, lapse.since, lapse.fault)
            lapses.update(replace(lapse, told=True))


def tell_over(known: Mapping[str, Lapse]) -> None:
    """Tell of the lapses that are over, those of one sweep together, and forget them."""
    over = [each for each in known.values() if each.settled_at is not None]
    for at, found in _by(lambda lapse: lapse.settled_at or lapse.noted_at, over):
        _tell(Notice.ROUNDS_BACK, at, [_line(each, each.ended_at or at) for each in found])
        for lapse in found:
            for monitor_id in lapse.monitor_ids:
                sight.regain(monitor_id, lapse.ended_at or at)
            lapses.end(lapse)


def _by(
    moment: Callable[[Lapse], datetime], found: Iterable[Lapse]
) -> list[tuple[datetime, list[Lapse]]]:
    ordered = sorted(found, key=lambda lapse: (moment(lapse), lapse.shard))
    return [(at, list(each)) for at, each in groupby(ordered, key=moment)]


def _line(lapse: Lapse, at: datetime) -> str:
    return f"{lapse.shard} {lapse.fault} {at:%Y-%m-%dT%H:%MZ}"


def _tell(notice: Notice, at: datetime, lines: list[str]) -> None:
    news = {"rounds": {"notice": notice, "at": at, "lines": lines}}
    invoke_later(required("TELL_OPERATOR_FUNCTION"), news)
