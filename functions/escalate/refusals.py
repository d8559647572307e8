"""Tells the operators of mails that could not be sent; the incident goes on meanwhile (N-10)."""

from escalate.post import Delivery
from toban.domain.incident import Incident
from toban.executions import invoke_later
from toban.settings import required


def tell_of_refusals(incident: Incident, delivery: Delivery) -> None:
    """Hand each refused mail to the operators' notice, which goes out once for an address."""
    for name in delivery.refused_mails:
        notice = {"incident": incident, "refused": {"mail": name}}
        invoke_later(required("TELL_OPERATOR_FUNCTION"), notice)
