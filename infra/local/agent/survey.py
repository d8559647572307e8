"""What there is on a server, as its SNMP agent tells it: read by pysnmp, by the names of the
MIBs.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toban.domain.check import Agent

MOST_ROWS = 20_000
SURVEY_SECONDS = 120.0
Row = dict[str, str]


class SurveyError(Exception):
    """The agent cannot be surveyed; one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Tables by row: `mounts`, `storage` and `processes` of HOST-RESOURCES-MIB (RFC 2790),
    `interfaces` of IF-MIB (RFC 2863), `listeners` of TCP-MIB (RFC 4022); columns by their names.
    """

    mounts: tuple[Row, ...] = ()
    storage: tuple[Row, ...] = ()
    processes: tuple[Row, ...] = ()
    interfaces: tuple[Row, ...] = ()
    listeners: tuple[Row, ...] = ()
    swap: int = 0


_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "mounts": ("HOST-RESOURCES-MIB", ("hrFSMountPoint", "hrFSAccess")),
    "storage": ("HOST-RESOURCES-MIB", ("hrStorageDescr", "hrStorageSize")),
    "processes": ("HOST-RESOURCES-MIB", ("hrSWRunName", "hrSWRunPath", "hrSWRunParameters")),
    "interfaces": ("IF-MIB", ("ifName", "ifHighSpeed")),
    "listeners": ("TCP-MIB", ("tcpListenerProcess",)),
}

MIBS = ("UCD-SNMP-MIB", *dict.fromkeys(mib for mib, _ in _TABLES.values()))
"""The MIBs whose names are used."""


def survey(agent: Agent, secret: str) -> Survey:
    """Return what the agent tells; raises SurveyError."""
    try:
        from infra.local.agent.session import PysnmpSession
    except ImportError:
        mend = "Install what requirements/dev.txt holds."
        raise SurveyError(f"pysnmp and pysnmp-mibs are not installed here. {mend}") from None
    return asyncio.run(_within_time(agent, PysnmpSession(agent, secret)))


async def _within_time(agent: Agent, session: Any) -> Survey:
    try:
        async with asyncio.timeout(SURVEY_SECONDS):
            return await _survey(session)
    except TimeoutError:
        place = f"{agent.address}:{agent.port}"
        raise SurveyError(f"The agent at {place} did not finish telling its tables.") from None
    finally:
        session.close()


async def _survey(session: Any) -> Survey:
    await session.open()
    tables: dict[str, Any] = {}
    for name, (mib, columns) in _TABLES.items():
        tables[name] = await _table(session, mib, columns)
    swap = [value async for _, value in session.column("UCD-SNMP-MIB", "memTotalSwap")]
    return Survey(**tables, swap=int(swap[0]) if swap and swap[0].isdigit() else 0)


async def _table(session: Any, mib: str, columns: Sequence[str]) -> tuple[Row, ...]:
    rows: dict[str, Row] = {}
    for column in columns:
        async for index, value in session.column(mib, column):
            if index not in rows and len(rows) >= MOST_ROWS:
                raise SurveyError(f"The agent's table of {column} does not end.")
            rows.setdefault(index, {"index": index})[column] = value
    return tuple(rows.values())


def secret_of(path: Path) -> str:
    """Return the first line of the file, or the whole of it when it holds JSON."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SurveyError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SurveyError(f"{path} holds no text: write the secret in UTF-8.") from None
    return text if text.startswith("{") else text.partition("\n")[0].strip()


def user_of(secret: str) -> dict[str, str]:
    """Return the fields of an SNMPv3 user; raises SurveyError without repeating any."""
    keys = ("user", "auth_protocol", "auth_key", "priv_protocol", "priv_key")
    try:
        read = json.loads(secret)
        return {key: str(read[key]) for key in keys}
    except (ValueError, KeyError, TypeError):
        problem = "The file with the secret holds no SNMPv3 user."
        raise SurveyError(f"{problem} Write a JSON object with {', '.join(keys)}.") from None
