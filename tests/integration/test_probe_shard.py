"""A whole shard: order, isolation, our own limits."""

import asyncio
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import datetime

import pytest

from probe import shard
from probe.own_limits import SPARE_DESCRIPTORS
from probe.probers import tcp
from probe.shard import observe_all
from tests.integration.peers import (
    HERE,
    answers,
    deaf,
    free_port,
    http_check,
    listening,
    page,
    silent,
    tcp_check,
)
from toban import clock
from toban.domain.check import Agent, Check, HttpQuestion, Kind, Resource, ResourceQuestion
from toban.domain.observation import Observation, Reason


def no_secret(name: str) -> str:
    raise KeyError(name)


def reasons(checks: list[Check], limit: int = 400) -> list[Reason]:
    result = observe_all(checks, {}, no_secret, clock.now, limit)
    return [observation.reason for observation in result.observations]


def load_check(address: str, secret: str) -> Check:
    agent = Agent(address, 1, secret=secret)
    question = ResourceQuestion(Resource.LOAD, 3.0)
    return Check("acme.web01.load", Kind.RESOURCE, address, agent=agent, resource=question)


@pytest.mark.clause("N-1")
def test_observations_come_in_the_order_of_the_checks() -> None:
    with listening(silent) as up, deaf() as hanging, listening(answers(page(b""))) as web:
        refused = free_port()
        checks = [
            tcp_check(hanging, seconds=0.4),
            tcp_check(up),
            http_check(web, HttpQuestion()),
            tcp_check(refused),
        ] * 20
        found = reasons(checks)
    assert found == [Reason.TIMEOUT, Reason.OK, Reason.OK, Reason.REFUSED] * 20


def test_an_empty_shard_is_no_problem() -> None:
    assert reasons([]) == []


def test_all_checks_are_made_even_one_at_a_time() -> None:
    with listening(silent) as port:
        assert reasons([tcp_check(port)] * 10, limit=1) == [Reason.OK] * 10


def test_no_more_probes_than_the_limit_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[str] = []
    most: list[int] = []

    async def counting(check: Check, at: Callable[[], datetime]) -> Observation:
        running.append(check.monitor_id)
        most.append(len(running))
        await asyncio.sleep(0.01)
        running.remove(check.monitor_id)
        return Observation(check.monitor_id, Reason.OK, at())

    monkeypatch.setattr(tcp, "probe", counting)
    assert reasons([tcp_check(1)] * 12, limit=3) == [Reason.OK] * 12
    assert max(most) == 3


def test_a_prober_that_raises_hurts_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    async def faulty(check: Check, at: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(tcp, "probe", faulty)
    with listening(answers(page(b""))) as web:
        found = reasons([tcp_check(1), http_check(web, HttpQuestion())])
    assert found == [Reason.PROBER_FAULT, Reason.OK]


def test_a_prober_that_ignores_its_time_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(check: Check, at: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(tcp, "probe", endless)
    monkeypatch.setattr(shard, "GRACE_SECONDS", 0.1)
    assert reasons([tcp_check(1, seconds=0.1)]) == [Reason.PROBER_FAULT]


def test_a_check_without_its_question_is_our_fault() -> None:
    checks = [
        Check("acme.web01.http", Kind.HTTP, HERE, 80),
        Check("acme.web01.cpu", Kind.RESOURCE, HERE),
        Check("acme.web01.agent", Kind.AGENT, HERE, agent=None),
    ]
    assert reasons(checks) == [Reason.PROBER_FAULT] * 3


def test_a_secret_that_cannot_be_read_concerns_its_own_agent_only() -> None:
    with listening(silent) as port:
        found = reasons([load_check(HERE, "/toban/acme/community"), tcp_check(port)])
    assert found == [Reason.SECRET_UNUSABLE, Reason.OK]


def test_a_secret_is_asked_for_once() -> None:
    names: list[str] = []

    def secrets(name: str) -> str:
        names.append(name)
        raise PermissionError("not allowed to read s3cr3t-value")

    checks = [load_check(f"127.0.0.{host}", "community") for host in range(2, 9)]
    result = observe_all(checks, {}, secrets, clock.now)
    assert names == ["community"]
    assert all("s3cr3t" not in one.evidence for one in result.observations)


def test_timeouts_seen_by_a_process_that_stood_still_are_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shard, "STALL_SECONDS", 0.5)
    frozen = threading.Event()

    def frozen_clock() -> datetime:
        frozen.wait(1.5)
        frozen.set()
        return clock.now()

    with deaf() as hanging:
        checks = [tcp_check(free_port()), tcp_check(hanging, seconds=0.8)]
        refused, doubted = observe_all(checks, {}, no_secret, frozen_clock).observations
    assert refused.reason is Reason.REFUSED
    assert doubted.reason is Reason.PROBER_FAULT
    assert "stood still" in doubted.evidence


UNDER_LIMIT = """
    import resource, sys
    from collections import Counter
    from probe import own_limits, shard
    from toban import clock
    from toban.domain.check import Check, HttpQuestion, Kind

    open_files, many, spare = map(int, sys.argv[3:])
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    own_limits.SPARE_DESCRIPTORS = spare
    tcp, web = int(sys.argv[1]), int(sys.argv[2])
    connect = Check("a.b.tcp", Kind.TCP, "127.0.0.1", tcp, 20, 20)
    request = Check("a.b.web", Kind.HTTP, "127.0.0.1", web, 20, 20, http=HttpQuestion())
    checks = [connect, request] * (many // 2)
    seen = shard.observe_all(checks, {}, str, clock.now).observations
    print(*sorted(f"{reason}:{count}" for reason, count in Counter(o.reason for o in seen).items()))
"""


def tally(open_files: int, checks: int, spare: int = SPARE_DESCRIPTORS) -> dict[Reason, int]:
    """Probe healthy peers from a process with few descriptors; count the reasons."""
    with listening(silent) as tcp_port, listening(answers(page(b"fine"))) as web_port:
        numbers = (tcp_port, web_port, open_files, checks, spare)
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(UNDER_LIMIT), *map(str, numbers)],
            capture_output=True,
            text=True,
            check=True,
        )
    pairs = (item.split(":") for item in done.stdout.split())
    return {Reason(reason): int(count) for reason, count in pairs}


def test_two_thousand_checks_bring_no_false_alarm() -> None:
    assert tally(1024, 2000) == {Reason.OK: 2000}


@pytest.mark.parametrize("open_files", [24, 48, 100])
def test_few_descriptors_slow_a_shard_down_but_bring_no_false_alarm(open_files: int) -> None:
    assert tally(open_files, 300) == {Reason.OK: 300}


def test_running_out_of_descriptors_is_unknown_and_never_down() -> None:
    seen = tally(40, 400, spare=-400)
    assert {Reason.NO_DESCRIPTORS} <= set(seen) <= {Reason.OK, Reason.NO_DESCRIPTORS}
    assert sum(seen.values()) == 400


def test_only_what_a_shard_needs_is_imported() -> None:
    script = """
        import sys
        from probe.shard import observe_all
        from toban import clock
        from toban.domain.check import Check, Kind
        observe_all([Check("a.b.tcp", Kind.TCP, "127.0.0.1", 1)], {}, str, clock.now)
        print([name for name in ("gufo", "httptools", "boto3", "pysnmp") if name in sys.modules])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
