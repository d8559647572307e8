"""What CloudFormation makes of a template with these values of parameters, and in which order."""

import re
from collections.abc import Iterator
from typing import Any

from tests.template.documents import Document, read
from tests.template.test_deployment import value

LATER = "known after it is made"
"""Stands for what a parameter of a nested stack is told by another resource."""

NOTHING = {"Ref": "AWS::NoValue"}


def given(document: Document, chosen: Document) -> Document:
    """Return the value of every parameter."""
    return {name: each.get("Default", "") for name, each in document["Parameters"].items()} | chosen


def truths(document: Document, parameters: Document) -> dict[str, bool]:
    """Return which of the template's conditions hold."""
    conditions = document.get("Conditions", {}).items()
    return {name: bool(value(each, parameters)) for name, each in conditions}


def decided(written: Any, holds: dict[str, bool]) -> Any:
    """Return the value with each Fn::If replaced by the side that is taken."""
    if isinstance(written, list):
        return [each for each in (decided(each, holds) for each in written) if each != NOTHING]
    if not isinstance(written, dict):
        return written
    if written.keys() == {"Fn::If"}:
        condition, yes, no = written["Fn::If"]
        return decided(yes if holds[condition] else no, holds)
    found = {name: decided(each, holds) for name, each in written.items()}
    return {name: each for name, each in found.items() if each != NOTHING}


def made(document: Document, chosen: Document, part: str = "Resources") -> Document:
    """Return the resources, or the outputs, that there are with these values, each as decided."""
    holds = truths(document, given(document, chosen))
    return {
        name: decided(each, holds)
        for name, each in document[part].items()
        if "Condition" not in each or holds[each["Condition"]]
    }


def nested(document: Document, chosen: Document) -> Iterator[tuple[str, Document, Document]]:
    """Yield each nested stack that is made: its logical id, its template and its parameters."""
    for name, each in made(document, chosen).items():
        if each["Type"] == "AWS::CloudFormation::Stack":
            told = each["Properties"]["Parameters"].items()
            values = {key: told_value(written, document, chosen) for key, written in told}
            yield name, read(str(each["Properties"]["TemplateURL"])), values


def told_value(written: Any, document: Document, chosen: Document) -> Any:
    if isinstance(written, dict):
        return given(document, chosen).get(str(written.get("Ref")), LATER)
    return written


def named(written: Any) -> set[str]:
    """Return what the value names by Ref, Fn::GetAtt, Fn::Sub or DependsOn: resources,
    parameters.
    """
    if isinstance(written, list):
        return {name for each in written for name in named(each)}
    if not isinstance(written, dict):
        return set()
    found = {name for each in written.values() for name in named(each)}
    for function, operand in written.items():
        match function:
            case "Ref":
                found.add(operand)
            case "Fn::GetAtt":
                found.add((operand if isinstance(operand, list) else operand.split("."))[0])
            case "Fn::Sub":
                found |= in_text(operand)
            case "DependsOn":
                found |= {operand} if isinstance(operand, str) else set(operand)
    return found


def in_text(operand: Any) -> set[str]:
    """Return what the ${...} of a Fn::Sub name, without those that it defines itself."""
    text, own = operand if isinstance(operand, list) else (operand, {})
    names: list[str] = re.findall(r"\$\{([^!}]+)\}", text)
    return {each.split(".")[0] for each in names} - set(own)
