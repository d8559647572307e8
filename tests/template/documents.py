"""The template, its machines and its nested templates, as plain values."""

import os
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from samtranslator.translator.transform import transform  # type: ignore[import-untyped]
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
REGION = "ap-northeast-1"

Document = dict[str, Any]


@cache
def read(path: str) -> Document:
    """Return a template of the repository, with its intrinsic functions in the long form."""
    return dict(yaml_parse((ROOT / path).read_text(encoding="utf-8")))


def root() -> Document:
    return read("template.yaml")


def resources(document: Document, kind: str) -> Document:
    """Return the properties of every resource of the type, by logical id."""
    found = document["Resources"].items()
    return {name: each.get("Properties", {}) for name, each in found if each["Type"] == kind}


def functions() -> Document:
    return resources(root(), "AWS::Serverless::Function")


def machines() -> Document:
    return resources(root(), "AWS::Serverless::StateMachine")


def definition(properties: Document) -> Document:
    """Return the state machine's definition."""
    text = (ROOT / properties["DefinitionUri"]).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def tokens(definition_text: str) -> set[str]:
    """Return the names of the ${...} of a definition."""
    return set(re.findall(r"\$\{(\w+)\}", definition_text))


def scopes(document: Document) -> Iterator[Document]:
    """Yield the definition and every branch and item processor in it: each has its own states."""
    yield document
    for state in document["States"].values():
        inner = [*state.get("Branches", ()), *filter(None, [state.get("ItemProcessor")])]
        for each in inner:
            yield from scopes(each)


def states(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield every state of the definition with its name, the inner ones too."""
    for scope in scopes(document):
        yield from scope["States"].items()


def tasks(document: Document) -> Iterator[tuple[str, Document, str]]:
    """Yield every Task with its name and the logical id of the function that it calls."""
    for name, state in states(document):
        if state["Type"] == "Task":
            yield name, state, token_of(state).removesuffix("Arn")


def token_of(state: Document) -> str:
    (name,) = tokens(str(state["Parameters"]["FunctionName"]))
    return name


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def packaged() -> Document:
    """Return the root template with what `sam package` would have uploaded, for the taking."""
    document = deepcopy(root())
    uploaded = {"Bucket": "artifacts", "Key": "code.zip"}
    document["Globals"]["Function"]["CodeUri"] = uploaded
    for properties in resources(document, "AWS::Serverless::LayerVersion").values():
        properties["ContentUri"] = dict(uploaded)
    for properties in resources(document, "AWS::Serverless::StateMachine").values():
        properties["Definition"] = definition(properties)
        del properties["DefinitionUri"]
    return document


def deployed(document: Document, **parameters: str) -> Document:
    """Return what SAM makes of a packaged template; it uses the template up."""
    with patch.dict(os.environ, {"AWS_DEFAULT_REGION": REGION}):
        return dict(transform(document, parameters, _NoManagedPolicies()))


@cache
def transformed() -> Document:
    """Return the root template as CloudFormation sees it; code and definitions are left out."""
    return deployed(packaged())
