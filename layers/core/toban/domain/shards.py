"""Which monitors are probed together: the phase of the schedule and the shard within it.

All monitors of a server that share an interval run in one phase, so that what fails together is
seen within the 30 s in which alerts join (clause N-4 (4)).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from toban.domain.check import Check, Kind
from toban.domain.contract import Monitor, Server
from toban.domain.policy import Policy, Profile

MONITORS_PER_SHARD = 400
"""Monitors of one invocation on average; 1,024 descriptors leave room for an uneven hash."""
COMMANDS_PER_SHARD = 20
"""Commands of one invocation on average; twice as many servers can be entered at once."""


def shard_groups(profile: Profile) -> tuple[str, ...]:
    """Return every phase of the schedule with the profile's interval, one a minute."""
    minutes = profile.interval_seconds // 60
    return tuple(f"every-{minutes}-min.phase-{phase}" for phase in range(minutes))


def shard_group(server_id: str, profile: Profile) -> str:
    """Return the phase that probes the server at the profile's interval: every-3-min.phase-1."""
    groups = shard_groups(profile)
    return groups[_number(f"phase {server_id}") % len(groups)]


def shard(server_id: str, group: str, shards_in_group: int) -> str:
    """Return the server's shard in its group, such as every-3-min.phase-1.shard-000."""
    return f"{group}.shard-{_number(f'shard {server_id}') % shards_in_group:03d}"


def checks_by_shard(
    servers: Iterable[Server], policy: Policy, monitors_per_shard: int = MONITORS_PER_SHARD
) -> dict[str, list[Check]]:
    """Return the checks of every shard. `servers` must be all servers of all customers.

    Every group has at least its first shard, empty if need be: what is stored under it is then
    replaced also when the last server of a group is gone.
    """
    monitors, logins = _monitors_by_group(servers, policy)
    checks: dict[str, list[Check]] = {}
    for group in sorted(monitors):
        shards = max(1, -(-len(monitors[group]) // monitors_per_shard))
        checks[f"{group}.shard-000"] = []
        for monitor in monitors[group]:
            name = shard(monitor.check.server_id, group, shards)
            checks.setdefault(name, []).append(monitor.check)
        for name, commands in _commands_by_shard(group, logins[group]).items():
            checks[name] = commands
    return checks


def _commands_by_shard(group: str, monitors: Sequence[Monitor]) -> dict[str, list[Check]]:
    """Commands have shards of their own: a server that is slow to let us in keeps nobody
    waiting (decision 0093).
    """
    shards = -(-len(monitors) // COMMANDS_PER_SHARD)
    found: dict[str, list[Check]] = defaultdict(list)
    for monitor in monitors:
        number = _number(f"commands {monitor.check.server_id}") % shards
        found[f"{group}.commands-{number:03d}"].append(monitor.check)
    return found


_Groups = dict[str, list[Monitor]]


def _monitors_by_group(servers: Iterable[Server], policy: Policy) -> tuple[_Groups, _Groups]:
    """Return the monitors of every group, those that are commands apart."""
    profiles = (policy.port_process, policy.resource)
    groups = [group for profile in profiles for group in shard_groups(profile)]
    asked: _Groups = {group: [] for group in groups}
    logins: _Groups = {group: [] for group in groups}
    for server in servers:
        for monitor in server.monitors:
            if monitor.leaving:
                continue
            group = shard_group(server.server_id, monitor.profile(policy))
            (logins if monitor.check.kind is Kind.COMMAND else asked)[group].append(monitor)
    return asked, logins


def _number(text: str) -> int:
    """Return the same number for the same text on every machine, unlike hash()."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
