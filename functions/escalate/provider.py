"""Who runs the service, as the template's parameters say."""

from toban.domain.letters import Provider
from toban.settings import optional, required


def provider() -> Provider:
    """Return the provider with the addresses that mails come from and that operators read."""
    return Provider(
        name=required("PROVIDER_NAME"),
        sender=required("SENDER_ADDRESS"),
        operator=required("OPERATOR_ADDRESS"),
        telephone=optional("PROVIDER_PHONE"),
    )
