"""What every SSH server of the demonstration has: a place, a host key, an end."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from toban.domain.contract import Access


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An ed25519 key: the private half as OpenSSH text, the public one as "ssh-ed25519 AAAA..."."""

    private: str
    public: str


def generate_key() -> KeyPair:
    """Return a new key."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return KeyPair(private.decode(), public.decode())


class SshServer:
    """What both kinds share. They listen once made, until `stop()` or the end of a `with`."""

    def __init__(self, address: str, port: int, host_keys: tuple[str, ...]) -> None:
        self.address = address
        self.port = port
        self.host_keys = host_keys

    def access(self, user: str, key: str) -> Access:
        """Return the contract's way in: `key` names the secret."""
        return Access(self.address, user, key, self.host_keys, self.port)

    def stop(self) -> None:
        """Stop listening and end what is still running."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()
