"""Walks a contact flow as Amazon Connect does: the very JSON that is deployed.

Source: Amazon Connect, "Flow language" (version 2019-10-30), the actions that our flow uses.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

Action = dict[str, Any]

_BREAK = re.compile(r'<break time="(\d+)ms"/>')
_TAG = re.compile(r"<[^>]+>")
_SIGNS_PER_SECOND = {True: 15.0, False: 7.0}
"""How fast a voice reads: Latin letters, and Japanese."""


class FlowError(Exception):
    """Connect would not take the flow: InvalidContactFlowException."""


class Line(Protocol):
    """The person at the other end, and the ways out of the flow. Seconds are rule time."""

    def hear(self, text: str, seconds: float) -> None:
        """Listen to a prompt to its end."""

    def press(self, text: str, seconds: float) -> str:
        """Listen, and press a key within so many seconds from the beginning; "" for none."""

    def invoke(self, function_arn: str, parameters: dict[str, str]) -> dict[str, str]:
        """Ask a function; raises LookupError when it fails or answers other than a flat map."""

    def disconnect(self) -> None:
        """End the call from our side."""


class Flow:
    """A flow that has been read and found sound."""

    def __init__(self, content: str) -> None:
        document = json.loads(content)
        self._actions: dict[str, Action] = {
            each["Identifier"]: each for each in document["Actions"]
        }
        self._start = str(document["StartAction"])
        self._check()

    def walk(self, line: Line, attributes: Mapping[str, str]) -> None:
        """Follow the flow from its beginning until it disconnects."""
        values = {f"$.Attributes.{name}": value for name, value in attributes.items()}
        here: str | None = self._start
        while here is not None:
            action = self._actions[here]
            here = _KINDS[action["Type"]](action, line, values)

    def _check(self) -> None:
        known = self._actions.keys()
        for name, action in self._actions.items():
            if action["Type"] not in _KINDS:
                raise FlowError(f"{name}: unknown action {action['Type']}")
            if missing := sorted({to for to in targets(action) if to not in known}):
                raise FlowError(f"{name} leads to {', '.join(missing)}, which is not there")
        if self._start not in known:
            raise FlowError(f"StartAction {self._start} is not there")


def targets(action: Action) -> list[str]:
    """Return every action that may follow."""
    ways = action["Transitions"]
    ahead = [ways[key] for key in ("NextAction",) if key in ways]
    return ahead + [
        way["NextAction"] for key in ("Conditions", "Errors") for way in ways.get(key, ())
    ]


def _next(action: Action, _line: Line, _values: Mapping[str, str]) -> str:
    return str(action["Transitions"]["NextAction"])


def _error(action: Action, kind: str) -> str:
    for error in action["Transitions"].get("Errors", ()):
        if error["ErrorType"] == kind:
            return str(error["NextAction"])
    return str(action["Transitions"]["NextAction"])


def _matching(action: Action, value: str) -> str:
    for way in action["Transitions"].get("Conditions", ()):
        if value in way["Condition"]["Operands"]:
            return str(way["NextAction"])
    return _error(action, "NoMatchingCondition")


def _resolved(text: str, values: Mapping[str, str]) -> str:
    return values.get(text, "") if text.startswith("$.") else text


def _spoken(action: Action, values: Mapping[str, str]) -> tuple[str, float]:
    parameters = action["Parameters"]
    ssml = _resolved(parameters.get("SSML") or parameters["Text"], values)
    pauses = sum(int(pause) for pause in _BREAK.findall(ssml)) / 1000
    text = _TAG.sub("", ssml)
    return text, len(text) / _SIGNS_PER_SECOND[text.isascii()] + pauses


def _compare(action: Action, _line: Line, values: Mapping[str, str]) -> str:
    return _matching(action, _resolved(action["Parameters"]["ComparisonValue"], values))


def _ask(action: Action, line: Line, values: Mapping[str, str]) -> str:
    text, seconds = _spoken(action, values)
    if not text:
        return _error(action, "NoMatchingError")
    key = line.press(text, seconds + float(action["Parameters"]["InputTimeLimitSeconds"]))
    return _matching(action, key) if key else _error(action, "InputTimeLimitExceeded")


def _say(action: Action, line: Line, values: Mapping[str, str]) -> str:
    text, seconds = _spoken(action, values)
    if not text:
        return _error(action, "NoMatchingError")
    line.hear(text, seconds)
    return _next(action, line, values)


def _invoke(action: Action, line: Line, values: dict[str, str]) -> str:
    parameters = action["Parameters"]
    given = {
        name: _resolved(value, values)
        for name, value in parameters["LambdaInvocationAttributes"].items()
    }
    try:
        answer = line.invoke(parameters["LambdaFunctionARN"], given)
    except LookupError:
        return _error(action, "NoMatchingError")
    values.update({f"$.External.{name}": value for name, value in answer.items()})
    return _next(action, line, values)


def _disconnect(_action: Action, line: Line, _values: Mapping[str, str]) -> None:
    line.disconnect()


_KINDS: dict[str, Callable[[Action, Line, dict[str, str]], str | None]] = {
    "UpdateFlowLoggingBehavior": _next,
    "UpdateContactTextToSpeechVoice": _next,
    "Compare": _compare,
    "GetParticipantInput": _ask,
    "MessageParticipant": _say,
    "InvokeLambdaFunction": _invoke,
    "DisconnectParticipant": _disconnect,
}
