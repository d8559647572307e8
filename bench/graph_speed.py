"""CPU time of a graph, ours and rrdtool's side by side, and of a page of five: out/bench.json."""

import logging
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from moto.server import ThreadedMotoServer

from bench.rig import rrdtool
from bench.rig.results import RESULTS, ROOT, keep

ROUNDS = 7
PAGE_GOAL_US = 100_000


@dataclass(slots=True)
class Comparison:
    """One format at one number of points: its goal and what was seen in each round."""

    key: str
    kind: str
    points: int
    goal: float
    count: int
    ours_us: list[float] = field(default_factory=list)
    peer_us: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many of our graphs cost the CPU time of one of rrdtool's."""
        return statistics.median(self.peer_us) / statistics.median(self.ours_us)

    def document(self) -> dict[str, object]:
        """Return the comparison as out/bench.json keeps it."""
        return {
            "ours_us": round(statistics.median(self.ours_us), 1),
            "peer": "rrdtool",
            "peer_us": round(statistics.median(self.peer_us), 1),
            "ratio": round(self.ratio, 2),
            "runs": len(self.ours_us),
        }

    def line(self) -> str:
        """Return the comparison as one line of the table."""
        ours, peer = (statistics.median(each) / 1e3 for each in (self.ours_us, self.peer_us))
        reached = "reached" if self.ratio >= self.goal else "MISSED"
        figures = f"{ours:>8.2f}{peer:>10.2f}{self.ratio:>8.1f}{self.goal:>7g}"
        return f"{self.kind:<5}{self.points:>6}{figures}  {reached}"


def main() -> int:
    """Compare, print the table, write the file. A goal that is missed is no failure, but told."""
    subprocess.run([ROOT / "infra" / "local" / "set_up.sh", "benchpeers"], check=False)
    documents = {"graph_page": measured_page()}
    if rrdtool.installed():
        found = compared()
        documents |= {each.key: each.document() for each in found}
        print_table(found)
    else:
        say("graphs are not compared: rrdtool not found.")
    keep(documents)
    say(f"written: {RESULTS.relative_to(ROOT)}")
    return 0


def comparisons() -> list[Comparison]:
    """Return what is compared: a day of 5 min, and 30 days of half hours."""
    return [
        Comparison("graph_svg", "svg", 288, 5.0, 60),
        Comparison("graph_png", "png", 288, 2.0, 30),
        Comparison("graph_svg_30_days", "svg", 1_440, 5.0, 30),
        Comparison("graph_png_30_days", "png", 1_440, 2.0, 20),
    ]


def compared() -> list[Comparison]:
    """Measure both sides in turns, so that both see the same weather."""
    found = comparisons()
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as folder:
        files = {each.points: rrdtool.created(Path(folder), each.points) for each in found}
        for _ in range(ROUNDS):
            for each in found:
                each.ours_us.append(ours_us(each))
                path = files[each.points]
                each.peer_us.append(rrdtool.graph_cpu_us(path, each.kind, each.points, each.count))
    return found


def ours_us(each: Comparison) -> float:
    """Return the CPU microseconds of one of our graphs."""
    return printed("bench.rig.drawing", each.kind, str(each.points), str(each.count))


def measured_page() -> dict[str, object]:
    """Return what a day's page costs, from a request with its link to the compressed answer."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it writes a line for each request
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        where = f"http://{host}:{port}"
        spent = printed("bench.rig.page", "day", "2", "20", AWS_ENDPOINT_URL=where)
    finally:
        server.stop()
    verdict = "reached" if spent < PAGE_GOAL_US else "MISSED"
    say(f"page of five graphs, request to answer: {spent / 1e3:.1f} ms of CPU, goal 100: {verdict}")
    return {"ours_us": round(spent, 1), "runs": 20}


def printed(module: str, *arguments: str, **variables: str) -> float:
    """Return the number that a module of the rig prints."""
    keys = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    keys["AWS_DEFAULT_REGION"] = "ap-northeast-1"
    environment = {**os.environ, **keys, **variables}
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(ran.stdout)


def print_table(found: list[Comparison]) -> None:
    """Print the medians."""
    say(f"CPU milliseconds of a graph of five curves, 740 x 240; medians of {ROUNDS} rounds")
    say("      points    ours   rrdtool   ratio   goal")
    for each in found:
        say(each.line())


def say(words: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
