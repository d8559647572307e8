"""A night whose time stands still while anything is done: what happens is told to the second, in
Japan's time, as the worked timelines of the specification write it.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from contract.sheet import read_sheet
from infra.local.commands import chronicle
from infra.local.commands.apply import apply
from infra.local.demo import hearing_sheet
from infra.local.system import LocalSystem
from tests.scenarios.host import Host
from tests.scenarios.night import CUSTOMER, TARO
from toban.domain.contract import Monitor, Server
from toban.domain.policy import PORT_PROCESS, RESOURCE, Policy
from toban.domain.shards import shard_group, shard_groups

JAPAN = ZoneInfo("Asia/Tokyo")
BEGINS = datetime(2026, 11, 23, 9, 59, 30, tzinfo=JAPAN)

_TOLD = {
    "first strike": "NG 1",
    "rechecked: still_down": "NG 2",
    "rechecked: confirmed": "NG 3: confirmed",
    "rechecked: cleared": "OK again",
    "cleared by itself, nothing sent": "cleared by itself",
    f"mail alert to {TARO}": "alert mail",
    f"mail resource_alert to {TARO}": "alert mail",
    f"mail response_done to {TARO}": "response mail",
    f"mail failure_contact to {TARO}": "failure mail",
    f"mail recovery to {TARO}": "recovery mail",
    "incident closed": "closed",
}
"""What a timeline tells of, in the order in which it is told where two things happen at once."""

_KNOCK_S = 0.4  # a host that is silent keeps us waiting in real time


def name_in_first_phase(stem: str) -> str:
    """Return a server's name whose checks are those of the specification's examples: 10:00, 10:03,
    ... and, for resources, 10:00, 10:05, ...
    """
    names = (f"{stem}{number}" for number in range(1_000))
    return next(
        name
        for name in names
        if all(
            shard_group(f"{CUSTOMER}.{name}", profile) == shard_groups(profile)[0]
            for profile in (PORT_PROCESS, RESOURCE)
        )
    )


class StandingNight:
    """The system at work for servers of one customer, from 09:59:30 on."""

    def __init__(self, system: LocalSystem, folder: Path) -> None:
        self.system, self._folder = system, folder
        self._sections: list[dict[str, Any]] = []
        self._happens: list[tuple[datetime, Callable[[], Any]]] = []

    def watch(self, host: Host, plan: str, *monitors: dict[str, Any], **more: Any) -> None:
        """Let a server be part of the contract that begins with `play`."""
        for name, value in host.secrets(CUSTOMER).items():
            self.system.put_secret(name, value)
        section = host.section(CUSTOMER, plan, list(monitors)) | more
        if not host.webs:
            del section["access"]  # nobody to log in to
        self._sections.append(section)

    def at(self, time_of_day: str, happens: Callable[[], Any]) -> None:
        """Plan that something happens at HH:MM:SS."""
        self._happens.append((_moment(time_of_day), happens))

    def play(self, until: str) -> None:
        """Let the contract begin and time pass until HH:MM:SS."""
        path = self._folder / "hearing-sheet.yaml"
        sheet = read_sheet(
            hearing_sheet.write(path, self._sections, locale="en"), allow_loopback=True
        )
        apply([replace(sheet, servers=tuple(map(_knocking_shortly, sheet.servers)))], Policy())
        for moment, happens in sorted(self._happens, key=lambda each: each[0]):
            self._pass_until(moment)
            happens()
        self._pass_until(_moment(until))

    def slowly(self, seconds: float, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return a handler that takes its time before it does what `work` does."""

        def slow(event: Any, context: Any) -> Any:
            self.system.clock.wait_for(seconds, threading.Event())
            return work(event, context)

        return slow

    def story(self, server: str) -> list[str]:
        """Return what is on record of a server, as "10:03:00 NG 1"; a strike names its monitor."""
        found = [
            (entry.at, list(_TOLD).index(entry.event), _monitor(entry.owner) + _TOLD[entry.event])
            for entry in chronicle.entries()
            if entry.event in _TOLD and entry.owner.startswith(f"{CUSTOMER}.{server}.")
        ]
        return [f"{at.astimezone(JAPAN):%H:%M:%S} {what}" for at, _, what in sorted(found)]

    def incidents(self, server: str) -> list[chronicle.IncidentSummary]:
        """Return the incidents of a server, the newest last."""
        found = chronicle.incidents()
        return [each for each in found if each.incident_id.startswith(f"{CUSTOMER}.{server}.")]

    def _pass_until(self, moment: datetime) -> None:
        self.system.wait_until(lambda: False, (moment - self.system.clock.now()).total_seconds())


def _moment(time_of_day: str) -> datetime:
    hour, minute, second = map(int, time_of_day.split(":"))
    return BEGINS.replace(hour=hour, minute=minute, second=second)


def _monitor(owner: str) -> str:
    """Return "http " for the suspicion of a monitor, "" for an incident."""
    parts = owner.split(".")
    return f"{parts[2]} " if len(parts) > 3 else ""


def _knocking_shortly(server: Server) -> Server:
    return replace(server, monitors=tuple(map(_patience, server.monitors)))


def _patience(monitor: Monitor) -> Monitor:
    if monitor.check.alive is None:
        return monitor
    check = replace(monitor.check, connect_timeout_seconds=_KNOCK_S, total_timeout_seconds=2.0)
    return replace(monitor, check=check)
