"""SNMPv3 with one agent (RFC 3414, user-based security) by gufo-snmp: the only module that imports
it, and only for agents that speak v3.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

from gufo.snmp import NoSuchInstance, SnmpAuthError, SnmpError, SnmpVersion
from gufo.snmp.aio import SnmpSession
from gufo.snmp.typing import ValueType
from gufo.snmp.user import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    KeyType,
    Md5Key,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    User,
)

from probe.probers.connection import SocketAddress
from probe.probers.result import ProbeError, result_of
from toban.domain.observation import Reason

_AUTH: dict[str, type[BaseAuthKey]] = {
    "MD5": Md5Key,
    "SHA": Sha1Key,
    "SHA1": Sha1Key,
    "SHA224": Sha224Key,
    "SHA256": Sha256Key,
    "SHA384": Sha384Key,
    "SHA512": Sha512Key,
}
_PRIV: dict[str, type[BasePrivKey]] = {
    "DES": DesKey,
    "AES": Aes128Key,
    "AES128": Aes128Key,
    "AES192": Aes192Key,
    "AES256": Aes256Key,
}
_SYSTEM_ERROR = re.compile(r"os error (\d+)")


class UserSession:
    """Asks one agent as the user of `secret` (see Agent); ProbeError SECRET_UNUSABLE when that is
    no secret.
    """

    def __init__(self, agent: SocketAddress, secret: str, reply_seconds: float) -> None:
        _, (address, port) = agent
        user = _user(secret)
        try:
            self._raw = SnmpSession(
                address, port, user=user, version=SnmpVersion.v3, timeout=reply_seconds
            )
        except OSError as error:
            raise _of_system(error) from None

    def close(self) -> None:
        """The library closes its socket with the session."""

    async def refresh(self) -> None:
        """Discover the agent's engine and its clock."""
        try:
            await self._raw.refresh()
        except BaseException as error:
            raise _telling(error) from None

    async def get_many(self, oids: Sequence[str]) -> dict[str, ValueType]:
        """Return the values that exist."""
        try:
            return await self._raw.get_many(oids)
        except BaseException as error:
            raise _telling(error) from None

    async def getbulk(self, column: str) -> AsyncIterator[tuple[str, ValueType]]:
        """Yield the rows of a column."""
        rows = self._raw.getbulk(column)
        while True:
            try:
                row = await anext(rows)
            except StopAsyncIteration:
                return
            except BaseException as error:
                raise _telling(error) from None
            yield row


def _telling(error: BaseException) -> BaseException:
    """Return what an error of the library says about the agent; the error itself when it says
    nothing.

    The library panics on some truncated answers; a panic derives from BaseException.
    """
    if isinstance(error, SnmpAuthError):
        words = f"the agent does not accept the SNMPv3 user or its keys: {error}"
        return ProbeError(Reason.AGENT_REFUSED, words)
    if isinstance(error, OSError) and not isinstance(error, TimeoutError):
        return _of_system(error)
    if isinstance(error, NoSuchInstance):
        return ProbeError(Reason.NOT_MEASURED, "the agent has no such object")
    if isinstance(error, SnmpError) or type(error).__name__ == "PanicException":
        return ValueError(str(error))
    return error


def _of_system(error: OSError) -> ProbeError:
    """Return the result of a system's error, whose number the library gives in its text only."""
    number = _SYSTEM_ERROR.search(str(error))
    result = result_of(OSError(int(number[1]), "") if number else error)
    return ProbeError(result.reason, result.evidence)


@lru_cache(maxsize=512)
def _user(secret: str) -> User:
    """Make the SNMPv3 user; hashing a password takes 2 ms of CPU, so the master keys are kept."""
    try:
        fields = json.loads(secret)
        auth = _AUTH[_plain(fields["auth_protocol"])]
        priv = _PRIV[_plain(fields["priv_protocol"])]
        auth_key = auth.get_master_key(str(fields["auth_key"]).encode())
        priv_key = auth.get_master_key(str(fields["priv_key"]).encode())
        name = str(fields["user"])
    except (ValueError, KeyError, TypeError):
        words = (
            "the agent's secret is no JSON object {user, auth_protocol, auth_key, priv_protocol, "
        )
        raise ProbeError(Reason.SECRET_UNUSABLE, f"{words}priv_key}}") from None
    return User(
        name,
        auth_key=auth(auth_key, key_type=KeyType.Master),
        priv_key=priv(priv_key, key_type=KeyType.Master),
    )


def _plain(protocol: str) -> str:
    return protocol.upper().replace("-", "").replace("_", "")
