"""Walks of an agent's tables with pysnmp; the only module that imports it for discovery."""

import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pysnmp_mibs  # type: ignore[import-untyped]
from pysnmp.hlapi.v3arch import asyncio as hlapi  # type: ignore[import-untyped]
from pysnmp.smi.builder import DirMibSource  # type: ignore[import-untyped]

from infra.local.agent.survey import MIBS, SurveyError, user_of
from toban.domain.check import Agent

_REPLY_SECONDS, _RETRIES = 2, 1
_ROWS_AT_ONCE = 25
_AUTHENTICATION = {
    "MD5": hlapi.USM_AUTH_HMAC96_MD5,
    "SHA": hlapi.USM_AUTH_HMAC96_SHA,
    "SHA1": hlapi.USM_AUTH_HMAC96_SHA,
    "SHA224": hlapi.USM_AUTH_HMAC128_SHA224,
    "SHA256": hlapi.USM_AUTH_HMAC192_SHA256,
    "SHA384": hlapi.USM_AUTH_HMAC256_SHA384,
    "SHA512": hlapi.USM_AUTH_HMAC384_SHA512,
}
_PRIVACY = {
    "DES": hlapi.USM_PRIV_CBC56_DES,
    "AES": hlapi.USM_PRIV_CFB128_AES,
    "AES128": hlapi.USM_PRIV_CFB128_AES,
    "AES192": hlapi.USM_PRIV_CFB192_AES,
    "AES256": hlapi.USM_PRIV_CFB256_AES,
}


class PysnmpSession:
    """One conversation with one agent."""

    def __init__(self, agent: Agent, secret: str) -> None:
        self._agent = agent
        self._credentials = _credentials(agent, secret)
        self._engine = hlapi.SnmpEngine()
        self._target: Any = None
        _load_mibs(self._engine.get_mib_builder())

    async def open(self) -> None:
        """Find the agent's address."""
        agent = self._agent
        kind = hlapi.Udp6TransportTarget if ":" in agent.address else hlapi.UdpTransportTarget
        place = (agent.address, agent.port)
        self._target = await kind.create(place, timeout=_REPLY_SECONDS, retries=_RETRIES)

    def close(self) -> None:
        """Give the socket back."""
        self._engine.close_dispatcher()

    async def column(self, mib: str, name: str) -> AsyncIterator[tuple[str, str]]:
        """Yield index and value of the rows of a column, nothing when the agent has none."""
        walk = hlapi.bulk_walk_cmd(
            self._engine,
            self._credentials,
            self._target,
            hlapi.ContextData(),
            0,
            _ROWS_AT_ONCE,
            hlapi.ObjectType(hlapi.ObjectIdentity(mib, name)),
            lexicographicMode=False,
        )
        async for failure, status, _, bindings in walk:
            if failure or status:
                place = f"{self._agent.address}:{self._agent.port}"
                raise SurveyError(f"The agent at {place} does not answer: {failure or status}.")
            for found, value in bindings:
                index = found.get_mib_symbol()[2]
                yield ".".join(each.prettyPrint() for each in index), _text(value)


def _load_mibs(builder: Any) -> None:
    builder.add_mib_sources(DirMibSource(str(Path(pysnmp_mibs.__file__).parent)))
    with warnings.catch_warnings():
        # pysnmp-mibs calls pysnmp by the names of its methods of old
        warnings.simplefilter("ignore", DeprecationWarning)
        builder.load_modules(*MIBS)


def _text(value: Any) -> str:
    """Bytes are never shown as hexadecimal digits, which pysnmp does for what is not ASCII."""
    octets = getattr(value, "asOctets", None)
    if octets is None:
        return str(int(value)) if hasattr(value, "__int__") else str(value.prettyPrint())
    return str(bytes(octets()).decode("utf-8", "replace")).rstrip("\0")


def _credentials(agent: Agent, secret: str) -> Any:
    if agent.version != "3":
        return hlapi.CommunityData(secret)
    user = user_of(secret)
    try:
        auth, priv = (
            table[user[key].upper().replace("-", "").replace("_", "")]
            for table, key in (
                (_AUTHENTICATION, "auth_protocol"),
                (_PRIVACY, "priv_protocol"),
            )
        )
    except KeyError as unknown:
        raise SurveyError(f"The SNMPv3 protocol {unknown} is not known here.") from None
    return hlapi.UsmUserData(
        user["user"], user["auth_key"], user["priv_key"], authProtocol=auth, privProtocol=priv
    )
