"""Each alarm reaches the operators, knows what silence means, and has its page."""

import re

import pytest

from tests.template.documents import ROOT, Document, functions, machines, read, resources, root

PAGE = ROOT / "docs" / "operations" / "alarms.md"
MUST_ALWAYS_HAPPEN = {"RoundsStopped", "SweepStopped", "NatInstanceLost", "CanaryMissing"}
"""Alarms on what never rests: no figure at all is the fault."""
KNOWN_UNTIL_THE_NEXT = {"CanaryFailed"}
"""Alarms on a figure of once a day, which holds until the next one comes."""


def alarms() -> Document:
    return {
        name: each
        for path in ("infra/watchdog.yaml", "infra/network.yaml")
        for name, each in resources(read(path), "AWS::CloudWatch::Alarm").items()
    }


def entries() -> dict[str, str]:
    """Return the text of each alarm's entry on the page, by the name of the alarm."""
    parts = re.split(r"^## `(.+)`$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def name_of(alarm: Document) -> str:
    return str(alarm["AlarmName"]["Fn::Sub"]).removeprefix("${Name}-")


def written(name: str) -> str:
    """RoundsStopped -> rounds-stopped."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def test_each_alarm_has_its_entry_on_the_page_and_each_entry_its_alarm() -> None:
    assert sorted(entries()) == sorted(name_of(each) for each in alarms().values())


@pytest.mark.parametrize("logical_id", alarms())
def test_an_entry_says_what_it_means_what_it_costs_and_what_to_do(logical_id: str) -> None:
    text = entries()[name_of(alarms()[logical_id])]
    assert [
        word for word in ("Meaning", "Impact", "What to do") if f"**{word}.**" not in text
    ] == []


@pytest.mark.parametrize("logical_id", alarms())
def test_an_alarm_tells_the_operators_when_it_begins_and_when_it_is_over(logical_id: str) -> None:
    alarm = alarms()[logical_id]
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "Alarms"}]
    (topic,) = resources(read("infra/watchdog.yaml"), "AWS::SNS::Topic").values()
    assert [each["Endpoint"] for each in topic["Subscription"]] == [{"Ref": "OperatorAddress"}]


@pytest.mark.parametrize("logical_id", alarms())
def test_silence_is_a_fault_only_of_what_never_rests(logical_id: str) -> None:
    missing = "breaching" if logical_id in MUST_ALWAYS_HAPPEN else "notBreaching"
    missing = "ignore" if logical_id in KNOWN_UNTIL_THE_NEXT else missing
    assert alarms()[logical_id]["TreatMissingData"] == missing


@pytest.mark.parametrize("logical_id", alarms())
def test_an_alarm_has_one_name(logical_id: str) -> None:
    assert name_of(alarms()[logical_id]) == written(logical_id)


def test_every_machine_has_an_alarm_for_its_executions() -> None:
    watched = set(re.findall(r"stateMachine:\$\{Name\}-([a-z-]+)", str(alarms())))
    names = {
        each["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}-") for each in machines().values()
    }
    assert watched == names


def test_what_an_alarm_watches_is_in_the_template() -> None:
    named = {
        each["Value"]["Fn::Sub"].removeprefix("${Name}")
        for alarm in alarms().values()
        for each in alarm.get("Dimensions", [])
        if "Fn::Sub" in each["Value"]
    }
    known = {each["FunctionName"]["Fn::Sub"] for each in functions().values()}
    known |= {resources(root(), "AWS::SQS::Queue")["Undelivered"]["QueueName"]["Fn::Sub"]}
    assert named <= {each.removeprefix("${AWS::StackName}") for each in known}


def test_an_outside_service_is_only_called_in_secret() -> None:
    pattern = root()["Parameters"]["DeadManUrl"]["AllowedPattern"]
    assert re.fullmatch(pattern, "https://hc.example/ping/3f0e")
    assert not re.fullmatch(pattern, "http://hc.example/ping/3f0e")
