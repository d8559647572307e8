"""Looks around on a server before the alert mail (clause N-4 (5)). Reads only, never raises."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from respond.login import ShellError
from respond.output import clip
from respond.shell import LOGIN_SECONDS, Shell, enter, wrap
from respond.target import locate
from toban.catalogue.diagnostics import Inspection, inspections, sets_for
from toban.domain.classification import classify
from toban.domain.contract import Monitor, Server
from toban.domain.repair import SKIPPED, Diagnostics, Finding
from toban.domain.runbook import EntryFailure

TOTAL_LIMIT = 64 * 1024
"""Bytes of output kept of one server (catalogue 4)."""

_ROUNDS_ONE_BY_ONE = 3
_CHANNELS = 4
"""Commands at a time: sshd allows ten (MaxSessions), and a sick server should not feel us."""

_GRACE_SECONDS = 2.0
"""What a command may take longer than its own `timeout` on the server."""

_SHARE_FOR_UNITS = 0.25
"""Part of the cap for finding the failing units; a server that hangs must leave time to look."""


@dataclass(frozen=True, slots=True)
class _Look:
    inspection: Inspection
    variables: dict[str, str]


def collect(
    server: Server,
    monitors: Sequence[Monitor],
    secret: Callable[[str], str],
    cap_seconds: float,
    now: Callable[[], datetime],
) -> Diagnostics:
    """Enter the server and look, all within `cap_seconds` of real time.

    Whatever goes wrong is told in the result: `failure` when the server was not entered, a finding
    named "skipped" for what there was no time for or what broke off.
    """
    started_at, deadline = now(), time.monotonic() + cap_seconds
    findings: list[Finding] = []
    failure: ShellError | None = None
    try:
        with enter(server, secret, min(LOGIN_SECONDS, cap_seconds)) as shell:
            quick = shell.until(time.monotonic() + cap_seconds * _SHARE_FOR_UNITS)
            findings = examine(shell, _looks(quick, monitors), deadline)
            findings = [*_classified(monitors, findings), *findings]
    except ShellError as error:
        failure = error
    return Diagnostics(
        started_at=started_at,
        finished_at=now(),
        findings=tuple(findings),
        failure=_told(failure) if failure else "",
        host_key_changed=bool(failure and failure.failure is EntryFailure.HOST_KEY_CHANGED),
    )


def _classified(monitors: Sequence[Monitor], findings: Sequence[Finding]) -> list[Finding]:
    """Return, for a resource, the likely cause as a finding of its own (catalogue 5.8)."""
    if not any(monitor.check.resource for monitor in monitors):
        return []
    causes = classify({finding.name: finding.output for finding in findings})
    return [Finding("classification", "", "\n".join(causes), exit_status=0)] if causes else []


def _told(error: ShellError) -> str:
    no_access = error.failure is EntryFailure.NO_ACCESS
    return str(error.failure if no_access else error)


def examine_set(
    shell: Shell, name: str, variables: dict[str, str], seconds: float
) -> list[Finding]:
    """Run one set of inspections, e.g. "unit", with the variables that its commands refer to."""
    looks = [_Look(inspection, variables) for inspection in inspections()[name]]
    return examine(shell, looks, time.monotonic() + seconds)


def _looks(shell: Shell, monitors: Iterable[Monitor]) -> list[_Look]:
    """Return what is to be looked at: what the failing monitors ask for first, then the base."""
    found: list[_Look] = []
    for name, monitor in sets_for(monitors):
        variables = _variables(shell, name, monitor)
        found += [_Look(inspection, variables) for inspection in inspections()[name] if variables]
    plain = {"SUDO": shell.sudo.strip()}
    return found + [_Look(inspection, plain) for inspection in inspections()["base"]]


def _variables(shell: Shell, name: str, monitor: Monitor) -> dict[str, str]:
    """Return what the set's commands refer to; empty for a unit that is not found on the server."""
    if name == "unit":
        with suppress(ShellError):
            target = locate(shell, monitor)
            return target.variables(shell.sudo) if target else {}
        return {}
    mount = monitor.check.resource.subject if monitor.check.resource else ""
    return {"SUDO": shell.sudo.strip(), "MOUNT": mount or "/"}


def examine(shell: Shell, looks: Sequence[_Look], deadline: float) -> list[Finding]:
    """Look at everything, several at a time, until the deadline (of time.monotonic)."""
    with ThreadPoolExecutor(_CHANNELS) as pool:
        results = list(pool.map(lambda look: _try(shell, look, deadline), looks))
    # a server may allow fewer channels at a time than we open, and free each only after a moment:
    # what it refused is asked one by one
    for _ in range(_ROUNDS_ONE_BY_ONE):
        for number, look in enumerate(looks):
            if results[number] is EntryFailure.CHANNEL_REFUSED:
                results[number] = _try(shell, look, deadline)
    findings = [result for result in results if isinstance(result, Finding)]
    missed = [
        look.inspection.id
        for look, result in zip(looks, results, strict=True)
        if not isinstance(result, Finding)
    ]
    return _within(TOTAL_LIMIT, findings) + _skipped(missed)


def _try(shell: Shell, look: _Look, deadline: float) -> Finding | EntryFailure:
    inspection = look.inspection
    left = deadline - time.monotonic()
    if left <= 0:
        return EntryFailure.TIMEOUT
    command = wrap(inspection.run, look.variables, inspection.timeout, gentle=True)
    try:
        result = shell.run(
            command, min(left, inspection.timeout + _GRACE_SECONDS), inspection.limit
        )
    except ShellError as error:
        return error.failure
    return Finding(
        name=inspection.id,
        command=_shown(inspection, look.variables),
        output=result.output,
        exit_status=result.exit_status,
        truncated=result.truncated,
    )


def _shown(inspection: Inspection, variables: dict[str, str]) -> str:
    """Return the command as a person would type it."""
    text = inspection.show or inspection.run
    if not variables["SUDO"]:
        text = text.replace("$SUDO ", "")
    for name, value in variables.items():
        text = text.replace(f'"${name}"', value).replace(f"${name}", value)
    return clip(text, 300)


def _within(limit: int, findings: Iterable[Finding]) -> list[Finding]:
    kept = []
    for finding in findings:
        output = clip(finding.output, limit)
        limit -= len(output.encode())
        cut = len(output) < len(finding.output)
        kept.append(replace(finding, output=output, truncated=True) if cut else finding)
    return kept


def _skipped(missed: Sequence[str]) -> list[Finding]:
    """Name what there was no time for, or what the connection broke off: who reads it says so."""
    if not missed:
        return []
    return [Finding(SKIPPED, "", "\n".join(missed), exit_status=None, truncated=True)]
