"""What a login needs: the key that a parameter holds, or a new key with a certificate of minutes.

A key made here lives in this process until the login is over. Nothing of it is stored or logged.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from toban import authority, clock, settings
from toban.domain.contract import CERTIFICATE_FOR
from toban.domain.ssh_certificate import Grant, principal_of
from toban.secrets import secret

VALID_FOR = timedelta(minutes=5)
"""From the issue on, as the server's own clock has it."""

SLOW_CLOCK = timedelta(minutes=1)
"""By so much may the server's clock be behind; one that is ahead has VALID_FOR."""

_SERIAL_BITS = 64

Credentials = Callable[[str], str]
"""Takes a Server's `credential`; returns the text of a private key, its certificate behind it."""


def credentials(key_id: str) -> Credentials:
    """Return what gives credentials for one purpose, by Server.credential; `key_id` is what sshd
    logs of it, an incident.

    Called, it raises botocore's ClientError or BotoCoreError when there is no such secret, or when
    KMS does not sign; ValueError when the settings are wrong.
    """

    def credential(name: str) -> str:
        if name.startswith(CERTIFICATE_FOR):
            return _issued(name.removeprefix(CERTIFICATE_FOR), key_id)
        return secret(name)

    return credential


def _issued(customer_id: str, key_id: str) -> str:
    holder = ec.generate_private_key(ec.SECP256R1())
    now = clock.machine_now()  # a server judges by its own clock, which never runs faster
    grant = Grant(
        key_id=key_id,
        serial=secrets.randbits(_SERIAL_BITS),
        principal=principal_of(customer_id),
        valid_from=now - SLOW_CLOCK,
        valid_until=now + VALID_FOR,
        sources=_sources(),
    )
    public_key = holder.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private_key = holder.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    return f"{private_key.decode()}{authority.certify(grant, public_key)}\n"


def _sources() -> tuple[str, ...]:
    """Return our addresses as sshd takes them: a network's own bits only (CIDR)."""
    listed = settings.listed("EGRESS_ADDRESSES")
    return tuple(str(ip_network(each, strict=False)) for each in listed)
