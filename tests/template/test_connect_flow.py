"""The contact flow of an alert call, walked on every path."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.documents import ROOT, functions, read, resources, root, tokens
from toban.domain.call import KEY_ACKNOWLEDGE, KEY_PASS_ON
from toban.domain.call_limits import KEY_UNDER_WAY
from toban.text.spoken import Prompt

FLOW = ROOT / "infra" / "connect" / "alert_call.flow.json"
VOICE = "infra/voice.yaml"
ASKS = "InvokeLambdaFunction"
KEY_REPEAT = "9"
SILENCE, WRONG, BROKEN = "InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"
ATTRIBUTES = {"locale", "call", "nonce", *(prompt.value for prompt in Prompt)}
"""What place_call gives a call with it."""

Action = dict[str, Any]


def document() -> dict[str, Any]:
    return dict(json.loads(FLOW.read_text(encoding="utf-8")))


def actions() -> dict[str, Action]:
    return {each["Identifier"]: each for each in document()["Actions"]}


def of_type(kind: str) -> list[str]:
    return [name for name, each in actions().items() if each["Type"] == kind]


def ways(action: Action) -> Iterator[tuple[str, str]]:
    """Yield what may happen at an action, and where it leads: a key, an error, or just on."""
    transitions = action["Transitions"]
    yield from (
        (operand, way["NextAction"])
        for way in transitions.get("Conditions", ())
        for operand in way["Condition"]["Operands"]
    )
    yield from ((way["ErrorType"], way["NextAction"]) for way in transitions.get("Errors", ()))
    if action["Type"] not in {"GetParticipantInput", "Compare", "DisconnectParticipant"}:
        yield "", transitions["NextAction"]


def paths(here: str, been: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every way to the end that comes to no action more than twice."""
    if been.count(here) >= 2:
        return
    trail = (*been, here)
    ahead = {to for _, to in ways(actions()[here])}
    if not ahead:
        yield trail
    for to in sorted(ahead):
        yield from paths(to, trail)


ALL_PATHS = list(paths(document()["StartAction"]))


def after(name: str, what: str) -> str:
    return dict(ways(actions()[name]))[what]


def test_every_action_is_reached_and_leads_somewhere() -> None:
    assert {name for path in ALL_PATHS for name in path} == actions().keys()
    assert len(document()["Actions"]) == len(actions())


def test_every_path_ends_in_a_disconnect_and_no_other_action_ends_one() -> None:
    assert ALL_PATHS
    assert {path[-1] for path in ALL_PATHS} == set(of_type("DisconnectParticipant"))
    assert [name for path in ALL_PATHS for name in path[:-1] if name == "disconnect"] == []


def without_a_key(name: str) -> set[str]:
    """Return where an action leads when nobody presses anything."""
    return {to for what, to in ways(actions()[name]) if not what.isdigit() and what != WRONG}


def test_who_presses_nothing_is_disconnected_after_a_bounded_time() -> None:
    """No circle is closed without a key: a voicemail never keeps a line."""
    ahead, depth = {document()["StartAction"]}, 0
    while ahead:
        ahead = {to for name in ahead for to in without_a_key(name)}
        depth += 1
        assert depth <= len(actions()), "a circle that no key closes"


@pytest.mark.clause("P-4")
def test_only_the_function_acknowledges() -> None:
    told = [path for path in ALL_PATHS if "say_acknowledged" in path]
    assert told
    for path in told:
        place = path.index("say_acknowledged")
        assert path[place - 2 : place] == ("note_acknowledged", "is_acknowledged")
    for key in (KEY_ACKNOWLEDGE, KEY_PASS_ON):
        (name,) = [
            name
            for name in of_type("InvokeLambdaFunction")
            if actions()[name]["Parameters"]["LambdaInvocationAttributes"]["key"] == key
        ]
        assert {after("report", key), after("report_again", key)} == {name}


@pytest.mark.clause("P-4")
def test_voicemail_hears_the_introduction_three_times_and_nothing_else() -> None:
    silent, here = [], document()["StartAction"]
    while here != "disconnect":
        if actions()[here]["Type"] in {"GetParticipantInput", "MessageParticipant"}:
            silent.append(actions()[here]["Parameters"]["SSML"])
        choices = dict(ways(actions()[here]))
        here = choices.get(SILENCE) or choices.get(WRONG) or choices[""]
    assert silent == ["$.Attributes.intro"] * 3 + ["$.Attributes.no_key"]


@pytest.mark.parametrize("ask", ["ask_to_listen_1", "ask_to_listen_2", "ask_to_listen_3"])
def test_the_report_is_heard_by_who_asks_for_it(ask: str) -> None:
    assert after(ask, "1") == "report"
    assert [what for what, to in ways(actions()[ask]) if to == "report"] == ["1"]


@pytest.mark.parametrize("ask", ["report", "report_again"])
def test_nine_and_any_wrong_key_repeat_the_report(ask: str) -> None:
    assert after(ask, KEY_REPEAT) == after(ask, WRONG) == "report"


def test_two_silences_in_a_row_end_the_report() -> None:
    assert after("report", SILENCE) == "report_again"
    assert after("report_again", SILENCE) == "say_no_key"


@pytest.mark.parametrize("name", of_type("GetParticipantInput"))
def test_a_prompt_and_the_keys_after_it_are_one_action(name: str) -> None:
    """Digits pressed while another action plays are lost (Amazon Connect, Get customer input)."""
    parameters = actions()[name]["Parameters"]
    assert parameters["StoreInput"] == "False"
    assert {what for what, _ in ways(actions()[name])} >= {SILENCE, WRONG, BROKEN}
    assert int(parameters["InputTimeLimitSeconds"]) in range(1, 181)


@pytest.mark.parametrize("name", of_type("InvokeLambdaFunction"))
def test_an_answer_that_could_not_be_noted_is_not_thanked_for(name: str) -> None:
    parameters = actions()[name]["Parameters"]
    assert parameters["LambdaFunctionARN"] == "${TakeAnswerFunctionArn}"
    assert after(name, BROKEN) == "say_not_noted"
    assert int(parameters["InvocationTimeLimitSeconds"]) <= 8
    assert functions()["TakeAnswerFunction"]["Timeout"] <= 8


@pytest.mark.parametrize("name", ["is_acknowledged", "is_passed_on"])
def test_a_late_answer_is_told_that_it_is_late(name: str) -> None:
    assert after(name, WRONG) == "say_too_late"
    assert after(name, "taken").startswith("say_")


def values(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for each in part.values():
            yield from values(each)
    elif isinstance(part, str):
        yield part


def test_every_parameter_is_text_and_every_attribute_is_one_that_a_call_is_given() -> None:
    for name, action in actions().items():
        written = json.dumps(action["Parameters"])
        assert not any(
            isinstance(each, int | float | bool) for each in json.loads(written).values()
        )
        used = [each for each in values(action["Parameters"]) if each.startswith("$.Attributes.")]
        assert {each.removeprefix("$.Attributes.") for each in used} <= ATTRIBUTES, name


def test_every_prompt_of_a_call_is_spoken_somewhere() -> None:
    used = {each for action in actions().values() for each in values(action["Parameters"])}
    assert {f"$.Attributes.{prompt}" for prompt in Prompt} <= used


def test_each_language_has_its_voice() -> None:
    assert after("which_language", "en") == "speak_english"
    assert after("which_language", WRONG) == "speak_japanese"


def test_calls_are_not_logged_because_their_attributes_hold_the_nonce() -> None:
    first = actions()[document()["StartAction"]]
    assert first["Type"] == "UpdateFlowLoggingBehavior"
    assert first["Parameters"] == {"FlowLoggingBehavior": "Disabled"}


def test_the_flow_that_is_deployed_is_the_file() -> None:
    """CloudFormation cannot include a text; paste the file below Fn::Sub in infra/voice.yaml."""
    (flow,) = resources(read(VOICE), "AWS::Connect::ContactFlow").values()
    deployed = flow["Content"]["Fn::Sub"]
    assert json.loads(deployed) == document()
    assert tokens(deployed) <= read(VOICE)["Parameters"].keys()
    assert len(deployed) < 256_000


def test_connect_alone_may_ask_for_the_answer_and_only_the_instance_that_was_named() -> None:
    (permission,) = resources(root(), "AWS::Lambda::Permission").values()
    assert permission["Principal"] == "connect.amazonaws.com"
    assert permission["SourceArn"] == {"Ref": "ConnectInstanceArn"}
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}


@pytest.mark.clause("P-4")
def test_a_call_is_not_over_while_its_flow_may_still_tell_of_a_key() -> None:
    limits = {actions()[name]["Parameters"]["InvocationTimeLimitSeconds"] for name in of_type(ASKS)}

    assert limits == {str(int(KEY_UNDER_WAY.total_seconds()))}
