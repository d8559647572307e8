"""What the code of each function asks of AWS, read from the code itself.

Two steps: what every function of toban.store does (which call on which table), then which of them
an entry point can come to. A call that cannot be placed raises, so that nothing is overlooked.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.template.documents import ROOT
from toban.settings import stack
from toban.store import tables

STORE = ROOT / "layers" / "core" / "toban" / "store"
MODEL_CALLS = {
    "get": "GetItem",
    "refresh": "GetItem",
    "save": "PutItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "query": "Query",
}
CLIENT_CALLS = {
    "put_object": {"s3:PutObject evidence"},
    # S3 tells "no such key" only to who may list the bucket; others are answered "access denied"
    "get_object": {"s3:GetObject evidence", "s3:ListBucket evidence"},
    "send_email": {"ses:SendEmail mail", "ses:SendRawEmail mail"},
    "start_outbound_voice_contact": {"connect:StartOutboundVoiceContact instance"},
    "describe_contact": {"connect:DescribeContact calls"},
    "stop_contact": {"connect:StopContact calls"},
    "put_parameter": {"ssm:PutParameter links"},
}
INTAKE_CALLS = {
    "put_object": {"s3:PutObject intake/result"},
    "get_object": {"s3:GetObject intake", "s3:ListBucket intake/list"},
}
"""What the same calls ask of the other bucket."""
SECRET_CALLS = {
    "secrets.secret": {"ssm:GetParameter secrets"},
    "secrets.read_ahead": {"ssm:GetParameters secrets"},
    "secrets.delete_secrets": {"ssm:GetParametersByPath secrets", "ssm:DeleteParameters secrets"},
}
AUTHORITY_CALLS = {
    "certify": {"kms:Sign authority", "kms:GetPublicKey authority"},
    "trusted_line": {"kms:GetPublicKey authority"},
}
MODELS = {model.__name__: model for model in tables.MODELS}

Needs = set[str]


class UnplacedCallError(Exception):
    """A call that looks like one on a table, but on which table cannot be told."""


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def defined(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def table_of(model: str) -> str:
    meta = MODELS[model].Meta
    return str(meta.table_name).removeprefix(f"{stack()}-")


@cache
def store() -> dict[str, ast.FunctionDef]:
    """Return every function of the store as "module.function"."""
    return {
        f"{path.stem}.{name}": node
        for path in STORE.glob("*.py")
        if path.stem not in {"tables", "documents"}
        for name, node in defined(parse(path)).items()
    }


@cache
def needs_of_store(name: str) -> frozenset[str]:
    """Return what the store's function "module.function" and all that it calls ask of AWS."""
    module, _, _ = name.partition(".")
    node = store()[name]
    found: Needs = set()
    for call in calls(node):
        if other := store_function(call.func, module):
            found |= needs_of_store(other)
        else:
            found |= needs_of_call(call, node, module)
    return frozenset(found)


def store_function(func: ast.expr, module: str) -> str | None:
    """Return "module.function" where the expression names a function of the store."""
    written = ast.unparse(func)
    return next((each for each in (written, f"{module}.{written}") if each in store()), None)


def needs_of_call(call: ast.Call, within: ast.FunctionDef, module: str) -> Needs:
    if not isinstance(call.func, ast.Attribute):
        # the one secret that the store itself asks for
        return {"ssm:GetParameter links"} if ast.unparse(call.func) == "secret" else set()
    method, receiver = call.func.attr, call.func.value
    if method in CLIENT_CALLS:
        return (INTAKE_CALLS if "INTAKE_BUCKET" in ast.unparse(call) else CLIENT_CALLS)[method]
    if ast.unparse(receiver) == "transaction":
        action = {"save": "PutItem", "condition_check": "ConditionCheckItem"}[method]
        return {f"dynamodb:{action} {table_of(placed(call.args[0], within, module))}"}
    if method not in MODEL_CALLS or "attribute_values" in ast.unparse(receiver):
        return set()
    if ast.unparse(receiver).endswith(".by_shard"):
        model = ast.unparse(receiver).removesuffix(".by_shard")
        return {f"dynamodb:{MODEL_CALLS[method]} {table_of(model)}/by_shard"}
    return {f"dynamodb:{MODEL_CALLS[method]} {table_of(placed(receiver, within, module))}"}


def placed(value: ast.expr, within: ast.FunctionDef, module: str) -> str:
    """Return the name of the model that the expression is, or is an item of."""
    if isinstance(value, ast.Name) and value.id not in MODELS:
        value = assigned(value.id, within) or value
    if isinstance(value, ast.Call):
        function = store_function(value.func, module)
        value = (store()[function].returns or value) if function else value.func
    name = ast.unparse(value)
    if name not in MODELS:
        raise UnplacedCallError(f"{module}.{within.name}: {name}")
    return name


def assigned(name: str, within: ast.FunctionDef) -> ast.expr | None:
    for node in ast.walk(within):
        if isinstance(node, ast.Assign) and any(ast.unparse(each) == name for each in node.targets):
            return node.value
    return None


def modules_of(handler: str) -> set[Path]:
    """Return the files of the duty that the entry point can come to, its own included."""
    duty, module, _ = handler.split(".")
    folder = ROOT / "functions" / duty
    seen: set[Path] = set()
    ahead = [folder / f"{module}.py"]
    while ahead:
        path = ahead.pop()
        if path.is_file() and path not in seen:
            seen.add(path)
            ahead += [folder.parent / each for each in own_imports(parse(path), duty)]
    return seen


def own_imports(tree: ast.Module, duty: str) -> Iterator[str]:
    """Yield the files that the module may import from its own duty."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == duty:
            module = str(node.module).replace(".", "/")
            yield f"{module}.py"
            yield f"{module}/__init__.py"
            yield from (f"{module}/{each.name}.py" for each in node.names)
        if isinstance(node, ast.Constant) and str(node.value).startswith(f"{duty}."):
            yield f"{str(node.value).replace('.', '/')}.py"  # imported by its name when needed


def needs_of(handler: str) -> Needs:
    """Return what the function with this Handler asks of AWS, e.g. "dynamodb:GetItem states"."""
    return {need for path in modules_of(handler) for need in needs_of_module(parse(path))}


def needs_of_module(tree: ast.Module) -> Iterator[str]:
    for each in imported(tree, "toban.secrets"):
        yield from SECRET_CALLS[each]
    for each in imported(tree, "toban.store."):
        yield from needs_of_store(each) if each in store() else ()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "authority":
            yield from AUTHORITY_CALLS[node.attr]
        if isinstance(node, ast.Attribute) and ast.unparse(node) in store():
            yield from needs_of_store(ast.unparse(node))
        if isinstance(node, ast.Call):
            yield from needs_of_execution(node)
            if isinstance(node.func, ast.Attribute):
                yield from CLIENT_CALLS.get(node.func.attr, ())


def imported(tree: ast.Module, module: str) -> Iterator[str]:
    """Yield "module.name" for every name that is imported from the modules that begin so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(module):
            yield from (f"{str(node.module).rpartition('.')[2]}.{each.name}" for each in node.names)


def needs_of_execution(call: ast.Call) -> Iterator[str]:
    """Yield what toban.executions asks of AWS for its caller."""
    match ast.unparse(call.func):
        case "complete":
            yield "states:SendTaskSuccess tasks"
        case "start":
            yield f"states:StartExecution {setting(call)}"
        case "invoke_later" | "ask_function":
            yield f"lambda:InvokeFunction {setting(call)}"


def setting(call: ast.Call) -> str:
    inner = call.args[0]
    if isinstance(inner, ast.Call) and isinstance(inner.args[0], ast.Constant):
        return str(inner.args[0].value)
    raise UnplacedCallError(ast.unparse(call))
