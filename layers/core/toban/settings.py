"""What a function is told by its environment; the only place that reads it."""

import os


def stack() -> str:
    """Return the name of the stack, which every table's name begins with."""
    return os.environ.get("TOBAN_STACK", "toban")


def region() -> str:
    """Return the region of the function."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "ap-northeast-1"


def required(name: str) -> str:
    """Return a setting that the template must give; raises KeyError with its name when it does
    not.
    """
    return os.environ[name]


def optional(name: str) -> str:
    """Return a setting that may be left empty."""
    return os.environ.get(name, "")


def listed(name: str) -> tuple[str, ...]:
    """Return a comma separated setting, without blanks; empty when it is not given."""
    return tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())


def on_lambda() -> bool:
    """Tell whether AWS Lambda runs this process, where the loopback address is the runtime itself.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    return os.environ.get("AWS_EXECUTION_ENV", "").startswith("AWS_Lambda_")
