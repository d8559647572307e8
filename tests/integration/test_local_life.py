"""Starting and stopping: one system at a time, nothing left behind, mistakes in one sentence."""

import os
import socket
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.awslambda.models import LambdaFunction
from moto.core.config import default_user_config
from moto.dynamodb.responses import DynamoHandler
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)

from infra.local import patches
from infra.local.aws import AlreadyRunningError
from infra.local.endpoint import PortInUseError
from infra.local.journal import StateFolderError
from infra.local.patches import UnknownVersionError
from infra.local.stack import TemplateError
from infra.local.system import LocalSystem
from tests.integration.local_sample.sample import ended, machine, run, sample, start
from toban import clock


def test_several_systems_can_run_one_after_another() -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 20, "End": True}}

    for speed in (50.0, 500.0):
        with sample(speed=speed) as system:
            assert run(system, "each", states).status == "SUCCEEDED"


def test_a_stop_leaves_moto_clock_and_environment_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("SAMPLE_GREETING", raising=False)
    owners = (LambdaFunction.invoke, DynamoHandler.call_action, WaitFunction._wait_interval)
    variables, settings = dict(os.environ), deepcopy(default_user_config)

    with sample():
        assert "AWS_PROFILE" not in os.environ
        assert owners != (
            LambdaFunction.invoke,
            DynamoHandler.call_action,
            WaitFunction._wait_interval,
        )

    assert owners == (LambdaFunction.invoke, DynamoHandler.call_action, WaitFunction._wait_interval)
    assert dict(os.environ) == variables
    assert default_user_config == settings
    assert clock._source is clock.system_time


def test_two_systems_at_once_are_refused() -> None:
    with sample(), pytest.raises(AlreadyRunningError, match="stop it first"):
        sample().start()


def test_after_a_refused_start_the_running_system_is_unharmed() -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 100, "End": True}}
    with sample() as system:
        arn = start(system, machine(system, "unharmed", states), "unharmed")

        with pytest.raises(AlreadyRunningError):
            sample().start()

        assert clock._source == system.clock.now
        assert ended(system, arn).status == "SUCCEEDED"


def test_a_system_that_is_told_no_port_takes_a_free_one() -> None:
    with sample() as system:
        assert system.endpoint.port not in (0, 4566)


def test_an_occupied_port_is_one_clear_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortInUseError) as refused:
            sample(aws_port=port).start()

    assert str(refused.value).startswith(f"Port {port} on 127.0.0.1 cannot be used")
    assert "--aws-port" in str(refused.value)


def test_a_state_folder_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with sample(state=tmp_path), pytest.raises(StateFolderError, match="--state"):
        sample(state=tmp_path).start()


def test_a_state_folder_whose_file_is_broken_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "toban.sqlite3").write_bytes(b"this was overwritten with something else")

    with pytest.raises(StateFolderError, match="give --state another folder"):
        sample(state=tmp_path).start()


def test_a_fault_of_our_own_that_ends_a_command_is_seen_though_the_log_is_a_file(
    tmp_path: Path,
) -> None:
    fault = "log_to(Path('toban.log').absolute()); raise RuntimeError('not foreseen')"
    program = f"from infra.local.commands.system import *; {fault}"
    path = os.pathsep.join(filter(None, sys.path))

    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stderr.endswith("RuntimeError: not foreseen\n")


def test_a_missing_template_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"There is no template at"):
        sample(template=tmp_path / "template.yaml").start()


def test_an_unknown_parameter_is_one_clear_sentence() -> None:
    with pytest.raises(TemplateError, match=r"no parameter Greting"):
        sample(parameters={"Greting": "hi"}).start()


def test_a_missing_parameter_is_one_clear_sentence(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(
        "Transform: AWS::Serverless-2016-10-31\nParameters: {Sender: {Type: String}}\n"
        "Resources: {Queue: {Type: AWS::SQS::Queue}}\n"
    )

    with pytest.raises(TemplateError, match=r"needs a value for its parameter Sender"):
        sample(template=template).start()


def test_a_resource_type_that_would_be_skipped_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {Pipe: {Type: AWS::Pipes::Pipe}}\n")

    with pytest.raises(TemplateError, match=r"does not know AWS::Pipes::Pipe"):
        sample(template=template).start()


def test_another_moto_than_the_one_that_was_repaired_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patches, "MOTO_VERSION", "5.2.4")

    with pytest.raises(UnknownVersionError, match=r"moto .* repairs moto 5\.2\.4"):
        sample().start()


def test_a_repair_of_what_the_library_no_longer_has_fails_loudly() -> None:
    with pytest.raises(AttributeError):
        patches.Patches().replace(LambdaFunction, "no_longer_there", None)


def test_aws_outside_this_process_is_out_of_reach_also_after_the_end() -> None:
    with sample():
        pass

    answer = boto3.client("dynamodb", region_name="ap-northeast-1", aws_access_key_id="x",
                          aws_secret_access_key="x").list_tables()  # fmt: skip
    assert answer["TableNames"] == []


def test_an_aws_client_outside_sees_machines_tables_and_objects() -> None:
    with sample() as system:
        states, tables, store = (
            _outside(system, name) for name in ("stepfunctions", "dynamodb", "s3")
        )
        bucket = system.resource("Storage.Things")

        (machine,) = states.list_state_machines()["stateMachines"]
        arn = machine["stateMachineArn"]
        states.start_execution(stateMachineArn=arn, name="outside", input="{}")
        store.put_object(Bucket=bucket, Key="k", Body=b"v")

        assert machine["name"] == "sample-flow"
        assert [
            each["name"] for each in states.list_executions(stateMachineArn=arn)["executions"]
        ] == ["outside"]
        assert tables.list_tables()["TableNames"] == ["sample-notes"]
        assert system.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"v"


def _outside(system: LocalSystem, service: str) -> Any:
    session = boto3.session.Session(aws_access_key_id="any", aws_secret_access_key="any")
    return session.client(service, region_name=system.region, endpoint_url=system.endpoint.url)  # type: ignore[call-overload]


def test_an_execution_that_is_just_starting_is_stopped_with_the_system(tmp_path: Path) -> None:
    for _ in range(5):
        with sample(state=tmp_path) as system:
            given = {"before": 900, "after": 0, "mail": "m"}
            start(system, system.resource("Flow"), "at-once", given)
            stopping = list(system.record.all())

        assert all(not execution.exec_worker.env.is_running() for execution in stopping)
