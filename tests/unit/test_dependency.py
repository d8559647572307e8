"""Which alert withholds which mail."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.catalogue.menu import menu
from toban.domain.check import Check, Kind
from toban.domain.contract import Family, Monitor
from toban.domain.dependency import Withholds, cycle, with_parents, withheld_by

SHIPPED: Withholds = {name: item.withholds for name, item in menu().items()}
CHAIN = {"a": ["b"], "b": ["c"], "c": ["d"]}


def monitor(item: str, own: str = "", kind: Kind = Kind.TCP, port: int = 80) -> Monitor:
    monitor_id = f"acme.web01.{own or item}"
    check = Check(monitor_id, kind, "192.0.2.10", port)
    return Monitor(monitor_id, item, Family.PORT, item, item, 50, check)


def parents(monitors: Sequence[Monitor], withholds: Withholds) -> dict[str, list[str]]:
    found = with_parents(monitors, withholds)
    return {_own(each.monitor_id): [_own(p) for p in each.parents] for each in found}


def _own(monitor_id: str) -> str:
    return monitor_id.rpartition(".")[2]


@pytest.mark.clause("P-8")
def test_a_dead_host_speaks_for_everything_on_it() -> None:
    found = parents([monitor("ping"), monitor("ssh"), monitor("cpu")], SHIPPED)

    assert found == {"ping": [], "ssh": ["ping"], "cpu": ["ping"]}


def test_a_silent_agent_speaks_for_what_it_measures_and_the_host_for_the_agent() -> None:
    items = ["proc_nginx", "disk", "http", "agent", "ping"]

    found = parents([monitor(item) for item in items], SHIPPED)

    assert found["proc_nginx"] == found["disk"] == ["ping", "agent"]
    assert found["http"] == ["ping"]
    assert found["agent"] == ["ping"]


def test_a_web_server_speaks_for_the_pages_of_its_own_port_only() -> None:
    web = monitor("http", kind=Kind.HTTP, port=8080)
    page = monitor("url_status", "shop", Kind.HTTP, 8080)
    other = monitor("url_status", "admin", Kind.HTTP, 80)

    found = parents([web, page, other], SHIPPED)

    assert (found["shop"], found["admin"]) == (["http"], [])


def test_two_monitors_of_one_item_speak_for_themselves() -> None:
    found = parents([monitor("ping", "one"), monitor("ping", "two"), monitor("ssh")], SHIPPED)

    assert found == {"one": [], "two": [], "ssh": ["one", "two"]}


def test_what_withholds_a_parent_withholds_its_children_too() -> None:
    found = parents([monitor(item) for item in "dcba"], CHAIN)

    assert found == {"d": ["a", "b", "c"], "c": ["a", "b"], "b": ["a"], "a": []}


def test_a_monitor_that_is_not_watched_hands_nothing_on() -> None:
    assert parents([monitor("a"), monitor("c")], CHAIN) == {"a": [], "c": []}


@pytest.mark.clause("P-8")
def test_the_first_cause_is_the_one_that_is_named() -> None:
    (*_, page) = with_parents([monitor("ping"), monitor("agent"), monitor("cpu")], SHIPPED)

    assert withheld_by(page, {"acme.web01.agent"}) == "acme.web01.agent"
    assert withheld_by(page, {"acme.web01.agent", "acme.web01.ping"}) == "acme.web01.ping"


def test_without_an_alert_of_a_parent_the_mail_goes_out() -> None:
    (_, ssh) = with_parents([monitor("ping"), monitor("ssh")], SHIPPED)

    assert withheld_by(ssh, set()) == ""
    assert withheld_by(ssh, {"acme.web01.ssh", "acme.db01.ping"}) == ""


def test_a_circle_is_found_and_a_chain_is_none() -> None:
    assert cycle(CHAIN) == ()
    assert set(cycle({**CHAIN, "d": ["a"]})) == {"a", "b", "c", "d"}
    assert cycle(SHIPPED) == ()


ITEMS = ["a", "b", "c", "d", "e"]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[Monitor, ...], set[str]]:
    """Monitors with parents by a table without a circle, and those of them that are alerted."""
    order = draw(st.permutations(ITEMS))
    table = {
        item: draw(st.lists(st.sampled_from(order[index + 1 :]), max_size=3))
        for index, item in enumerate(order[:-1])
    }
    items = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=8))
    monitors = with_parents([monitor(item, f"m{index}") for index, item in enumerate(items)], table)
    ids = [each.monitor_id for each in monitors]
    return monitors, set(draw(st.lists(st.sampled_from(ids), min_size=1)))


@given(worlds())
def test_whatever_fails_somebody_is_told(world: tuple[tuple[Monitor, ...], set[str]]) -> None:
    monitors, alerted = world
    failing = [each for each in monitors if each.monitor_id in alerted]

    assert any(withheld_by(each, alerted) == "" for each in failing)


@given(worlds())
def test_a_withheld_mail_is_told_in_one_that_goes_out(
    world: tuple[tuple[Monitor, ...], set[str]],
) -> None:
    monitors, alerted = world
    by_id = {each.monitor_id: each for each in monitors}

    for each in monitors:
        if cause := withheld_by(each, alerted):
            assert cause in alerted
            assert withheld_by(by_id[cause], alerted) == ""


@given(worlds())
def test_parents_are_complete(world: tuple[tuple[Monitor, ...], set[str]]) -> None:
    by_id = {each.monitor_id: each for each in world[0]}

    for each in world[0]:
        assert each.monitor_id not in each.parents
        for parent in each.parents:
            assert set(by_id[parent].parents) < set(each.parents)
