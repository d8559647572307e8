"""All checks of an account, in the order in which a person would mend what they find."""

from collections.abc import Iterator

from infra.preflight import capacity, mail, network, stack, telephone
from infra.preflight.result import Clients, Deployment, PreflightCheck, PreflightResult, look

CHECKS: dict[str, PreflightCheck] = {
    "Lambda quota": capacity.functions,
    "roles": capacity.roles,
    "egress addresses": capacity.addresses,
    "networks": network.networks,
    "zones": network.zones,
    "EC2 quota": network.processors,
    "SES account": mail.account,
    "SES identity": mail.identity,
    "Connect instance": telephone.instance,
    "Connect number": telephone.number,
    "Connect quota": telephone.calls_at_once,
    "Connect countries": telephone.country,
    "alarms": stack.alarms,
}


def examine(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """Yield what was found."""
    for subject, check in CHECKS.items():
        yield from look(subject, check, clients, deployment)
