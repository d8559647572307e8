"""`toban up`: the whole system in this process, until it is told to stop."""

import signal
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.commands import inputs
from infra.local.commands.apply import apply, unstored
from infra.local.commands.arguments import require_writable
from infra.local.commands.chronicle import Feed
from infra.local.commands.inputs import Inputs
from infra.local.commands.sheet import described
from infra.local.commands.system import log_to, opened
from infra.local.commands.telling import told
from infra.local.system import LocalSystem
from toban.store import contracts, revisions

MAILS = Path("out/mail")
_CREDENTIALS = "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"
_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0
_SHARE_OF_TIME = 5
"""Reading all records takes longer the more there are; it may take one part in so many."""


def run(given: Namespace) -> int:
    """Watch until Ctrl-C or SIGTERM; raises RefusalError before anything is started."""
    found = inputs.read(given.sheet, given.policy, given.phones, given.engineers)
    if given.state:
        require_writable(given.state, "--state")
    mails = None if given.smtp else require_writable(given.mail_dir or MAILS, "--mail-dir")
    log_to(given.state / "toban.log" if given.state else None)
    with (
        until_told_to_stop() as stop,
        opened(**_settings(given, mails), phones=found.phones) as system,
    ):
        apply(found.sheets, found.policy)
        if found.engineers:
            contracts.save_engineers(found.engineers)
        say("\n".join(_introduction(system, found, given, mails)))
        say("\n".join(_what_is_not_stored(system, found)) + "Ctrl-C ends it.")
        tell_news(Feed(since=system.clock.origin), stop)
    say("Stopped.")
    return 0


def _settings(given: Namespace, mails: Path | None) -> dict[str, Any]:
    settings = {name: getattr(given, name) for name in ("speed", "aws_port", "state", "smtp")}
    wanted = {
        "SenderAddress": given.sender,
        "OperatorAddress": given.operator,
        "ReferenceTargets": ",".join(f"{host}:{port}" for host, port in given.reference or ()),
    }
    parameters = {name: value for name, value in wanted.items() if value}
    return {**settings, "mail": mails, "parameters": parameters}


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def tell_news(news: Feed, stop: threading.Event) -> None:
    """Print a line for everything that happens, until `stop` and up to it."""
    pause = _PAUSE_S
    while True:
        stopped = stop.wait(pause)
        began = time.monotonic()
        for entry in news.unheard():
            say(told(entry))
        if stopped:
            return
        spent = time.monotonic() - began
        pause = min(max(_PAUSE_S, spent * _SHARE_OF_TIME), _LONGEST_PAUSE_S)


@contextmanager
def until_told_to_stop() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set, instead of ending the process in the middle."""
    stop = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    handle: Callable[[int, Any], None] = lambda *_: stop.set()  # noqa: E731
    before = {kind: signal.signal(kind, handle) for kind in kinds}
    try:
        yield stop
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _introduction(
    system: LocalSystem, found: Inputs, given: Namespace, mails: Path | None
) -> list[str]:
    lines = [line for sheet in found.sheets for line in described(sheet)]
    where = f"to {given.smtp[0]}:{given.smtp[1]}" if mails is None else f"in {mails}/*.eml"
    state = f"kept in {given.state}" if given.state else "forgotten at the end (no --state)"
    pace = "as fast as the wall clock" if given.speed == 1 else f"{given.speed:g} times as fast"
    url, machine = system.endpoint.url, system.resource("IncidentMachine")
    return [
        "Watching:" if lines else _without_a_sheet(),
        *lines,
        f"Mails: {where}. State: {state}. Rule time passes {pace}; times below are rule time, UTC.",
        f"AWS endpoint: {url} (any AWS client, any credentials). In another terminal, for example:",
        f"  toban incident list --endpoint {url}",
        f"  export AWS_DEFAULT_REGION={system.region} {_CREDENTIALS}",
        f"  aws --endpoint-url {url} stepfunctions list-executions --state-machine-arn {machine}",
    ]


def _without_a_sheet() -> str:
    """Say what goes on from an earlier time, for nothing has been given to begin with."""
    servers = revisions.servers_in_force()
    if servers:
        return f"Watching what is in force: {', '.join(servers)}"
    return "Nothing is watched: give --sheet FILE (see toban up --help)."


def _what_is_not_stored(system: LocalSystem, found: Inputs) -> list[str]:
    """Return how to store the secrets that the sheets name and nobody has given yet."""
    names = unstored([server for sheet in found.sheets for server in sheet.servers])
    if not names:
        return []
    put = f"aws --endpoint-url {system.endpoint.url} ssm put-parameter --type SecureString"
    return [
        "Nobody has stored these secrets, so that their servers cannot be entered or asked:",
        *(f"  {name}" for name in names),
        f"Store each there with: {put} --name NAME --value file://FILE",
        "",
    ]
