"""`toban demo`: plays the story on a server of its own, and leaves proof of it in a folder."""

import shutil
import signal
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.commands import inputs
from infra.local.commands.apply import apply
from infra.local.commands.arguments import require_writable
from infra.local.commands.refusal import RefusalError
from infra.local.commands.system import log_to, opened
from infra.local.demo import hearing_sheet, keeping
from infra.local.demo.narration import Narrator
from infra.local.demo.server import DemonstrationServer, missing_for_real
from infra.local.demo.story import Story
from infra.local.demo.timeline import ClockPair
from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from infra.local.telephone.behaviour import acknowledges, silent
from toban.clock import system_time

_TRUSTING = {"ReferenceTargets": ""}
"""Everything is on this machine, so that no target on the internet has to prove that we can see."""

_TELEPHONES = {"+81312345678": silent(), "+819012345678": acknowledges(after=5)}
"""The first contact is asleep; the second answers, listens and presses the key."""


def run(given: Namespace) -> int:
    """Play it; return 0 only if everything happened, in the right order."""
    out = require_writable(given.out, "--out")
    real = _choose(given.servers)
    keeping.make_room(out)
    log_to(out / "toban.log")
    print("Starting the demonstration server and the local system ...", flush=True)
    with (
        _ended_by_sigterm(),
        _folder(keep=given.keep) as folder,
        DemonstrationServer(folder, real=real) as server,
        opened(
            speed=given.speed,
            mail=out / "mail",
            parameters=_TRUSTING,
            phones=PhoneBook(_TELEPHONES),
        ) as system,
    ):
        return _play(given, out, server, system)


def _play(given: Namespace, out: Path, server: DemonstrationServer, system: LocalSystem) -> int:
    pace = ClockPair(system_time(), system.clock.now(), given.speed)
    narrator = Narrator(pace)
    _watch(out, server, system)
    _introduce(narrator, given.speed, server, system)
    story = Story(system, server, narrator)
    try:
        faults = story.play()
    finally:
        keeping.keep_executions(out, system)
    for title, outage in zip(("Repaired", "Not repaired"), story.outages, strict=False):
        narrator.show(title, outage)
    keeping.keep_summary(out, _summary(given, server, story, pace, faults))
    narrator.complain(faults)
    mails = len(list((out / "mail").glob("*.eml")))
    narrator.say(f"\n{mails} mails in {out}/mail, executions and summary.json beside them.")
    narrator.say(
        "Everything happened, in the right order." if not faults else "Not everything happened."
    )
    return 1 if faults else 0


def _watch(out: Path, server: DemonstrationServer, system: LocalSystem) -> None:
    customer = hearing_sheet.CUSTOMER_ID
    for name, value in server.secrets(customer).items():
        system.put_secret(name, value)
    section = server.section(customer, "respond", server.monitors())
    sheet = hearing_sheet.write(out / "hearing-sheet.yaml", [section])
    found = inputs.read([sheet])
    apply(found.sheets, found.policy)


def _introduce(
    narrator: Narrator, speed: float, server: DemonstrationServer, system: LocalSystem
) -> None:
    kind = "real sshd, snmpd and nginx" if server.real else "embedded SSH, SNMP and web servers"
    narrator.say(
        f"Two real outages, {speed:g} times as fast as in life; "
        f"a second of real work counts as {speed:g}. Ctrl-C ends it."
    )
    narrator.say(
        f"  server   {kind} on {server.address}: SSH {server.ssh.port}, "
        f"agent {server.agent.port}, web {server.shop.port}, orders {server.orders.port}"
    )
    narrator.say(f"  AWS      {system.endpoint.url} (while this runs)")
    narrator.say("\n  wall   rule (JST)")


def _summary(
    given: Namespace, server: DemonstrationServer, story: Story, pace: ClockPair, faults: list[str]
) -> dict[str, Any]:
    names = ("repaired", "not_repaired")
    outages = zip(names, story.outages, strict=False)
    return {
        "result": "incomplete" if faults else "complete",
        "missing": faults,
        "speed": given.speed,
        "servers": "real" if server.real else "embedded",
        "outages": {name: outage.summary(pace) for name, outage in outages},
    }


def _choose(servers: str) -> bool:
    """Return whether real servers are used; raises RefusalError when they are wanted and absent."""
    missing = missing_for_real()
    if servers == "real" and missing:
        raise RefusalError(
            f"Real servers need root, sshd, snmpd and nginx, and this lacks {', '.join(missing)}: "
            "install openssh-server, snmpd and nginx and run as root, or use --servers embedded."
        )
    return servers != "embedded" and not missing


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    """Give the server's folder; it is removed at the end unless it is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="toban-demo-"))
    try:
        yield folder
    finally:
        if keep:
            print(f"The demonstration server's folder is kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the demonstration as Ctrl-C does: everything is stopped and removed."""

    def interrupt(*_: object) -> None:
        # once is enough: a second signal must not disturb the cleaning up
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {kind: signal.signal(kind, interrupt) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
