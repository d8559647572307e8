"""What every function must have, and what the code takes from its environment."""

import ast
from collections.abc import Iterator

import pytest

from infra.preflight.capacity import CANARY_AT_ONCE
from tests.template.documents import ROOT, functions, resources, root, transformed

EVERY_FUNCTION = pytest.mark.parametrize("name", functions())
LONGEST_TIMEOUT = 900
READERS = {"required", "optional", "listed"}
INVOKED_LATER = {
    "CheckAccessFunction",
    "RunChecksFunction",
    "RollUpFunction",
    "ReportMonthFunction",
    "SendMonthReportFunction",
    "OpenIncidentFunction",
    "TellOperatorFunction",
    "RunAcceptanceFunction",
}
"""Functions that toban.executions.invoke_later hands events to; environment variables name them."""
ASKED = {
    "AskAgentFunction",
    "RunCommandsFunction",
    "TryAccessFunction",
    "TryMonitorsFunction",
    "SendTestMailsFunction",
}
"""Functions that toban.executions.ask_function waits for, which are named in the same way."""
STARTED_BY_EVENTS = {"TakeInFunction", "TakeMailEventFunction"}
"""Functions that EventBridge hands events to, without waiting as well."""
MIBS = {
    name: ["SnmpLayer"]
    for name in ("ReadHearingSheetFunction", "RunAcceptanceFunction", "TakeInFunction")
}
"""Functions of other duties that need the SNMP layer: a sheet names objects of MIBs."""


def variables() -> dict[str, object]:
    return dict(root()["Globals"]["Function"]["Environment"]["Variables"])


def settings_read() -> Iterator[str]:
    """Yield every name that production code asks toban.settings for, and that a literal gives."""
    for folder in ("functions", "layers/core"):
        for path in (ROOT / folder).rglob("*.py"):
            yield from settings_read_in(path.read_text(encoding="utf-8"))


def settings_read_in(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    readers = set(readers_imported_by(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in readers:
            yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))


def readers_imported_by(tree: ast.Module) -> Iterator[str]:
    """Yield how the module calls toban.settings: `required`, or `settings.required`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "toban.settings":
            yield from (each.asname or each.name for each in node.names if each.name in READERS)
        if isinstance(node, ast.ImportFrom) and node.module == "toban":
            yield from (f"settings.{each}" for each in READERS)


@EVERY_FUNCTION
def test_a_function_has_a_log_group_of_its_own_that_forgets(name: str) -> None:
    (group,) = functions()[name]["LoggingConfig"].values()
    assert group == {"Ref": name.replace("Function", "Log")}
    log = resources(root(), "AWS::Logs::LogGroup")[group["Ref"]]
    assert log["RetentionInDays"] == {"Ref": "LogDays"}
    assert log["LogGroupName"] == {
        "Fn::Sub": "/aws/lambda/" + functions()[name]["FunctionName"]["Fn::Sub"]
    }


def test_no_level_is_offered_that_would_leave_out_the_lines_that_metrics_are_made_of() -> None:
    """Lambda takes a line without a level for one of INFO (developer guide, log-level
    filtering).
    """
    assert root()["Parameters"]["LogLevel"]["AllowedValues"] == ["DEBUG", "INFO"]


def test_no_log_is_kept_for_ever() -> None:
    logs = resources(root(), "AWS::Logs::LogGroup").values()
    assert [log["LogGroupName"] for log in logs if "RetentionInDays" not in log] == []


@EVERY_FUNCTION
def test_a_function_says_how_long_it_may_take_and_how_much_it_needs(name: str) -> None:
    assert 0 < functions()[name]["Timeout"] < LONGEST_TIMEOUT
    assert functions()[name]["MemorySize"]


@EVERY_FUNCTION
def test_a_function_says_in_the_console_what_it_is_for(name: str) -> None:
    assert functions()[name]["Description"].endswith(".")


def test_functions_and_layers_are_built_for_the_same_machine() -> None:
    functions_are = root()["Globals"]["Function"]
    assert (functions_are["Runtime"], functions_are["Architectures"]) == ("python3.13", ["arm64"])
    for name, layer in resources(root(), "AWS::Serverless::LayerVersion").items():
        built = root()["Resources"][name]["Metadata"]
        assert built == {"BuildMethod": "makefile", "BuildArchitecture": "arm64"}
        assert layer["CompatibleArchitectures"] == ["arm64"]


@EVERY_FUNCTION
def test_a_function_is_built_by_our_own_recipe(name: str) -> None:
    """SAM's own needs Python 3.13 on the machine that builds (docs/decisions/0153)."""
    assert root()["Resources"][name].get("Metadata") == {"BuildMethod": "makefile"}


@EVERY_FUNCTION
def test_a_function_carries_the_layers_of_its_duty_and_no_others(name: str) -> None:
    duty = functions()[name]["Handler"].partition(".")[0]
    own = {"probe": ["SnmpLayer"], "respond": ["SshLayer"]}.get(duty, MIBS.get(name, []))
    layers = [each["Ref"] for each in transformed()["Resources"][name]["Properties"]["Layers"]]
    # the translator adds ten digits, so that each version of a layer is a resource of its own
    assert [each[:-10] for each in layers] == ["CoreLayer", *own]


def test_every_setting_that_the_code_reads_is_given_to_every_function() -> None:
    given = {"TOBAN_STACK", *variables()}
    assert set(settings_read()) - given == set()


def test_every_setting_that_is_given_is_read_or_belongs_to_the_logger() -> None:
    not_read = variables().keys() - set(settings_read())
    assert not_read == {
        "TOBAN_STACK",
        "SETTINGS_ON_RECORD",
        "POWERTOOLS_SERVICE_NAME",
        "POWERTOOLS_LOG_LEVEL",
    }


def test_a_setting_that_is_read_is_found() -> None:
    short = "from toban.settings import optional, stack\nx = optional('A') + required('B')"
    long = "from toban import settings\nx = settings.required('A') + sheet.required('B')"
    assert list(settings_read_in(short)) == list(settings_read_in(long)) == ["A"]


def test_no_function_carries_settings_that_others_have_not() -> None:
    """One process may hold all functions, as the local system does: they share one environment."""
    assert [name for name, each in functions().items() if "Environment" in each] == []


def test_a_setting_that_names_a_function_names_one_of_the_template() -> None:
    names = {each["FunctionName"]["Fn::Sub"] + ":live" for each in functions().values()}
    given = {
        key: value["Fn::Sub"]
        for key, value in variables().items()
        if key.endswith("_FUNCTION") and isinstance(value, dict)
    }
    assert set(given.values()) <= names
    assert {f"{key.title().replace('_', '')}" for key in given} == INVOKED_LATER | ASKED


@pytest.mark.parametrize("name", sorted(INVOKED_LATER | STARTED_BY_EVENTS))
def test_what_is_invoked_without_waiting_is_kept_for_a_person_when_it_fails(name: str) -> None:
    failure = functions()[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert failure["Destination"] == {"Fn::GetAtt": ["Undelivered", "Arn"]}


def test_an_event_that_reaches_no_function_is_kept_for_a_person() -> None:
    rules = resources(transformed(), "AWS::Events::Rule")
    queue = {"Fn::GetAtt": ["Undelivered", "Arn"]}
    targets = [target for rule in rules.values() for target in rule["Targets"]]
    (policy,) = resources(transformed(), "AWS::SQS::QueuePolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert [target["DeadLetterConfig"] for target in targets] == [{"Arn": queue}] * len(rules)
    assert policy["Queues"] == [{"Ref": "Undelivered"}]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {
            "ArnEquals": {"aws:SourceArn": [{"Fn::GetAtt": [rule, "Arn"]} for rule in rules]}
        },
    }


def test_a_round_is_never_run_late_and_an_alert_is_tried_again() -> None:
    round_, alert = (
        functions()[name]["EventInvokeConfig"]
        for name in ("RunChecksFunction", "OpenIncidentFunction")
    )
    assert (round_["MaximumRetryAttempts"], round_["MaximumEventAgeInSeconds"]) == (0, 60)
    assert alert["MaximumRetryAttempts"] == 2
    assert alert["MaximumEventAgeInSeconds"] >= 600


def test_what_functions_reserve_is_what_preflight_looks_for_room_for() -> None:
    reserved = {
        name: each["ReservedConcurrentExecutions"]["Fn::If"][:2]
        for name, each in functions().items()
        if "ReservedConcurrentExecutions" in each
    }
    assert reserved == {
        "ServeGraphsFunction": ["LimitsGraphs", {"Ref": "GraphsAtOnce"}],
        "ServeCanaryFunction": ["LimitsGraphs", CANARY_AT_ONCE],
    }


def test_only_functions_that_are_invoked_without_waiting_say_what_happens_then() -> None:
    assert {
        name for name, each in functions().items() if "EventInvokeConfig" in each
    } == INVOKED_LATER | STARTED_BY_EVENTS
