"""Probe the monitors of a maintenance window when it is over: what still fails is at strike 1
(C-5).
"""

from collections.abc import Sequence
from typing import Any

from probe.announced import watched
from probe.follow_up import FollowUp
from probe.questions import ask
from toban import clock
from toban.domain.contract import Monitor, Server
from toban.domain.maintenance import Window, WindowState
from toban.domain.observation import Observation, Status
from toban.domain.policy import Policy
from toban.domain.shards import shard_group
from toban.domain.transition import Move, decide
from toban.executions import complete
from toban.store import contracts, deferrals, maintenance, record, shards, states

OVER = "maintenance over"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"window_id"}; return {"failing": [monitor id, ...]}.

    A monitor that another window covers is left to the end of that one; a window that never began
    has withheld nothing. Only failures are followed up: all else is for the ordinary rounds. What
    waited for the end, an incident from before the window, looks again.
    """
    window = maintenance.get(event["window_id"])
    if window is None or window.state(clock.now()) is WindowState.CANCELLED:
        return {"failing": []}
    server = contracts.server(window.server_id)
    failing = [seen for seen in _ask(server, window) if seen.status is Status.DOWN]
    for seen in failing:
        _follow_up(server, server.monitor(seen.monitor_id), seen)
    found = {"failing": [seen.monitor_id for seen in failing]}
    record.append(window.window_id, "ended", clock.now(), OVER, found)
    deferrals.look_again(server.server_id, lambda token: complete(token, {"looked": True}))
    return found


def _ask(server: Server, window: Window) -> Sequence[Observation]:
    concerned = [each.monitor_id for each in server.monitors if window.concerns(each.monitor_id)]
    wanted = watched(server.server_id, concerned, clock.now())
    return ask(server.server_id, wanted) if wanted else ()


def _follow_up(server: Server, monitor: Monitor, seen: Observation) -> None:
    policy = contracts.policy()
    profile = monitor.profile(policy)
    shard = _shard_of(server, monitor, policy)
    if not shard:
        return
    state = states.get(monitor.monitor_id)
    move = decide(state, seen, profile.strikes_to_confirm)
    if move is not Move.NOTHING:
        follow_up = FollowUp(shard, seen.observed_at.replace(microsecond=0), policy)
        follow_up.do(move, seen, state, profile)
        follow_up.finish()


def _shard_of(server: Server, monitor: Monitor, policy: Policy) -> str:
    """Return the shard whose rounds probe the monitor: there its recovery will be seen; "" for
    none.
    """
    group = shard_group(server.server_id, monitor.profile(policy))
    for name in shards.names(group):
        if any(check.monitor_id == monitor.monitor_id for check in shards.checks(name)):
            return name
    return ""
