"""Whom a command may name: a mistyped name would change nothing and say that it had."""

from infra.local.commands.refusal import RefusalError

ALL = "provider"
"""Named in the place of a customer: all of them."""


def require_customer(customer_id: str) -> None:
    """Refuse who has no contract; raises RefusalError."""
    from pynamodb.exceptions import DoesNotExist

    from toban.store import contracts

    try:
        contracts.customer(customer_id)
    except DoesNotExist:
        raise RefusalError(
            f'There is no contract with "{customer_id}": write a customer\'s id, such as acme.'
        ) from None


def require_server(server_id: str) -> None:
    """Refuse a server that nobody has; raises RefusalError."""
    from pynamodb.exceptions import DoesNotExist

    from toban.store import contracts

    try:
        contracts.server(server_id)
    except DoesNotExist:
        raise RefusalError(
            f'There is no server "{server_id}": name it as customer.server, such as acme.web01.'
        ) from None
