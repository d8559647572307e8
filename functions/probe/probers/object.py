"""One object that the customer has chosen, held against the customer's rule (clause M-3)."""

from probe.probers.facts import AgentFacts, Measure, Need, text_of
from probe.probers.resource import Samples
from probe.probers.result import ProbeResult
from toban.domain.observation import Reason
from toban.domain.own_check import Answer, Comparison, OidQuestion, judge, kept


def measure_object(question: OidQuestion, facts: AgentFacts, samples: Samples) -> Measure:
    """Ask for the object; what the agent does not have is not measured."""
    yield Need(oids=(question.oid,))
    value = facts.values.get(question.oid)
    if value is None:
        return ProbeResult(
            Reason.NOT_MEASURED, f"the agent has no {question.name} ({question.oid})"
        )
    text = text_of(value)
    before = None
    if question.rule.comparison is Comparison.CHANGES:
        before = samples.previous.told.get(question.oid) if samples.previous else None
        samples.told[question.oid] = kept(text)
    found = judge(question.rule, Answer(text, before=before))
    return ProbeResult(found.reason, f"{question.name}: {found.words}", found.value)
