"""An agent that is a dictionary: what a measure needs is answered from it."""

from probe.probers.facts import AgentFacts, Measure
from probe.probers.result import ProbeResult

Objects = dict[str, int | bytes]


def told(measure: Measure, facts: AgentFacts, objects: Objects) -> ProbeResult:
    """Answer what the measure needs from `objects` until it has its result."""
    try:
        while True:
            need = next(measure)
            facts.values |= {oid: objects[oid] for oid in need.oids if oid in objects}
            for column in need.columns:
                start = f"{column}."
                facts.columns[column] = {
                    oid.removeprefix(start): value
                    for oid, value in objects.items()
                    if oid.startswith(start)
                }
    except StopIteration as ended:
        result: ProbeResult = ended.value
        return result
