"""A phone chain about a failure of ACME's web server."""

from datetime import datetime

from escalate.phone_chain import PhoneChain
from tests.functions.acme import HTTP, MYSQL, confirmed, sign
from toban.domain.call import Callees, CallId
from toban.domain.identifier import incident_id
from toban.domain.incident import Incident
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.store import incidents


def chain_of_acme(at: datetime) -> PhoneChain:
    """Two monitors have failed; the customer's contacts are called about the first."""
    server = sign()
    name = incident_id(server.server_id, at)
    incident = Incident(name, "acme", server.server_id, Plan.RESPOND, at, 0, Policy())
    incidents.admit([confirmed(each, at).alert(70) for each in (HTTP, MYSQL)], "shard", incident)
    return PhoneChain(incident, Callees.CONTACTS, (HTTP,))


def call_id(chain: PhoneChain, contact: int = 0, attempt: int = 0) -> CallId:
    """Return the id of one of the chain's calls."""
    return CallId(chain.incident.incident_id, chain.callees, contact, attempt)
