"""Rounds that do not come are the operators' matter: told once, told once when they come again."""

from collections.abc import Callable
from typing import Any

import pytest

from probe import lapse_news
from tests.functions.mailing import office
from tests.functions.watching import BACK, FIRST, SECOND, STOPPED, Watch, told, watch
from toban.domain.availability import Stretch
from toban.store import shards

__all__ = ["office", "told", "watch"]
pytestmark = [pytest.mark.clause("N-8"), pytest.mark.usefixtures("told", "aws")]


def test_rounds_that_come_are_worth_no_word(watch: Watch) -> None:
    watch.compile(FIRST)
    watch.beat(FIRST)

    assert watch.look(minutes=7) == {"watched": 1, "lapses": 0}
    assert watch.told() == []


def test_a_round_that_does_not_come_is_told_once_and_its_return_is_told_once(watch: Watch) -> None:
    watch.compile(FIRST)
    watch.beat(FIRST)
    for _ in range(3):
        assert watch.look(minutes=8)["lapses"] == 1
    assert watch.told() == [STOPPED]
    assert f"{FIRST} late 2026-11-23T10:00Z" in watch.text()

    watch.beat(FIRST)
    for _ in range(2):
        assert watch.look()["lapses"] == 0
    assert watch.told() == [STOPPED, BACK]


def test_the_time_between_stands_as_unknown_on_the_record(watch: Watch) -> None:
    watch.compile(FIRST)
    lost = watch.beat(FIRST)
    watch.look(minutes=8)
    assert watch.unseen() == [Stretch(lost, None)]

    back = watch.beat(FIRST)
    watch.look(minutes=2)
    assert watch.unseen() == [Stretch(lost, back)]


def test_a_shard_that_never_had_a_round_is_given_the_time_of_two(watch: Watch) -> None:
    watch.compile(FIRST)

    assert watch.look(minutes=7)["lapses"] == 0
    assert watch.look(minutes=1)["lapses"] == 1
    assert f"{FIRST} missing" in watch.text()


def test_shards_that_stop_together_are_told_of_in_one_mail(watch: Watch) -> None:
    watch.compile(FIRST, SECOND)
    watch.beat(FIRST, SECOND)
    watch.look(minutes=10)

    assert watch.told() == [STOPPED]
    assert FIRST in watch.text() and SECOND in watch.text()


def test_of_the_shards_of_one_phase_only_the_one_that_stopped_is_told_of(watch: Watch) -> None:
    other = FIRST.replace("shard-000", "shard-001")
    watch.compile(FIRST, other)
    watch.beat(FIRST, other)
    watch.pass_by(minutes=6)
    watch.beat(other)

    assert watch.look(minutes=2) == {"watched": 2, "lapses": 1}
    assert FIRST in watch.text() and other not in watch.text()


def test_that_the_contract_was_read_anew_does_not_look_like_a_round(watch: Watch) -> None:
    watch.compile(FIRST)
    watch.beat(FIRST)
    watch.look(minutes=8)
    watch.compile(FIRST)

    assert watch.look(minutes=2)["lapses"] == 1
    assert watch.told() == [STOPPED]


def test_a_blind_round_told_of_by_itself_is_only_told_to_be_over(watch: Watch) -> None:
    watch.compile(FIRST)
    watch.beat(FIRST, blind=True)
    assert watch.look()["lapses"] == 1
    assert watch.told() == []

    watch.look(minutes=3)
    watch.beat(FIRST)
    watch.look(minutes=1)
    assert watch.told() == [BACK]


def test_blind_rounds_that_then_stop_are_told_of_as_late(watch: Watch) -> None:
    watch.compile(FIRST)
    watch.beat(FIRST, blind=True)
    watch.look()
    watch.look(minutes=8)

    assert watch.told() == [STOPPED]
    assert f"{FIRST} late" in watch.text()


def test_nothing_is_said_while_nothing_is_to_be_watched(watch: Watch) -> None:
    shards.save({FIRST: []})

    assert watch.look(minutes=60) == {"watched": 0, "lapses": 0}


def test_a_lapse_ends_with_the_contract(watch: Watch) -> None:
    watch.compile(FIRST)
    watch.look(minutes=8)
    shards.save({FIRST: []})

    assert watch.look(minutes=5) == {"watched": 0, "lapses": 0}
    assert watch.told() == [STOPPED, BACK]
    watch.look(minutes=1)
    assert watch.unseen()[0].end is not None


@pytest.mark.parametrize("step", ["lose", "update", "end", "regain"])
def test_a_sweep_that_breaks_off_anywhere_is_made_up_for_and_tells_nothing_twice(
    step: str, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.compile(FIRST)
    lost = watch.beat(FIRST)
    place = "probe.lapse_news." + ("sight" if step in {"lose", "regain"} else "lapses")
    with monkeypatch.context() as broken:
        broken.setattr(f"{place}.{step}", _breaks_once(f"{place}.{step}"))
        _look_whatever_comes(watch, 8)
        _look_whatever_comes(watch, 5)
        back = watch.beat(FIRST)
        for _ in range(2):
            _look_whatever_comes(watch, 1)

    assert watch.look(minutes=0)["lapses"] == 0
    assert watch.told() == [STOPPED, BACK]
    assert watch.unseen() == [Stretch(lost, back)]


def _breaks_once(name: str) -> Callable[..., Any]:
    module, _, function = name.rpartition(".")
    real = getattr(getattr(lapse_news, module.rpartition(".")[2]), function)
    called: list[object] = []

    def once(*args: object) -> object:
        called.append(args)
        if len(called) == 1:
            raise OSError("cut off")
        return real(*args)

    return once


def _look_whatever_comes(watch: Watch, minutes: float) -> None:
    try:
        watch.look(minutes)
    except OSError as error:
        assert str(error) == "cut off"
