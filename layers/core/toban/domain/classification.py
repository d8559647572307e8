"""What a resource over its threshold is due to, as far as the server tells (catalogue 5.8)."""

import re
from collections.abc import Callable, Mapping

LIKELY_CPU_PERCENT = 50.0
"""From here on one process explains a busy CPU."""

_OUT_OF_MEMORY = re.compile(r"out of memory|oom-kill", re.IGNORECASE)
_DISK_ERROR = re.compile(r"I/O error|EXT4-fs error|XFS", re.IGNORECASE)
_LONGEST = 80


def classify(told: Mapping[str, str]) -> list[str]:
    """Return a line for each cause found; `told` is the output of the catalogue's inspections by
    their names (cpu_top, mem_top, dstate, oom, du).
    """
    found = [(name, judge) for name, judge in _JUDGES if told.get(name)]
    return [line for name, judge in found for line in judge(told[name]) if line]


def _cpu(output: str) -> list[str]:
    """Read `ps -eo pid,ppid,user,stat,%cpu,%mem,rss,etime,args --sort=-%cpu`."""
    for line in output.splitlines()[1:]:
        columns = line.split(None, 8)
        if len(columns) < 9 or columns[8].startswith("ps -eo"):  # noqa: PLR2004 - the columns above
            continue
        percent = _number(columns[4])
        if percent >= LIKELY_CPU_PERCENT:
            return [f"CPU: {percent:g} % {columns[8][:_LONGEST]} (pid {columns[0]})"]
        return [f"CPU: no single process above {LIKELY_CPU_PERCENT:g} %"]
    return []


def _memory(output: str) -> list[str]:
    """Read `ps -eo pid,user,%mem,rss,vsz,args --sort=-rss`."""
    for line in output.splitlines()[1:]:
        columns = line.split(None, 5)
        if len(columns) == 6 and columns[3].isdecimal():  # noqa: PLR2004 - the columns above
            megabytes = int(columns[3]) // 1024
            what = f"{columns[5][:_LONGEST]} (pid {columns[0]})"
            return [f"memory: {_number(columns[2]):g} % ({megabytes} MB) {what}"]
    return []


def _waiting(output: str) -> list[str]:
    """Read `ps -eo state,pid,ppid,wchan:20,args` of the states D and Z."""
    lines = [line.split(None, 4) for line in output.splitlines()]
    waiting = [columns for columns in lines if columns[:1] == ["D"]]
    dead = [columns for columns in lines if columns[:1] == ["Z"]]
    return [
        f"waiting for I/O (state D): {len(waiting)}, first {' '.join(waiting[0][4:])[:_LONGEST]}"
        if waiting
        else "",
        f"zombies (state Z): {len(dead)}, parent pid {dead[0][2]}"
        if dead and len(dead[0]) > 2  # noqa: PLR2004 - the columns above
        else "",
    ]


def _kernel(output: str) -> list[str]:
    out = [line for line in output.splitlines() if _OUT_OF_MEMORY.search(line)]
    broken = [line for line in output.splitlines() if _DISK_ERROR.search(line)]
    return [
        f"out of memory: {out[-1][:160]}" if out else "",
        f"disk errors: {broken[-1][:160]}" if broken else "",
    ]


def _folders(output: str) -> list[str]:
    """Read `du -xk --max-depth=2 | sort -rn`; the first line is the file system itself."""
    sizes = [line.split("\t", 1) for line in output.splitlines()[1:4]]
    told = [f"{pair[1]} {int(pair[0]) // 1024} MB" for pair in sizes if _is_size(pair)]
    return [f"largest folders: {', '.join(told)}"] if told else []


def _is_size(pair: list[str]) -> bool:
    return len(pair) == 2 and pair[0].isdecimal()  # noqa: PLR2004 - size and folder


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else 0.0


_JUDGES: tuple[tuple[str, Callable[[str], list[str]]], ...] = (
    ("oom", _kernel),
    ("cpu_top", _cpu),
    ("mem_top", _memory),
    ("dstate", _waiting),
    ("du", _folders),
)
