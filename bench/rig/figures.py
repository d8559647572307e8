"""CPU, memory and descriptors of processes, as the kernel counts them."""

import os
import resource
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_WATCH_SECONDS = 0.02


def own_cpu_seconds() -> float:
    """Return the CPU time of this process, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of its children that have ended (10 ms fine).

    Source: proc_pid_stat(5): utime, stime, cutime, cstime.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS_PER_SECOND


def peak_memory_bytes() -> int:
    """Return the most memory that this process has ever held in RAM."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class DescriptorWatch:
    """Looks all the time how many descriptors this process has open; `most` is the result."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_WATCH_SECONDS):
            self.most = max(self.most, len(os.listdir("/proc/self/fd")))  # noqa: PTH208
