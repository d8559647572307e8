"""The questions of a server's monitors, asked again outside the regular round."""

from collections.abc import Sequence

from probe.shard import observe_all
from probe.vantage import references_answer
from toban import clock
from toban.domain.observation import Observation
from toban.domain.vantage import judge
from toban.secrets import secret
from toban.settings import listed
from toban.store import contracts


def ask(server_id: str, monitor_ids: Sequence[str]) -> tuple[Observation, ...]:
    """Probe the monitors of one server now; a monitor that no longer exists is left out."""
    server = contracts.server(server_id)
    wanted = set(monitor_ids)
    checks = [each.check for each in server.monitors if each.monitor_id in wanted]
    seen = observe_all(checks, {}, secret, clock.now).observations
    return judge(seen, lambda: references_answer(listed("REFERENCE_TARGETS")))
