"""The authority whose certificates let us into servers: a key in KMS, which never leaves it.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
"""

import os
from functools import cache

from toban import settings
from toban.clients import client
from toban.domain.ssh_certificate import (
    Grant,
    certificate_line,
    point_of,
    public_line,
    to_be_signed,
)

_NONCE_BYTES = 32


def certify(grant: Grant, public_key: bytes) -> str:
    """Return a certificate for the public key (DER) as OpenSSH writes it.

    Raises botocore's ClientError or BotoCoreError when KMS does not sign.
    """
    key = settings.required("SSH_AUTHORITY_KEY")
    signed = to_be_signed(grant, point_of(public_key), _point(key), os.urandom(_NONCE_BYTES))
    answer = client("kms").sign(
        KeyId=key, Message=signed, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
    )
    return certificate_line(signed, answer["Signature"])


def trusted_line(key: str) -> str:
    """Return the authority's public key, the line that a server has to trust.

    `key` is the KMS key's id, ARN or alias; raises as certify does.
    """
    return public_line(_point(key), f"{settings.stack()}-ssh-authority")


def forget_authority() -> None:
    """Drop what is kept, for a process that outlives its AWS endpoint (the local system)."""
    _point.cache_clear()


@cache
def _point(key: str) -> bytes:
    return point_of(client("kms").get_public_key(KeyId=key)["PublicKey"])
