"""What is worked on next."""

from datetime import UTC, datetime

import pytest

from toban.domain.check import Check, Kind
from toban.domain.contract import Access, Family, Monitor, Server
from toban.domain.incident import Alert, in_order_of_work
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Capability, Plan, may
from toban.domain.work import Progress, pick, repairable, still_down, waits_for_work

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
ACCESS = Access("192.0.2.10", "root", "/toban/acme/key", ("ssh-ed25519 AAAA",))


def monitor(name: str, priority: int, unit: str = "", runbook: str = "rb_unit") -> Monitor:
    monitor_id = f"acme.web01.{name}"
    check = Check(monitor_id, Kind.TCP, "192.0.2.10", 80)
    return Monitor(monitor_id, name, Family.PORT, name, name, priority, check, runbook, unit)


MYSQL = monitor("mysql", 50, "mysqld")
HTTP = monitor("http", 70, "nginx")
NGINX = monitor("proc-nginx", 70, "nginx")
LOAD = monitor("load", 111, runbook="")
MONITORS = {each.monitor_id: each for each in (MYSQL, HTTP, NGINX, LOAD)}


def alerts(*monitors: Monitor) -> list[Alert]:
    seen = [Observation(each.monitor_id, Reason.REFUSED, NOW) for each in monitors]
    return in_order_of_work(
        Alert(m.monitor_id, m.priority, NOW, NOW, s) for m, s in zip(monitors, seen, strict=True)
    )


def down(*monitors: Monitor) -> frozenset[str]:
    return frozenset(each.monitor_id for each in monitors)


@pytest.mark.clause("P-8")
def test_the_most_urgent_alert_that_is_still_down_is_worked_on_first() -> None:
    work = pick(alerts(HTTP, MYSQL), MONITORS, down(HTTP, MYSQL))

    assert work is not None
    assert work.monitor_id == MYSQL.monitor_id


@pytest.mark.clause("P-8")
def test_alerts_of_one_unit_are_one_piece_of_work() -> None:
    work = pick(alerts(HTTP, NGINX), MONITORS, down(HTTP, NGINX))

    assert work is not None
    assert work.monitor_ids == (HTTP.monitor_id, NGINX.monitor_id)


def test_what_has_recovered_by_itself_is_not_worked_on() -> None:
    assert pick(alerts(HTTP), MONITORS, down()) is None


def test_an_alert_whose_result_was_told_has_had_its_attempt() -> None:
    assert not waits_for_work(Progress(1, settled=True), down=True, restarted=True)


def test_work_that_was_cut_off_is_taken_up_again_but_not_for_ever() -> None:
    assert waits_for_work(Progress(1), down=True, restarted=False)
    assert waits_for_work(Progress(1), down=False, restarted=True)
    assert not waits_for_work(Progress(3), down=True, restarted=True)


def test_work_that_was_cut_off_before_the_restart_is_dropped_when_the_monitor_is_well() -> None:
    assert not waits_for_work(Progress(1), down=False, restarted=False)


def test_a_restart_for_another_alert_does_not_make_work_of_a_monitor_that_is_well() -> None:
    assert not waits_for_work(Progress(0), down=False, restarted=True)


@pytest.mark.clause("P-10")
def test_an_alert_without_a_runbook_is_never_worked_on() -> None:
    assert pick(alerts(LOAD), MONITORS, down(LOAD)) is None


def server(plan: Plan, access: Access | None = ACCESS) -> Server:
    return Server("acme.web01", plan, ("192.0.2.10",), tuple(MONITORS.values()), access)


@pytest.mark.clause("P-1")
@pytest.mark.parametrize("plan", [Plan.RESPOND, Plan.MANAGED])
def test_the_plans_with_a_response_repair(plan: Plan) -> None:
    assert repairable(server(plan), alerts(HTTP))


@pytest.mark.clause("N-1")
def test_the_notify_plan_never_repairs_and_never_calls() -> None:
    assert not repairable(server(Plan.NOTIFY), alerts(HTTP))
    assert not may(Plan.NOTIFY, Capability.REPAIR)
    assert not may(Plan.NOTIFY, Capability.CALL)


def test_each_plan_includes_the_one_before() -> None:
    allowed = [{c for c in Capability if may(plan, c)} for plan in Plan]

    assert allowed[0] < allowed[1] < allowed[2]


def test_nothing_is_repaired_without_a_way_in() -> None:
    assert not repairable(server(Plan.RESPOND, access=None), alerts(HTTP))


def test_only_a_seen_failure_is_down() -> None:
    seen = [
        Observation("a.b.c", Reason.REFUSED, NOW),
        Observation("a.b.d", Reason.AGENT_SILENT, NOW),
        Observation("a.b.e", Reason.OK, NOW),
    ]

    assert still_down(seen) == {"a.b.c"}


@pytest.mark.clause("P-8")
def test_monitors_whose_runbook_works_on_no_unit_are_work_of_their_own() -> None:
    disk, host = monitor("disk", 30, runbook="rb_disk"), monitor("ping", 10, runbook="rb_host")
    known = {each.monitor_id: each for each in (disk, host)}

    work = pick(alerts(disk, host), known, down(disk, host))

    assert work is not None
    assert (work.monitor_ids, work.unit) == ((host.monitor_id,), "ping")
