"""One name, four places: the file, the Handler, the function and the state of a machine."""

import ast
from pathlib import Path

import pytest

from tests.template.documents import ROOT, definition, functions, machines, tasks

ASKED_BY_PEOPLE = {
    "PlanMaintenanceFunction",
    "AcknowledgeIncidentFunction",
    "ReadHearingSheetFunction",
    "RunAcceptanceFunction",
}
"""Functions that an operator calls, in the console or with the command line."""

ASKED_BY_OTHERS = {
    "AskAgentFunction",
    "RunCommandsFunction",
    "TryAccessFunction",
    "TryMonitorsFunction",
    "SendTestMailsFunction",
}
"""Functions that other functions have something done by and wait for."""

ASKED_BY_CONNECT = {"TakeAnswerFunction"}
"""Functions that a contact flow of Amazon Connect calls, infra/connect/*.flow.json."""

ASKED_BY_REPORTS = {"SendMonthReportFunction"}
"""Functions that ReportMonthFunction hands its result to."""

ASKED_BY_BROWSERS = {"ServeGraphsFunction"}
"""Functions that a link in a mail leads to, by their own URL."""

ASKED_BY_PROBES = {"ServeCanaryFunction"}
"""Functions whose URL is watched as a server is."""


def camel_case(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def words(name: str) -> list[str]:
    """SendAlertMail -> [Send, Alert, Mail]."""
    return "".join(f" {each}" if each.isupper() else each for each in name).split()


def speaks_of(state: str, function: str) -> bool:
    """Tell whether the function's words stand in the state's name in their order.

    A function may serve several states: SendMail serves SendAlertMail and SendFailureMail.
    """
    left = iter(words(state))
    return all(word in left for word in words(function))


def has_handler(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef) and node.name == "handler" for node in body)


def entry_points() -> set[str]:
    """Every file of a duty that has a handler, as its Handler names it."""
    files = [path for path in (ROOT / "functions").glob("*/*.py") if has_handler(path)]
    return {f"{path.parent.name}.{path.stem}.handler" for path in files}


def test_every_file_with_a_handler_is_a_function_and_every_function_is_such_a_file() -> None:
    assert {each["Handler"] for each in functions().values()} == entry_points()


@pytest.mark.parametrize("name", functions())
def test_a_function_is_named_after_its_file(name: str) -> None:
    _, module, _ = functions()[name]["Handler"].split(".")
    assert name == f"{camel_case(module)}Function"
    assert functions()[name]["FunctionName"] == {
        "Fn::Sub": "${AWS::StackName}-" + module.replace("_", "-")
    }


@pytest.mark.parametrize("machine", machines())
def test_a_state_is_named_after_the_function_that_it_calls(machine: str) -> None:
    called = [(name, called) for name, _, called in tasks(definition(machines()[machine]))]
    assert called
    assert [
        (state, function)
        for state, function in called
        if not speaks_of(state, function.removesuffix("Function"))
    ] == []


@pytest.mark.parametrize("machine", machines())
def test_a_machine_is_named_after_its_file(machine: str) -> None:
    name = [word.lower() for word in words(machine.removesuffix("Machine"))]
    assert machines()[machine]["DefinitionUri"] == f"infra/{'_'.join(name)}.asl.yaml"
    assert machines()[machine]["Name"] == {"Fn::Sub": "${AWS::StackName}-" + "-".join(name)}


def test_a_function_that_no_machine_calls_is_started_by_a_schedule() -> None:
    called = {name for each in machines().values() for _, _, name in tasks(definition(each))}
    scheduled = {name for name, each in functions().items() if "Events" in each}
    asked = ASKED_BY_PEOPLE | ASKED_BY_OTHERS | ASKED_BY_CONNECT | ASKED_BY_BROWSERS
    asked |= ASKED_BY_REPORTS | ASKED_BY_PROBES
    assert functions().keys() == called | scheduled | asked


@pytest.mark.parametrize(
    ("state", "function", "fits"),
    [
        ("OpenIncident", "OpenIncident", True),
        ("SendAlertMail", "SendMail", True),
        ("RecheckAfterRepair", "Recheck", True),
        ("MailSend", "SendMail", False),
        ("SendAlert", "SendMail", False),
    ],
)
def test_the_rule_of_names_tells_right_from_wrong(state: str, function: str, fits: bool) -> None:
    assert speaks_of(state, function) is fits
