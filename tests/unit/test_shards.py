"""How monitors are spread over the phases of the schedules and their shards."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.domain.check import Check, Kind
from toban.domain.contract import Family, Monitor, Server
from toban.domain.plan import Plan
from toban.domain.policy import PORT_PROCESS, RESOURCE, Policy
from toban.domain.shards import checks_by_shard, shard, shard_group, shard_groups


def monitor(server_id: str, name: str, kind: Kind) -> Monitor:
    check = Check(f"{server_id}.{name}", kind, "192.0.2.10")
    return Monitor(check.monitor_id, name, Family.PORT, name, name, 70, check)


def server(number: int) -> Server:
    server_id = f"acme.web{number:04d}"
    kinds = {"ssh": Kind.TCP, "http": Kind.HTTP, "cpu": Kind.RESOURCE, "mem": Kind.RESOURCE}
    monitors = tuple(monitor(server_id, name, kind) for name, kind in kinds.items())
    return Server(server_id, Plan.NOTIFY, ("192.0.2.10",), monitors)


FLEET = [server(number) for number in range(3_000)]


@pytest.mark.clause("N-4", "N-5")
def test_the_phases_are_those_that_the_schedules_fire() -> None:
    assert shard_groups(PORT_PROCESS) == tuple(f"every-3-min.phase-{n}" for n in range(3))
    assert shard_groups(RESOURCE) == tuple(f"every-5-min.phase-{n}" for n in range(5))


def test_a_server_has_the_same_shard_on_every_machine_and_every_day() -> None:
    assert shard_group("acme.web01", PORT_PROCESS) == "every-3-min.phase-1"
    assert shard("acme.web01", "every-3-min.phase-1", 4) == "every-3-min.phase-1.shard-003"


@pytest.mark.clause("N-4")
def test_monitors_of_one_server_and_interval_are_probed_together() -> None:
    for checks in checks_by_shard(FLEET, Policy()).values():
        seen = Counter(check.server_id for check in checks)
        assert set(seen.values()) <= {2}


def test_no_monitor_is_lost_or_probed_twice() -> None:
    checks = [check for part in checks_by_shard(FLEET, Policy()).values() for check in part]

    expected = sorted(m.monitor_id for each in FLEET for m in each.monitors)
    assert sorted(check.monitor_id for check in checks) == expected


@pytest.mark.clause("N-5")
def test_resources_go_to_the_five_minute_schedule_and_all_else_to_the_three_minute_one() -> None:
    for name, checks in checks_by_shard(FLEET, Policy()).items():
        kinds = {check.kind for check in checks}
        every_5 = name.startswith("every-5-min.")
        assert kinds == ({Kind.RESOURCE} if every_5 else {Kind.TCP, Kind.HTTP})


def test_phases_and_shards_are_evenly_filled() -> None:
    by_shard = checks_by_shard(FLEET, Policy(), monitors_per_shard=400)
    phases = Counter[str]()
    for name, checks in by_shard.items():
        phases[name.rpartition(".")[0]] += len(checks)

    assert all(1_800 < phases[group] < 2_200 for group in shard_groups(PORT_PROCESS))
    assert all(1_050 < phases[group] < 1_350 for group in shard_groups(RESOURCE))
    assert all(250 < len(checks) <= 500 for checks in by_shard.values())


def test_a_group_without_servers_has_an_empty_shard_that_replaces_what_was_stored() -> None:
    groups = {*shard_groups(PORT_PROCESS), *shard_groups(RESOURCE)}

    assert checks_by_shard([], Policy()) == {f"{group}.shard-000": [] for group in groups}


def test_another_server_moves_nobody_while_the_shards_stay_as_many() -> None:
    before = checks_by_shard(FLEET[:20], Policy())
    after = checks_by_shard(FLEET[:21], Policy())

    for name, checks in before.items():
        assert set(checks) <= set(after[name])


@given(st.from_regex(r"[a-z0-9]{1,16}\.[a-z0-9-]{1,24}", fullmatch=True), st.integers(1, 50))
def test_every_server_finds_a_shard_that_exists(server_id: str, shards: int) -> None:
    group = shard_group(server_id, RESOURCE)

    assert group in shard_groups(RESOURCE)
    assert int(shard(server_id, group, shards).rpartition("-")[2]) < shards
