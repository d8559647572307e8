"""docs/deploy.md tells the truth about the template, and its commands are ones that AWS knows."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from tests.template.documents import ROOT, functions, root
from tests.template.test_deployment import LONGEST_STACK_NAME

GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
OF_THE_CLI = {"query", "output", "region"}
"""Options that every command has."""
LOGGING_IN = {"aws sso login", "aws configure"}
"""Commands of the CLI's own."""


def section(title: str) -> str:
    return re.split(r"^## ", GUIDE.partition(f"\n## {title}")[2], flags=re.MULTILINE)[0]


def named(text: str) -> set[str]:
    """Return what the first column of a table names."""
    cells = re.findall(r"^\| (`.+?) \|", text, flags=re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([A-Z][A-Za-z]+)`", cell)}


def commands() -> Iterator[str]:
    """Yield every command of the AWS CLI, in a line or in a block of its own."""
    for text in re.findall(r"`(aws [^`]+)`|^\s*(aws .+)$", GUIDE, flags=re.MULTILINE):
        command = re.sub(r"#.*|'[^']*'", "", "".join(text)).strip()
        if command not in LOGGING_IN:
            yield command


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def unknown_options(command: str) -> set[str]:
    """Return the options that the operation has no parameter for; raises StopIteration where AWS
    has no such operation.
    """
    _, service, operation, *rest = command.split()
    known = model(service)
    name = next(each for each in known.operation_names if xform_name(each, "-") == operation)
    shape = known.operation_model(name).input_shape
    members = {xform_name(each, "-") for each in shape.members} if shape else set()
    options = {each.removeprefix("--") for each in rest if each.startswith("--")}
    return {each for each in options - OF_THE_CLI if each.removeprefix("no-") not in members}


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_of_the_guide_is_one_that_aws_knows(command: str) -> None:
    assert unknown_options(command) == set()


def test_the_questions_that_the_guide_answers_are_asked() -> None:
    asked = named(section("2. Deploy"))
    assert asked >= {"SenderAddress", "OperatorAddress", "Egress"}
    assert asked <= root()["Parameters"].keys()


def test_the_guide_answers_sam_s_question_about_every_open_address() -> None:
    open_to_all = {name for name, each in functions().items() if "FunctionUrlConfig" in each}
    asked = re.findall(r"^\| `(\w+) Function Url has no", section("2. Deploy"), flags=re.MULTILINE)
    assert set(asked) == open_to_all


def test_the_outputs_that_the_guide_uses_are_there() -> None:
    used = named(section("3. Read the outputs"))
    assert used >= {"EgressAddresses", "MailState", "AlarmsTopic"}
    assert used <= root()["Outputs"].keys()


def test_the_guide_says_how_long_the_name_of_a_stack_may_be() -> None:
    assert f"up to {LONGEST_STACK_NAME} letters" in section("2. Deploy")
