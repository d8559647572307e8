"""All checks that one server's SNMP agent answers: asked together, in as few requests as they
allow.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from probe.probers.facts import AgentFacts, Measure, Need
from probe.probers.process import measure_process
from probe.probers.resource import HOST_UPTIME, SYS_UPTIME, Samples, measure_resource, uptime
from probe.probers.result import ProbeError, ProbeResult, observation, result_of
from probe.probers.snmp import AgentSession, open_session, within
from toban.domain.check import Agent, Check, Kind
from toban.domain.counters import Counters
from toban.domain.observation import UNKNOWN_REASONS, Observation, Reason

if TYPE_CHECKING:
    from probe.probers.sampler import Sampler

_UPTIMES = Need(oids=(HOST_UPTIME, SYS_UPTIME))


async def probe_agent(
    checks: Sequence[Check],
    secret: str,
    previous: Counters | None,
    at: Callable[[], datetime],
    sampler: "Sampler | None" = None,
) -> tuple[list[Observation], Counters | None]:
    """Ask all checks of one agent and return their observations in order, and new counters if any
    were read.

    `secret` is the community or the v3 user (see Agent); `sampler` takes a sample for the graphs at
    the end. Never raises but for cancellation.
    """
    interview = _Interview(checks, Samples(previous), sampler)
    try:
        agent = _agent_of(checks)
        seconds = max([check.total_timeout_seconds for check in checks])
        await within(seconds, agent, interview.hold(agent, secret, seconds))
    except Exception as error:  # whatever goes wrong in a probe is an observation
        interview.break_off(result_of(error))
    return interview.observations(at()), interview.samples.counters(at())


def _agent_of(checks: Sequence[Check]) -> Agent:
    agent = checks[0].agent
    if agent is None:
        raise ProbeError(Reason.PROBER_FAULT, "the checks name no agent")
    return agent


@dataclass(slots=True)
class _Interview:
    """The measures of all checks, advanced in step; each ends in a result, alone or with the
    conversation.
    """

    checks: Sequence[Check]
    samples: Samples
    sampler: "Sampler | None" = None
    facts: AgentFacts = field(default_factory=AgentFacts)
    results: dict[int, ProbeResult] = field(default_factory=dict)

    async def hold(self, agent: Agent, secret: str, seconds: float) -> None:
        """Ask round by round until every measure has its result.

        What needs no table is judged first: a table that fails must not hide that the agent lives.
        """
        with await open_session(agent, secret, seconds) as session:
            await self._ask(session)
            if self.sampler:
                await self.sampler.ask(session, self.facts, self.samples)

    async def _ask(self, session: AgentSession) -> None:
        measures = {i: _measure(c, self.facts, self.samples) for i, c in enumerate(self.checks)}
        needs = self._advanced(measures, measures)
        while needs:
            await self._fetch_objects(session, needs)
            tables = {i: need for i, need in needs.items() if need.columns}
            direct = [i for i in needs if i not in tables] if tables else needs
            onward = self._advanced(measures, direct)
            if tables:
                await self._fetch_columns(session, tables)
                onward |= self._advanced(measures, tables)
            needs = onward

    def break_off(self, result: ProbeResult) -> None:
        """Give every measure without a result the one that ended the conversation."""
        for index, check in enumerate(self.checks):
            self.results.setdefault(index, _as_seen_by(check.kind, result))

    def observations(self, observed_at: datetime) -> list[Observation]:
        """Return the observations in the order of the checks."""
        return [
            observation(check, observed_at, self.results[index])
            for index, check in enumerate(self.checks)
        ]

    def _advanced(self, measures: Mapping[int, Measure], which: Iterable[int]) -> dict[int, Need]:
        """Advance these measures; return what those without a result need next."""
        needs: dict[int, Need] = {}
        for index in which:
            try:
                needs[index] = next(measures[index])
            except StopIteration as ended:
                self.results[index] = ended.value
            except Exception as error:
                self.results[index] = result_of(error)
        return needs

    async def _fetch_objects(self, session: AgentSession, needs: Mapping[int, Need]) -> None:
        wanted = dict.fromkeys(chain.from_iterable([need.oids for need in needs.values()]))
        known = self.facts.values
        missing = [oid for oid in wanted if oid not in known] if known else [*wanted]
        known.update(await session.get(missing))

    async def _fetch_columns(self, session: AgentSession, needs: Mapping[int, Need]) -> None:
        wanted = dict.fromkeys(column for need in needs.values() for column in need.columns)
        for column in wanted:
            if column not in self.facts.columns:
                self.facts.columns[column] = dict(await session.column(column))


def _measure(check: Check, facts: AgentFacts, samples: Samples) -> Measure:
    if check.kind is Kind.AGENT:
        return _alive(facts)
    if check.process is not None:
        return measure_process(check.process, facts)
    if check.resource is not None:
        return measure_resource(check.resource, facts, samples)
    if check.oid is not None:
        from probe.probers.object import measure_object  # few shards ask for one

        return measure_object(check.oid, facts, samples)
    raise ProbeError(Reason.PROBER_FAULT, "the check holds no question")


def _alive(facts: AgentFacts) -> Measure:
    yield _UPTIMES
    since = uptime(facts)
    words = "answers" if since is None else f"answers; up {since // 360_000} h"
    return ProbeResult(Reason.OK, words)


def _as_seen_by(kind: Kind, result: ProbeResult) -> ProbeResult:
    """Only the agent monitor takes the agent's failure for its own; for the others nothing was
    measured.
    """
    if kind is Kind.AGENT or result.reason in UNKNOWN_REASONS:
        return result
    return ProbeResult(Reason.AGENT_SILENT, result.evidence)
