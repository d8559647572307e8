"""What the acceptance run found on the servers of a customer before their first day."""

from dataclasses import dataclass
from datetime import datetime

from toban.domain.access import Trial
from toban.domain.observation import Observation, Status


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """The agent, compared with the configuration that would be made for it: lines of snmpd.conf
    that it does not show, lines that it shows otherwise, and lines of which nothing can be told.
    """

    missing: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        """Whether nothing is known to differ."""
        return not (self.missing or self.otherwise)


@dataclass(frozen=True, slots=True)
class ServerAcceptance:
    """One server. `sees` tells whether our own side saw anything at all; `trial` is None without a
    way in, `agent` without an agent and `match` where it did not answer; `login_line` is what lets
    us in; `fault` says why the run itself failed, "" when it did not.
    """

    server_id: str
    sees: bool = False
    trial: Trial | None = None
    agent: Observation | None = None
    match: AgentMatch | None = None
    observations: tuple[Observation, ...] = ()
    login_line: str = ""
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything works: what could not be seen has not passed."""
        tried = self.trial.tried if self.trial else ()
        ways = not any(each.fault or each.unknown for each in tried)
        seen = [*self.observations, *([self.agent] if self.agent else [])]
        monitors = all(each.status is Status.UP for each in seen)
        matches = self.match is None or self.match.matches
        return self.sees and not self.fault and ways and monitors and matches


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The run over all servers, at one time (aware UTC)."""

    customer_id: str
    at: datetime
    servers: tuple[ServerAcceptance, ...]

    @property
    def passed(self) -> bool:
        """Whether every server passed."""
        return bool(self.servers) and all(each.passed for each in self.servers)
