"""Killed at any moment and started again with the same state folder: no mail lost, none twice."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.executions import KEPT
from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import (
    ended,
    found,
    machine,
    notes,
    run,
    sample,
    start,
    token_task,
    tokens,
)
from toban.clock import system_time

# The process that is going to be killed: it starts one flow and tells when a state was entered.
VICTIM = """
import json, sys, time
from pathlib import Path
from tests.integration.local_sample.sample import sample, start

state, mail = Path(sys.argv[1]), Path(sys.argv[2])
given, wanted = json.loads(sys.argv[3]), sys.argv[4]

def entered(event):
    return event.get("stateEnteredEventDetails", {}).get("name") == wanted

with sample(speed=20.0, state=state, mail=mail) as system:
    arn = start(system, system.resource("Flow"), "flow", given)
    while not any(map(entered, system.history(arn))):
        time.sleep(0.01)
    print("entered", flush=True)
    time.sleep(60)
"""


def _kill_in(state: str, folder: Path, given: dict[str, Any]) -> None:
    """Kill a process with SIGKILL while its flow is in the state."""
    arguments = [str(folder / "state"), str(folder / "mail"), json.dumps(given), state]
    command = [sys.executable, "-c", VICTIM, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        # functions log to standard output as well, as in Lambda
        assert "entered\n" in iter(victim.stdout.readline, "")
        victim.kill()


def _again(folder: Path, **wanted: Any) -> LocalSystem:
    return sample(**{"speed": 20.0, "state": folder / "state", "mail": folder / "mail", **wanted})


def _flow(system: LocalSystem) -> Any:
    (summary,) = (each for each in system.executions() if each.name == "flow")
    return summary


GIVEN = {"before": 20, "after": 20, "mail": "acme.web01.20261123T100500Z.alert.0123"}


@pytest.mark.parametrize("state", ["WaitBefore", "Mail", "WaitAfter"])
def test_a_killed_flow_is_finished_with_one_mail(tmp_path: Path, state: str) -> None:
    _kill_in(state, tmp_path, GIVEN)

    with _again(tmp_path) as system:
        summary = ended(system, _flow(system).arn)
        (row,) = notes(system, "flow")

    assert (summary.status, summary.input) == ("SUCCEEDED", GIVEN)
    assert row["seen"]["N"] == "2"
    (mail,) = (tmp_path / "mail").iterdir()
    assert f"<{summary.output['mailed']['message_id']}@" in mail.read_text()
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_rule_time_never_goes_back(tmp_path: Path) -> None:
    # an hour of rule time has passed in the first process, at most seconds of ours
    with sample(speed=36_000.0, state=tmp_path) as first:
        assert first.wait_until(
            lambda: first.clock.now() > system_time() + timedelta(hours=1), 36_000
        )
        table = first.resource("Storage.Notes")
        item = {"note": {"S": "a"}, "item": {"S": "b"}}
        first.client("dynamodb").put_item(TableName=table, Item=item)
        last = first.clock.now() - timedelta(hours=1)

    with sample(speed=1.0, state=tmp_path) as second:
        assert second.clock.now() > last


def test_rule_time_is_at_least_our_time(tmp_path: Path) -> None:
    with sample(speed=1.0, state=tmp_path):
        pass

    with sample(speed=1.0, state=tmp_path) as second:
        ours = system_time()
        assert timedelta(seconds=-1) <= second.clock.now() - ours < timedelta(minutes=1)


def test_a_started_execution_keeps_its_date(tmp_path: Path) -> None:
    with sample(state=tmp_path) as first:
        arn = start(first, first.resource("Flow"), "flow", {**GIVEN, "before": 9000})
        started = found(first, arn).started_at

    with sample(state=tmp_path) as second:
        assert (found(second, arn).started_at, found(second, arn).status) == (started, "RUNNING")


def test_ended_executions_are_listed_again_with_all_that_is_known(tmp_path: Path) -> None:
    with sample(state=tmp_path) as first:
        good = ended(
            first, start(first, first.resource("Flow"), "good", {**GIVEN, "before": 0, "after": 0})
        )
        bad = ended(first, start(first, first.resource("Flow"), "bad", {"before": 0}))
        histories = [first.history(good.arn), first.history(bad.arn)]

    with sample(state=tmp_path) as second:
        again = [found(second, good.arn), found(second, bad.arn)]
        client = second.client("stepfunctions")
        described = client.describe_execution(executionArn=bad.arn)
        listed = client.list_executions(
            stateMachineArn=second.resource("Flow"), statusFilter="SUCCEEDED"
        )["executions"]
        events = client.get_execution_history(executionArn=good.arn)["events"]

        assert again == [good, bad]
        assert [second.history(good.arn), second.history(bad.arn)] == histories
        assert (described["status"], described["error"]) == ("FAILED", bad.error)
        assert [each["name"] for each in listed] == ["good"]
        assert events[0]["type"] == "ExecutionStarted"
        assert json.loads(client.describe_execution(executionArn=good.arn)["output"]) == good.output


def test_a_name_that_has_ended_stays_taken(tmp_path: Path) -> None:
    given = {**GIVEN, "before": 0, "after": 0}
    with sample(state=tmp_path) as first:
        ended(first, start(first, first.resource("Flow"), "taken", given))

    with sample(state=tmp_path) as second:
        client = second.client("stepfunctions")
        with pytest.raises(client.exceptions.ExecutionAlreadyExists):
            start(second, second.resource("Flow"), "taken", given)


def test_an_execution_is_forgotten_ninety_days_after_its_end(tmp_path: Path) -> None:
    with sample(state=tmp_path) as system:
        arn = start(system, system.resource("Flow"), "old", {**GIVEN, "before": 0, "after": 0})
        ended(system, arn)

        system.record.forget_before(system.clock.now() + KEPT - timedelta(days=1))
        assert [each.name for each in system.executions()] == ["old"]
        system.record.forget_before(system.clock.now() + KEPT + timedelta(days=1))
        assert system.executions() == []
        assert system.journal.rows("select * from executions") == []


def test_a_token_of_the_killed_process_is_refused_and_the_new_one_is_taken(tmp_path: Path) -> None:
    with sample(state=tmp_path) as first:
        states = {"Hold": token_task(first, "kept", TimeoutSeconds=90_000)}
        arn = start(first, machine(first, "held", states), "held")
        (old,) = tokens(first, "kept")
        assert found(first, arn).status == "RUNNING"

    with sample(state=tmp_path) as second:
        # the machine was made by hand, not by the template: it is not there, its token is dead
        client = second.client("stepfunctions")
        with pytest.raises(client.exceptions.TaskTimedOut):
            client.send_task_success(taskToken=old, output="1")


def test_an_accepted_invocation_is_run_by_the_next_process(tmp_path: Path) -> None:
    with sample(state=tmp_path, speed=1.0) as first:
        first.client("lambda").invoke(
            FunctionName=first.resource("FailFunction"),
            InvocationType="Event",
            Payload=json.dumps({"item": "later", "times": 1}),
        )
        # it fails once, and is stopped in the minute before it is repeated
        assert first.wait_until(lambda: bool(notes(first, "fail")) and not first.runtime.busy, 60)

    with sample(state=tmp_path, speed=1.0) as second:
        assert second.wait_until(lambda: notes(second, "fail")[0]["seen"]["N"] == "2", 60)
        assert second.wait_idle()
        assert second.journal.rows("select * from invocations") == []


def test_a_stop_does_not_end_what_was_running(tmp_path: Path) -> None:
    with sample(state=tmp_path) as first:
        arn = start(first, first.resource("Flow"), "flow", {**GIVEN, "before": 200, "after": 0})

    with sample(state=tmp_path) as second:
        assert ended(second, arn).status == "SUCCEEDED"


def test_without_a_folder_nothing_is_kept() -> None:
    states = {"Pass": {"Type": "Pass", "End": True}}
    with sample() as first:
        run(first, "gone", states)

    with sample() as second:
        assert second.executions() == []
