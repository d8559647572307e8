"""What an agent's answers say about processes."""

import pytest

from probe.probers import process
from probe.probers.facts import AgentFacts
from probe.probers.process import measure_process
from probe.probers.result import ProbeResult
from tests.unit.dictionary_agent import Objects, told
from toban.domain.check import ProcessQuestion
from toban.domain.observation import Reason


def processes(question: ProcessQuestion, objects: Objects) -> ProbeResult:
    facts = AgentFacts()
    return told(measure_process(question, facts), facts, objects)


def prtable(*rows: tuple[str, int]) -> Objects:
    objects: Objects = {}
    for index, (name, count) in enumerate(rows, start=1):
        objects[f"{process.PR_NAMES}.{index}"] = name.encode()
        objects[f"{process.PR_COUNT}.{index}"] = count
        objects[f"{process.PR_ERR_MESSAGE}.{index}"] = b""
    return objects


def process_table(*rows: tuple[str, str, str, int]) -> Objects:
    objects: Objects = {}
    for pid, (name, path, parameters, status) in enumerate(rows, start=100):
        objects[f"{process.RUN_NAME}.{pid}"] = name.encode()[: process.COMM_LENGTH]
        objects[f"{process.RUN_PATH}.{pid}"] = path.encode()
        objects[f"{process.RUN_PARAMETERS}.{pid}"] = parameters.encode()
        objects[f"{process.RUN_STATUS}.{pid}"] = status
    return objects


RUNNING, ZOMBIE = 2, 4


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("count", "minimum", "maximum", "reason"),
    [
        (1, 1, None, Reason.OK),
        (0, 1, None, Reason.NO_PROCESS),
        (3, 4, None, Reason.NO_PROCESS),
        (5, 1, 4, Reason.TOO_MANY_PROCESSES),
        (4, 1, 4, Reason.OK),
        (0, 0, 0, Reason.OK),
    ],
)
def test_the_count_of_prtable_is_judged(
    count: int, minimum: int, maximum: int | None, reason: Reason
) -> None:
    question = ProcessQuestion("nginx", minimum=minimum, maximum=maximum)
    result = processes(question, prtable(("sshd", 1), ("nginx", count)))
    assert (result.reason, result.value) == (reason, count)


def test_alternatives_are_counted_together() -> None:
    objects = prtable(("mysqld", 0), ("mariadbd", 2))
    assert processes(ProcessQuestion("mysqld|mariadbd"), objects).value == 2


def test_a_process_that_prtable_does_not_list_is_counted_in_the_process_table() -> None:
    objects = prtable(("sshd", 1)) | process_table(
        ("nginx", "nginx: master process", "", RUNNING),
        ("nginx", "nginx: worker process", "", RUNNING),
        ("nginx-debug", "/usr/sbin/nginx-debug", "", RUNNING),
    )
    assert processes(ProcessQuestion("nginx"), objects).value == 2


def test_a_zombie_does_not_run() -> None:
    objects = process_table(("crond", "", "", ZOMBIE))
    assert processes(ProcessQuestion("crond"), objects).reason is Reason.NO_PROCESS


def test_a_name_longer_than_the_kernel_keeps_is_found_by_its_path() -> None:
    name = "systemd-timesyncd"
    objects = process_table(
        (name, f"/lib/systemd/{name}", "", RUNNING),
        ("systemd-timesyncx", "/lib/systemd/systemd-timesyncx", "", RUNNING),
    )
    assert processes(ProcessQuestion(name), objects).value == 1


def test_a_title_is_matched_as_a_name() -> None:
    objects = process_table(
        ("php-fpm8.2", "php-fpm: master process (/etc/php/fpm.conf)", "", RUNNING),
        ("php-fpm8.2", "php-fpm: pool www", "", RUNNING),
    )
    assert processes(ProcessQuestion("php-fpm: master"), objects).value == 1


def test_arguments_select_among_equal_names_and_are_never_quoted() -> None:
    objects = process_table(
        ("java", "/usr/bin/java", "-Dpw=hunter2 org.apache.catalina.startup.Bootstrap", RUNNING),
        ("java", "/usr/bin/java", "-jar other.jar", RUNNING),
    )
    result = processes(ProcessQuestion("java", arguments=r"catalina\.startup"), objects)
    assert result.value == 1
    assert "hunter2" not in result.evidence


def test_a_pattern_that_is_none_is_our_fault() -> None:
    objects = process_table(("java", "/usr/bin/java", "", RUNNING))
    result = processes(ProcessQuestion("java", arguments="("), objects)
    assert result.reason is Reason.PROBER_FAULT


def test_an_agent_that_shows_no_processes_at_all_proves_nothing() -> None:
    assert processes(ProcessQuestion("nginx"), {}).reason is Reason.NOT_MEASURED
