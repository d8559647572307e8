"""Keys in KMS that sign: made as the template says, and the same again after the next start.

A real KMS gives no private key away. Here it stands in the state folder, as the parameters' values
do: whoever reads the folder can sign.
"""

from typing import Any

from cryptography.hazmat.primitives import serialization
from moto.kms.models import Key, kms_backends

from infra.local.journal import Journal
from infra.local.patches import Patches


def install(patches: Patches, journal: Journal) -> None:
    """Let CloudFormation make keys of every kind: moto's makes symmetric ones only."""

    def create(_cls: Any, /, name: str, document: Any, account: str, region: str, **_: Any) -> Key:
        properties = document["Properties"]
        key: Any = kms_backends[account][region].create_key(
            policy=properties["KeyPolicy"],
            key_usage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
            key_spec=properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
            description=properties.get("Description", ""),
            tags=[],
        )
        if key.key_usage == "SIGN_VERIFY":
            key.private_key.private_key = _kept(journal, name, key.private_key.private_key)
        return key  # type: ignore[no-any-return]

    patches.replace(Key, "create_from_cloudformation_json", classmethod(create))


def _kept(journal: Journal, name: str, new: Any) -> Any:
    """Return the key of an earlier start, or the new one, which is kept from now on."""
    fact = f"signing key {name}"
    if known := journal.row("select value from facts where name = ?", fact):
        return serialization.load_pem_private_key(str(known[0]).encode(), password=None)
    pem = new.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    journal.write("insert into facts values (?, ?)", fact, pem.decode())
    return new
