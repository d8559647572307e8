"""`toban incident acknowledge`: has the function AcknowledgeIncident note who takes a failure
up.
"""

from argparse import Namespace

from infra.local.commands.function import ask
from infra.local.commands.refusal import RefusalError
from toban.domain.call import Callees

_FAILED = "The incident cannot be acknowledged at"


def run(given: Namespace) -> int:
    """Say who has taken it up; raises RefusalError when nobody could be noted."""
    callees = Callees.ENGINEERS if given.engineers else Callees.CONTACTS
    event = {"incident_id": given.id, "by": given.by, "callees": callees}
    answer = ask("acknowledge-incident", event, given.endpoint, _FAILED)
    if not answer["acknowledged"]:
        raise RefusalError(f"{given.id}: {answer['why']}")
    print(f"{given.id}: taken up by {answer['by']}. Nobody further is called about it.")
    return 0
