"""One prober per kind of check, imported when a shard first needs it: cold starts pay only for what
they use.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from toban.domain.check import Check, Kind
from toban.domain.counters import Counters
from toban.domain.observation import Observation

if TYPE_CHECKING:
    from probe.probers.sampler import Sampler


class Prober(Protocol):
    """Asks one check of one address."""

    async def __call__(self, check: Check, at: Callable[[], datetime]) -> Observation:
        """Return what was seen; never raises but for cancellation."""


class AgentProber(Protocol):
    """Asks all checks of one agent together."""

    async def __call__(
        self,
        checks: Sequence[Check],
        secret: str,
        previous: Counters | None,
        at: Callable[[], datetime],
        sampler: "Sampler | None" = None,
    ) -> tuple[list[Observation], Counters | None]:
        """Return what was seen in the order of the checks, and the new counters if any were
        sampled; an SNMP agent is asked by the sampler, too.
        """


PROBERS: dict[Kind, str] = {
    Kind.TCP: "probe.probers.tcp",
    Kind.ALIVE: "probe.probers.alive",
    Kind.HTTP: "probe.probers.http",
    Kind.AGENT: "probe.probers.agent",
    Kind.PROCESS: "probe.probers.agent",
    Kind.RESOURCE: "probe.probers.agent",
    Kind.STATE: "probe.probers.agent",
    Kind.OID: "probe.probers.agent",
    Kind.COMMAND: "probe.probers.command",
    Kind.DIALOGUE: "probe.probers.dialogue",
    Kind.MYSQL: "probe.probers.mysql",
    Kind.POSTGRESQL: "probe.probers.postgresql",
    Kind.DNS: "probe.probers.dns",
    Kind.CERTIFICATE: "probe.probers.certificate",
}
"""The module of each kind: it holds `probe`, or `probe_agent` for the kinds of AGENT_KINDS."""

AGENT_KINDS = frozenset(
    {Kind.AGENT, Kind.PROCESS, Kind.RESOURCE, Kind.STATE, Kind.OID, Kind.COMMAND}
)
"""Kinds answered by something on the server, its SNMP agent or its shell: all checks of one travel
together.
"""


def prober(kind: Kind) -> Prober:
    """Return the prober of a kind that is asked check by check."""
    found: Prober = _module(PROBERS[kind]).probe
    return found


def agent_prober(kind: Kind) -> AgentProber:
    """Return the prober of a kind that is asked together with others."""
    found: AgentProber = _module(PROBERS[kind]).probe_agent
    return found


@cache
def _module(name: str) -> Any:
    return import_module(name)
