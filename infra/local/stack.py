"""The repository's own template.yaml, through the SAM translator, into moto's CloudFormation."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.public.exceptions import InvalidDocumentException  # type: ignore[import-untyped]
from samtranslator.translator.transform import transform  # type: ignore[import-untyped]
from samtranslator.yaml_helper import (  # type: ignore[import-untyped]
    intrinsics_multi_constructor,
)

from infra.local.resource_types import unknown_types

_ARTIFACTS = "toban-local-artifacts"
_EMPTY_ZIP = b"PK\x05\x06" + b"\0" * 18
_CODE = {"Bucket": _ARTIFACTS, "Key": "code.zip"}
_STACKS = {"AWS::Serverless::Application": "Location", "AWS::CloudFormation::Stack": "TemplateURL"}

_NESTED_OUTPUT = re.compile(r"\$\{(\w+)\.Outputs\.(\w+)\}")

Template = dict[str, Any]


class TemplateError(RuntimeError):
    """The template cannot run on one machine; the message says where and why."""


@dataclass(frozen=True)
class Source:
    """A template read from its file: transformed, with its code roots and its nested templates."""

    document: Template
    code_roots: tuple[Path, ...]
    nested: dict[str, Path]


class _Loader(yaml.CSafeLoader):
    """libyaml with CloudFormation's tags: the loader in Python takes seconds for our templates."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def _yaml(path: Path) -> Any:
    return deepcopy(_document(path.read_bytes()))


@lru_cache(64)
def _document(text: bytes) -> Any:
    """Parsed once for all systems of a process, whoever changes it changes a copy."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader


class _NoManagedPolicies:
    """The translator asks for AWS's managed policies by name; here no policy is ever evaluated."""

    def load(self) -> dict[str, str]:
        return {}


def read(path: Path) -> Source:
    """Read and transform the template; raises TemplateError with what is wrong in it."""
    if not path.is_file():
        raise TemplateError(
            f"There is no template at {path}: run the command in the repository's folder."
        )
    document = _yaml(path)
    code_roots: list[Path] = []
    nested: dict[str, Path] = {}
    common = document.get("Globals", {}).get("Function", {})
    if "CodeUri" in common:
        code_roots.append(path.parent / common.pop("CodeUri"))
        common["CodeUri"] = dict(_CODE)
    for logical_id, resource in document["Resources"].items():
        _localise(logical_id, resource, path.parent, code_roots, nested)
    try:
        transformed = _transformed(json.dumps(document, default=str))
    except InvalidDocumentException as error:
        raise TemplateError(f"{path}: {error.message}: {error.causes}") from error
    source = Source(_spell_out(json.loads(transformed)), tuple(dict.fromkeys(code_roots)), nested)
    if unknown := unknown_types(resource_types(source)):
        raise TemplateError(
            f"{path}: infra/local/resource_types.py does not know {', '.join(unknown)}."
        )
    return source


@lru_cache(8)
def _transformed(document: str) -> str:
    """The translator needs half a second for our template, once for all systems of a process."""
    return json.dumps(transform(json.loads(document), {}, _NoManagedPolicies()), default=str)


def resource_types(source: Source) -> Iterator[str]:
    """Yield the type of every resource of the template and its nested templates."""
    documents = [
        source.document,
        *(_yaml(path) for path in source.nested.values()),
    ]
    for document in documents:
        for resource in document["Resources"].values():
            yield resource["Type"]


def _spell_out(part: Any) -> Any:
    """Write ${Stack.Outputs.Name} as a variable of its Sub: moto loses the second dot."""
    if isinstance(part, list):
        return [_spell_out(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "Fn::Sub" not in part:
        return {key: _spell_out(value) for key, value in part.items()}
    text, variables = part["Fn::Sub"], {}
    if isinstance(text, list):
        text, variables = text
    for stack_name, output in _NESTED_OUTPUT.findall(text):
        variable = f"{stack_name}Outputs{output}"
        text = text.replace(f"${{{stack_name}.Outputs.{output}}}", f"${{{variable}}}")
        variables = {**variables, variable: {"Fn::GetAtt": [stack_name, f"Outputs.{output}"]}}
    return {"Fn::Sub": [text, variables] if variables else text}


def _localise(
    logical_id: str,
    resource: Template,
    folder: Path,
    code_roots: list[Path],
    nested: dict[str, Path],
) -> None:
    """Replace what `sam package` would upload: code, definitions, nested templates."""
    kind, properties = resource["Type"], resource.setdefault("Properties", {})
    if kind == "AWS::Serverless::Function" and "CodeUri" in properties:
        code_roots.append(folder / properties["CodeUri"])
        properties["CodeUri"] = dict(_CODE)
    elif kind == "AWS::Serverless::LayerVersion":
        code_roots.append(folder / properties["ContentUri"])
        properties["ContentUri"] = dict(_CODE)
    elif kind == "AWS::Serverless::StateMachine" and "DefinitionUri" in properties:
        properties["Definition"] = _yaml(folder / properties.pop("DefinitionUri"))
    elif kind in _STACKS:
        name = _STACKS[kind]
        nested[logical_id] = folder / properties[name]
        properties[name] = f"https://s3.amazonaws.com/{_ARTIFACTS}/{logical_id}.json"


def deploy(
    source: Source, stack_name: str, region: str, parameters: dict[str, str]
) -> dict[str, str]:
    """Create the stack; returns all physical ids, those of nested stacks as "Stack.Resource"."""
    _check_parameters(source, parameters)
    _upload(source, region)
    client = boto3.client("cloudformation")
    client.create_stack(
        StackName=stack_name,
        TemplateBody=json.dumps(source.document, default=str),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    )
    found = _resources(client, stack_name)
    for logical_id in source.nested:
        inner = _resources(client, found[logical_id]) if logical_id in found else {}
        found |= {f"{logical_id}.{name}": physical_id for name, physical_id in inner.items()}
    return found


def use_code(source: Source) -> None:
    """Make the functions' code and the layers' importable, as Lambda's own import path does."""
    for root in source.code_roots:
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))


def environment(functions: list[Any]) -> dict[str, str]:
    """Return the one environment of all functions; raises TemplateError when two of them differ
    about it.
    """
    merged: dict[str, tuple[str, str]] = {}
    for function in functions:
        for name, value in (function.environment_vars or {}).items():
            known = merged.setdefault(name, (str(value), function.function_name))
            if known[0] != str(value):
                raise TemplateError(
                    f"{known[1]} and {function.function_name} want different values of {name}: "
                    "on one machine all functions share one environment, so set it in Globals."
                )
    return {name: value for name, (value, _) in merged.items()}


def _check_parameters(source: Source, parameters: dict[str, str]) -> None:
    declared = source.document.get("Parameters", {})
    if unknown := sorted(set(parameters) - set(declared)):
        raise TemplateError(f"The template has no parameter {', '.join(unknown)}.")
    needed = {name for name, entry in declared.items() if "Default" not in entry}
    if missing := sorted(needed - set(parameters)):
        raise TemplateError(f"The template needs a value for its parameter {', '.join(missing)}.")


def _upload(source: Source, region: str) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket=_ARTIFACTS,
        CreateBucketConfiguration={"LocationConstraint": region},  # type: ignore[typeddict-item]
    )
    s3.put_object(Bucket=_ARTIFACTS, Key=_CODE["Key"], Body=_EMPTY_ZIP)
    for logical_id, path in source.nested.items():
        body = json.dumps(_yaml(path), default=str)
        s3.put_object(Bucket=_ARTIFACTS, Key=f"{logical_id}.json", Body=body.encode())


def _resources(client: Any, stack_name: str) -> dict[str, str]:
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    return {
        entry["LogicalResourceId"]: entry["PhysicalResourceId"]
        for page in pages
        for entry in page["StackResourceSummaries"]
        if entry.get("PhysicalResourceId")
    }


logging.getLogger("samtranslator").setLevel(logging.WARNING)
