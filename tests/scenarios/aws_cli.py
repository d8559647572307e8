"""`aws` for shell scripts, answered by the local system: the commands of a page run as they
stand.
"""

import json
import re
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

Shell = Callable[..., str]

_SERVICES = {"s3api": "s3"}
_AWS = """
set -euo pipefail
aws() {
  local status
  exec 3<>/dev/tcp/127.0.0.1/$ANSWERED_ON
  printf '%s\\0' "$#" "$@" >&3
  read -r status <&3
  cat <&3
  exec 3>&-
  return "$status"
}
"""


def blocks(page: Path) -> dict[str, list[str]]:
    """Return the shell commands of a page by the headings that they stand under."""
    sections = re.split(r"^#+ ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {
        each.partition("\n")[0]: re.findall(r"```sh\n(.*?)```", each, re.S) for each in sections
    }
    return {heading: commands for heading, commands in found.items() if commands}


@contextmanager
def shell(client: Callable[[str], Any]) -> Iterator[Shell]:
    """Give a function that runs a script with these settings and returns what it printed."""

    class Answering(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            arguments = [_argument(self.rfile) for _ in range(int(_argument(self.rfile)))]
            try:
                self.wfile.write(b"0\n" + _answer(client, arguments).encode())
            except (BotoCoreError, ClientError) as error:
                self.wfile.write(f"254\n{error}\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

        def run(script: str, **settings: str) -> str:
            settings["ANSWERED_ON"] = str(server.server_address[1])
            command = ["bash", "-c", _AWS + script]
            done = subprocess.run(
                command,
                env={"PATH": "/usr/bin:/bin", **settings},
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            )
            assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
            return done.stdout

        yield run
        server.shutdown()


def _argument(stream: Any) -> str:
    return b"".join(iter(lambda: stream.read(1), b"\0")).decode()


def _answer(client: Callable[[str], Any], arguments: list[str]) -> str:
    service, operation, *rest = arguments
    api = client(_SERVICES.get(service, service))
    if operation == "wait":
        waiter, *rest = rest
        shape = api.meta.service_model.operation_model("DescribeTable").input_shape
        api.get_waiter(waiter.replace("-", "_")).wait(**_given(shape, rest)[0])
        return ""
    name = operation.replace("-", "_")
    model = api.meta.service_model.operation_model(api.meta.method_to_api_mapping[name])
    given, query = _given(model.input_shape, rest)
    found = json.dumps(getattr(api, name)(**given), default=str)
    return _as_text(jmespath.search(query, json.loads(found))) if query else ""


def _given(shape: Any, words: list[str]) -> tuple[dict[str, Any], str]:
    """Read options as the command line of AWS does; the query is returned beside them."""
    known = {f"--{xform_name(name, '-')}": name for name in shape.members}
    given: dict[str, Any] = {}
    query, left = "", iter(words)
    for word in left:
        if word == "--query":
            query = next(left)
        elif word == "--output":
            assert next(left) == "text"
        elif word in known and shape.members[known[word]].type_name == "boolean":
            given[known[word]] = True
        elif word in known:
            given[known[word]] = _value(shape.members[known[word]], next(left))
        else:
            given[known[word.replace("--no-", "--", 1)]] = False
    return given, query


def _value(shape: Any, word: str) -> Any:
    if shape.type_name == "structure":
        parts = dict(each.split("=", 1) for each in word.split(","))
        return {name: _value(shape.members[name], part) for name, part in parts.items()}
    if shape.type_name == "boolean":
        return {"true": True, "false": False}[word]
    return int(word) if shape.type_name in ("integer", "long") else word


def _as_text(found: Any) -> str:
    rows = found if isinstance(found, list) else [found]
    return "".join("\t".join(row if isinstance(row, list) else [str(row)]) + "\n" for row in rows)
