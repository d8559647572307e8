"""The first response on real services: started where it may be, left alone where it must be."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.respond_site.machine import Machine, own_folder
from tests.integration.respond_site.services import (
    EVERY,
    Service,
    machine_with,
    repaired,
    words,
)
from toban.domain.repair import HoldReason, RepairOutcome, StepName

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root starts the real services as their own users"
)
Get = Callable[[str], Service]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with own_folder() as made:
        yield made


@pytest.fixture(scope="module")
def machine(folder: Path) -> Iterator[Machine]:
    made = Machine(folder / "machine")
    yield made
    made.close()


@pytest.fixture(scope="module")
def made(machine: Machine, folder: Path) -> Get:
    found: dict[str, Service] = {}

    def get(kind: str) -> Service:
        if kind not in found:
            (folder / kind).mkdir()
            found[kind] = EVERY[kind](machine, folder / kind)
        return found[kind]

    return get


@pytest.fixture(autouse=True)
def _nothing_runs(machine: Machine) -> Iterator[None]:
    yield
    machine.forget()


@pytest.mark.clause("P-1")
@pytest.mark.parametrize("kind", EVERY)
def test_what_is_stopped_is_started_and_answers(machine: Machine, made: Get, kind: str) -> None:
    service = made(kind)

    report = repaired(machine, service.monitor()).report

    assert (report.outcome, report.hold) == (RepairOutcome.ACTED, HoldReason.NONE)
    assert [step for step in report.steps if not step.passed] == []
    assert machine.changes(service.name) == ["start"]


@pytest.mark.clause("P-10")
@pytest.mark.parametrize("kind", EVERY)
def test_what_answers_on_the_server_but_not_outside_is_left_alone(
    machine: Machine, made: Get, kind: str
) -> None:
    service = made(kind)
    machine.run(service.name, service.address, service.port)

    report = repaired(machine, service.monitor()).report

    assert (report.hold, report.changed) == (HoldReason.ANSWERS_LOCALLY, False)
    assert machine.changes(service.name) == []


@pytest.mark.clause("P-10")
@pytest.mark.parametrize("kind", EVERY)
def test_what_somebody_masked_is_not_started(machine: Machine, made: Get, kind: str) -> None:
    service = made(kind)
    (machine.units / service.name / "masked").touch()

    report = repaired(machine, service.monitor()).report

    assert (report.hold, report.changed) == (HoldReason.UNIT_MASKED, False)
    assert machine.changes(service.name) == []


@pytest.mark.clause("P-10")
@pytest.mark.parametrize("kind", ["web", "dns", "mail", "imap", "syslog", "database"])
def test_an_error_in_the_configuration_is_told_and_nothing_is_started(
    machine: Machine, made: Get, kind: str
) -> None:
    service = made(kind)
    sound = service.config.read_text(encoding="utf-8")
    service.config.write_text(f"{sound}{service.broken}\n", encoding="utf-8")

    attempt = repaired(machine, service.monitor())
    report = attempt.report
    service.config.write_text(sound, encoding="utf-8")

    assert (report.hold, report.changed) == (HoldReason.CONFIG_ERROR, False)
    assert service.mistyped in words(attempt, StepName.TEST_CONFIG)
    assert machine.changes(service.name) == []


@pytest.mark.clause("P-1")
@pytest.mark.parametrize("kind", ["web", "syslog", "redis", "database", "postgresql"])
def test_a_user_with_sudo_starts_what_root_would(kind: str) -> None:
    with machine_with(EVERY[kind], user="toban") as (machine, service):
        report = repaired(machine, service.monitor()).report

        assert (report.outcome, report.hold) == (RepairOutcome.ACTED, HoldReason.NONE)
        assert [step for step in report.steps if not step.passed] == []
        assert machine.changes(service.name) == ["start"]
