"""One conversation with one SNMP agent: GETs and table columns over v2c or v3, with retries and
limits.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import TypeVar

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

from probe.probers.connection import resolve
from probe.probers.verdict import ProbeError, verdict_of
from toban.domain.check import Agent
from toban.domain.observation import Reason

REPLY_SECONDS = 2.0
TRIES = 2
OIDS_PER_REQUEST = 20
"""Few enough for an answer that fits into one unfragmented datagram."""
ROW_LIMIT = 10_000
"""Rows of a table read at most: an agent whose table never ends is no agent."""

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

T = TypeVar("T")


async def open_session(agent: Agent, secret: str, timeout_seconds: float) -> "AgentSession":
    """Return a conversation that is ready to ask; with v3 the agent has answered and the keys fit.

    Raises ProbeError: NO_REPLY, AGENT_REFUSED, BAD_ANSWER, or PROBER_FAULT for a secret that is no
    secret.
    """
    deadline = asyncio.get_running_loop().time() + timeout_seconds
    _, (address, port) = min(await resolve(agent.address, agent.port, timeout_seconds))
    session = AgentSession(_library_session(agent, secret, address, port), deadline)
    await session.refresh()
    return session


def _library_session(agent: Agent, secret: str, address: str, port: int) -> SnmpSession:
    try:
        if agent.version == "3":
            user, version = _user(secret), SnmpVersion.v3
            return SnmpSession(address, port, user=user, version=version, timeout=REPLY_SECONDS)
        return SnmpSession(address, port, secret, version=SnmpVersion.v2c, timeout=REPLY_SECONDS)
    except OSError as error:
        raise _of_system(error) from None


class AgentSession:
    """Asks the agent until `deadline` (loop time); errors are ProbeErrors: NO_REPLY, BAD_ANSWER,
    AGENT_REFUSED (wrong v3 keys).
    """

    def __init__(self, raw: SnmpSession, deadline: float) -> None:
        self._raw = raw
        self._deadline = deadline

    async def refresh(self) -> None:
        """Discover the v3 engine and its clock; nothing for v2c."""
        await _tried(self._raw.refresh)

    async def get(self, oids: Iterable[str]) -> dict[str, ValueType]:
        """Return the values that exist among the OIDs (numeric, without a leading dot)."""
        wanted, found = list(oids), dict[str, ValueType]()
        for start in range(0, len(wanted), OIDS_PER_REQUEST):
            found |= await self._get(wanted[start : start + OIDS_PER_REQUEST])
        return found

    async def column(self, oid: str) -> dict[str, ValueType]:
        """Return a table column by index, empty when the agent has no such table."""
        return await _tried(lambda: self._column(oid))

    async def _get(self, oids: list[str]) -> dict[str, ValueType]:
        return await _tried(lambda: self._raw.get_many(oids))

    async def _column(self, oid: str) -> dict[str, ValueType]:
        rows: dict[str, ValueType] = {}
        clock = asyncio.get_running_loop()
        async for found, value in self._raw.getbulk(oid):
            index = found[len(oid) + 1 :]
            if index in rows or len(rows) == ROW_LIMIT:
                raise ProbeError(Reason.BAD_ANSWER, f"the agent's table {oid} does not end")
            if clock.time() > self._deadline:  # Python 3.11's wait_for can swallow a cancellation
                raise ProbeError(Reason.NO_REPLY, f"the agent's table {oid} takes too long")
            rows[index] = value
        return rows


async def _tried(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask up to TRIES times; a lost or mangled datagram is no reason to believe the worst."""
    for left in reversed(range(TRIES)):
        try:
            return await ask()
        except BaseException as error:
            failure = _failure(error)
            if failure is None:
                raise
            final = failure.verdict.reason not in {Reason.NO_REPLY, Reason.BAD_ANSWER}
            if final or not left:
                raise failure from None
    raise AssertionError("unreachable: the last try returns or raises")


def _failure(error: BaseException) -> ProbeError | None:
    """Return what an error of the SNMP library says about the agent, None when it says nothing.

    The library panics on some truncated answers; a panic derives from BaseException.
    """
    if isinstance(error, SnmpAuthError):
        words = f"the agent does not accept the SNMPv3 user or its keys: {error}"
        return ProbeError(Reason.AGENT_REFUSED, words)
    if isinstance(error, TimeoutError):
        return ProbeError(Reason.NO_REPLY, f"no reply to {TRIES} requests")
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, NoSuchInstance):
        return ProbeError(Reason.NOT_MEASURED, "the agent has no such object")
    if isinstance(error, SnmpError | ValueError) or type(error).__name__ == "PanicException":
        return ProbeError(Reason.BAD_ANSWER, f"not an SNMP answer: {error}")
    return None


def _of_system(error: OSError) -> ProbeError:
    """Return the verdict on a system's error, whose number the library gives in its text only."""
    number = _SYSTEM_ERROR.search(str(error))
    verdict = verdict_of(OSError(int(number[1]), "") if number else error)
    return ProbeError(verdict.reason, verdict.evidence)


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
        raise ProbeError(Reason.PROBER_FAULT, f"{words}priv_key}}") from None
    return User(
        name,
        auth_key=auth(auth_key, key_type=KeyType.Master),
        priv_key=priv(priv_key, key_type=KeyType.Master),
    )


def _plain(protocol: str) -> str:
    return protocol.upper().replace("-", "").replace("_", "")


async def within(seconds: float, asked: Awaitable[T]) -> T:
    """Await a whole conversation; past its time the agent counts as silent."""
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except TimeoutError as error:
        if error.errno is not None:
            raise
        words = f"the agent did not finish within {seconds:g} s"
        raise ProbeError(Reason.NO_REPLY, words) from None
