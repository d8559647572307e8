"""`toban sheet accept`: everything that was agreed is tried once, and the sheet to sign written."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from contract.acceptance_words import told
from infra.local.commands.files import content, write
from infra.local.commands.function import ask
from infra.local.commands.next_command import next_command
from infra.local.commands.refusal import RefusalError
from toban.domain.acceptance import Acceptance
from toban.store.documents import from_document

_FAILED = "The acceptance run cannot be asked for at"
_SECONDS = 890


def accept(given: Namespace) -> int:
    """Print how contacts and servers did, and write the sheet to sign; 1 when something does not
    work, or is not known yet.
    """
    answer = _asked(given)
    if answer["mistakes"]:
        raise RefusalError("\n".join(answer["mistakes"]))
    found = from_document(answer["acceptance"], Acceptance)
    print("\n".join(told(found)))
    path = given.out or given.file.with_suffix(".accepted.html")
    write(path, answer["sign_off"])
    print(f"To sign: {path}")
    if found.waits:
        options = {"--run": given.run_key or answer["key"], "--out": given.out}
        print(f"Test calls are under way. Afterwards: {next_command('accept', given, options)}")
    return 0 if found.passed else 1


def _asked(given: Namespace) -> Mapping[str, Any]:
    event: dict[str, Any] = {"key": given.run_key}
    if not given.run_key:
        event = {"sheet_base64": content(given.file), "file": str(given.file), "call": given.call}
    return ask("run-acceptance", event, given.endpoint, _FAILED, _SECONDS)
