"""CPU time of importing each function in a fresh interpreter, beside boto3 alone."""

import os
import re
import statistics
import sys
import tempfile

from bench.rig.results import ROOT, keep

RUNS = 7
RUNS_OF_OTHERS = 2
PROBE = "probe.run_checks"
GOAL = 350 / 250
"""Of what boto3 alone takes on the same machine (issue: 350 ms where boto3 takes 250)."""


def main() -> int:
    """Print milliseconds over those of a bare interpreter, compiled files present."""
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as compiled:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        modules = ["", "boto3", PROBE]
        found = compared(modules, environment)
        bare = found.pop("")
        for module in handlers():
            if module not in found:
                found[module] = compared([module], environment, RUNS_OF_OTHERS)[module]
    sys.stdout.write(f"CPU ms over a bare interpreter ({bare:.0f} ms), .pyc files present\n")
    for module, milliseconds in sorted(found.items(), key=lambda pair: pair[1]):
        sys.stdout.write(f"  {module:<36}{milliseconds - bare:>6.0f}\n")
    ratio = (found[PROBE] - bare) / (found["boto3"] - bare)
    document = {"ms": round(found[PROBE] - bare), "boto3_ms": round(found["boto3"] - bare)}
    keep({"import_probe": {**document, "ratio": round(ratio, 2), "runs": RUNS}})
    verdict = "reached" if ratio <= GOAL else "MISSED"
    sys.stdout.write(f"{PROBE}: {ratio:.2f} times boto3 alone, goal {GOAL:g}: {verdict}\n")
    return 0


def compared(modules: list[str], environment: dict[str, str], runs: int = RUNS) -> dict[str, float]:
    """Return the median CPU milliseconds of importing each module, in interleaved runs."""
    seen: dict[str, list[float]] = {module: [] for module in modules}
    for number in range(runs + 1):
        for module in modules:
            spent = import_milliseconds(module, environment)
            if number:  # the first run compiles
                seen[module].append(spent)
    return {module: statistics.median(each) for module, each in seen.items()}


def import_milliseconds(module: str, environment: dict[str, str]) -> float:
    """Return the CPU time, user and system, of an interpreter that imports the module."""
    code = f"import {module}" if module else ""
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", code], environment)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"{module} cannot be imported")
    return (used.ru_utime + used.ru_stime) * 1e3


def handlers() -> list[str]:
    """Return the modules of all functions: those with a handler."""
    files = sorted((ROOT / "functions").glob("*/*.py"))
    found = (path for path in files if re.search(r"^def handler\(", path.read_text(), re.MULTILINE))
    return [f"{path.parent.name}.{path.stem}" for path in found]


if __name__ == "__main__":
    sys.exit(main())
