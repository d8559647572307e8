"""What an SNMP agent tells about this machine, read from /proc: the objects that toban asks for."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pysnmp.proto.api import v2c  # type: ignore[import-untyped]

Oid = tuple[int, ...]
Binding = tuple[Oid, object]
ProcessRow = tuple[int, str, str, bool]

_UCD = (1, 3, 6, 1, 4, 1, 2021)
_HOST = (1, 3, 6, 1, 2, 1, 25)
_IFX = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
_CPU_LEAVES = (50, 51, 52, 53, 54, 56, 61, 64)
_RUNNING, _NOT_RUNNING = 2, 4
_SPAN = 2**32


def objects(processes: Iterable[str], disks: Iterable[str], agent_uptime: int) -> dict[Oid, object]:
    """Return all objects by OID; `agent_uptime` is in hundredths of a second."""
    running = list(_processes())
    entries: list[Binding] = [((1, 3, 6, 1, 2, 1, 1, 3, 0), v2c.TimeTicks(agent_uptime % _SPAN))]
    entries += [*_uptime(), *_cpu(), *_load(), *_memory(), *_interfaces()]
    entries += [*_disk_table(disks), *_process_counts(processes, running), *_process_table(running)]
    return dict(entries)


def _uptime() -> Iterator[Binding]:
    seconds = float(_read("/proc/uptime").split()[0])
    yield (*_HOST, 1, 1, 0), v2c.TimeTicks(int(seconds * 100) % _SPAN)


def _cpu() -> Iterator[Binding]:
    ticks = [int(field) for field in _read("/proc/stat").splitlines()[0].split()[1:]]
    for leaf, count in zip(_CPU_LEAVES, ticks, strict=False):
        yield (*_UCD, 11, leaf, 0), v2c.Counter32(count % _SPAN)
    yield (*_UCD, 11, 67, 0), v2c.Integer32(os.cpu_count() or 1)
    for core in range(os.cpu_count() or 1):
        yield (*_HOST, 3, 3, 1, 2, 196608 + core), v2c.Integer32(0)


def _load() -> Iterator[Binding]:
    for row, load in enumerate(os.getloadavg(), start=1):
        yield (*_UCD, 10, 1, 5, row), v2c.Integer32(int(load * 100))


def _memory() -> Iterator[Binding]:
    lines = (line.split() for line in _read("/proc/meminfo").splitlines())
    kib = {fields[0].rstrip(":"): int(fields[1]) for fields in lines}
    cached = kib["Cached"] + kib.get("SReclaimable", 0)
    parts = {
        5: kib["MemTotal"],
        6: kib["MemFree"],
        13: kib["Shmem"],
        14: kib["Buffers"],
        15: cached,
    }
    for leaf, amount in parts.items():
        yield (*_UCD, 4, leaf, 0), v2c.Integer32(amount)
    yield (*_UCD, 4, 27, 0), v2c.Counter64(kib.get("MemAvailable", kib["MemFree"]))


def _interfaces() -> Iterator[Binding]:
    for row, line in enumerate(_read("/proc/net/dev").splitlines()[2:], start=1):
        name, _, counts = line.strip().partition(":")
        fields = [int(field) for field in counts.split()]
        yield (*_IFX, 1, row), v2c.OctetString(name)
        yield (*_IFX, 6, row), v2c.Counter64(fields[0])
        yield (*_IFX, 10, row), v2c.Counter64(fields[8])
        yield (*_IFX, 15, row), v2c.Gauge32(10 if name == "lo" else 0)


def _disk_table(disks: Iterable[str]) -> Iterator[Binding]:
    for row, path in enumerate(disks, start=1):
        space = os.statvfs(path)
        unit = space.f_frsize
        available = space.f_bavail * unit // 1024
        used = (space.f_blocks - space.f_bfree) * unit // 1024
        yield (*_UCD, 9, 1, 2, row), v2c.OctetString(path)
        for low, amount in ((13, available), (15, used)):
            yield (*_UCD, 9, 1, low, row), v2c.Gauge32(amount % _SPAN)
            yield (*_UCD, 9, 1, low + 1, row), v2c.Gauge32(amount // _SPAN)


def _process_counts(names: Iterable[str], running: list[ProcessRow]) -> Iterator[Binding]:
    for row, name in enumerate(names, start=1):
        count = sum(comm == name and alive for _, comm, _, alive in running)
        message = "" if count else f"No {name} process running"
        yield (*_UCD, 2, 1, 2, row), v2c.OctetString(name)
        yield (*_UCD, 2, 1, 5, row), v2c.Integer32(count)
        yield (*_UCD, 2, 1, 100, row), v2c.Integer32(0 if count else 1)
        yield (*_UCD, 2, 1, 101, row), v2c.OctetString(message)


def _process_table(running: list[ProcessRow]) -> Iterator[Binding]:
    for pid, comm, command, alive in running:
        path, _, parameters = command.partition(" ")
        yield (*_HOST, 4, 2, 1, 2, pid), v2c.OctetString(comm.encode())
        yield (*_HOST, 4, 2, 1, 4, pid), v2c.OctetString(path.encode()[:128])
        yield (*_HOST, 4, 2, 1, 5, pid), v2c.OctetString(parameters.encode()[:128])
        yield (*_HOST, 4, 2, 1, 7, pid), v2c.Integer32(_RUNNING if alive else _NOT_RUNNING)


def _processes() -> Iterator[ProcessRow]:
    """Yield pid, name, command line and whether it is more than a zombie."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            comm = (folder / "comm").read_text(errors="replace").strip()
            command = (folder / "cmdline").read_text(errors="replace").replace("\0", " ").strip()
            state = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except OSError:
            continue
        yield int(folder.name), comm, command, state not in {"Z", "X"}


def _read(path: str) -> str:
    return Path(path).read_text(encoding="ascii")
