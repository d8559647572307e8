"""The peer of our graphs: rrdtool in its pipe mode, one process for many graphs (rrdtool(1))."""

import os
import shutil
import subprocess
from pathlib import Path

from bench.rig.curves import BEGIN, FIELD, NAMES, figures, step_of

PROGRAM = "rrdtool"
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd")
_WARM_UP = 3
"""Graphs until fonts are found and libraries are loaded; they are taken off."""


def installed() -> bool:
    """Tell whether rrdtool can be run."""
    return shutil.which(PROGRAM) is not None


def created(folder: Path, points: int) -> Path:
    """Return a round-robin file that holds our figures."""
    path, step = folder / f"{points}.rrd", step_of(points)
    start = int(BEGIN.timestamp())
    sources = " ".join(f"DS:{name}:GAUGE:{step * 2}:U:U" for name in NAMES)
    rows = zip(*figures(points), strict=True)
    updates = " ".join(
        f"{start + index * step}:{':'.join(map(str, row))}" for index, row in enumerate(rows)
    )
    create = f"create {path} --start {start - step} --step {step} {sources}"
    _run([f"{create} RRA:AVERAGE:0.5:1:{points + 5}", f"update {path} {updates}"])
    return path


def graph_cpu_us(path: Path, kind: str, points: int, count: int) -> float:
    """Return the CPU microseconds of one graph with title, grid and legend."""
    command = _graph(path, kind, points)
    first = _run([command] * _WARM_UP)
    return (_run([command] * (_WARM_UP + count)) - first) / count * 1e6


def _graph(path: Path, kind: str, points: int) -> str:
    start = int(BEGIN.timestamp())
    defined = [f"DEF:{name}={path}:{name}:AVERAGE" for name in NAMES]
    lines = [
        f"LINE1:{name}{colour}:{name} {_figures(name)}"
        for name, colour in zip(NAMES, _COLOURS, strict=True)
    ]
    options = f"--imgformat {kind.upper()} --start {start} --end {start + points * step_of(points)}"
    size = f"-w {FIELD[0]} -h {FIELD[1]} -t host"
    return f"graph {path.with_suffix('.' + kind)} {options} {size} {' '.join(defined + lines)}"


def _figures(name: str) -> str:
    return " ".join(f"GPRINT:{name}:{of}:%6.2lf%s" for of in ("LAST", "MIN", "AVERAGE", "MAX"))


def _run(commands: list[str]) -> float:
    """Hand the commands to one rrdtool and return its CPU seconds; raises RuntimeError."""
    environment = {**os.environ, "TZ": "UTC"}
    with subprocess.Popen(
        [PROGRAM, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as running:
        if running.stdin is None or running.stdout is None:
            raise RuntimeError("no pipes")
        running.stdin.write("".join(f"{each}\n" for each in commands).encode())
        running.stdin.close()
        told = running.stdout.read().decode()
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = status
    if status or told.count("OK ") != len(commands):
        raise RuntimeError(f"rrdtool: {told[:200]}")
    return used.ru_utime + used.ru_stime
