"""A watch over shards for tests: rounds come or do not, and somebody looks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from escalate import tell_operator
from probe import lapse_news, sweep
from tests.functions.acme import HTTP, SERVER, sign
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice
from toban.domain.availability import Stretch
from toban.domain.check import Check, Kind
from toban.store import shards, sight
from toban.store.documents import to_document
from toban.store.shards import Heartbeat

FIRST, SECOND = (f"every-3-min.phase-{phase}.shard-000" for phase in (0, 1))
CHECK = Check(HTTP, Kind.TCP, "192.0.2.10", 80)
STOPPED, BACK = "監視の実行が停止", "監視の実行が再開"


@pytest.fixture
def told(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the operators be told at once, as Lambda would soon do."""
    monkeypatch.setenv("TELL_OPERATOR_FUNCTION", "toban-tell-operator")
    monkeypatch.setattr(
        lapse_news, "invoke_later", lambda _, event: tell_operator.handler(to_document(event), None)
    )


class Watch:
    """A watch over shards: time passes, rounds come or do not, somebody looks."""

    def __init__(self, rule_clock: RuleClock, office: PostOffice) -> None:
        self._clock, self._office = rule_clock, office

    def compile(self, *names: str) -> None:
        shards.save({name: [CHECK] for name in names})

    def beat(self, *names: str, blind: bool = False) -> datetime:
        at = self._clock()
        for name in names:
            shards.beat(name, Heartbeat(at, at, 1, 0, int(blind), blind), None)
        return at

    def pass_by(self, minutes: float) -> None:
        self._clock.pass_by(60 * minutes)

    def look(self, minutes: float = 0) -> dict[str, Any]:
        self.pass_by(minutes)
        return sweep.handler({"scheduled_at": to_document(self._clock())}, None)

    def told(self) -> list[str]:
        titles = (text.splitlines()[0] for text in self._office.to("operator@msp.example"))
        return [next(each for each in (STOPPED, BACK) if each in title) for title in titles]

    def text(self) -> str:
        return self._office.to("operator@msp.example")[-1]

    def unseen(self) -> list[Stretch]:
        now = self._clock()
        return sight.unknown(SERVER, now - timedelta(days=1), now).get(HTTP, [])


@pytest.fixture
def watch(rule_clock: RuleClock, office: PostOffice) -> Watch:
    sign()
    return Watch(rule_clock, office)
