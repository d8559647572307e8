"""Our side of the comparison of graphs, in a process of its own:
python -m bench.rig.drawing svg|png POINTS COUNT.
"""

import sys

from bench.rig.curves import graph_of, size
from bench.rig.figures import own_cpu_seconds
from graphs.plot import plotted
from graphs.png import drawn_png
from graphs.svg import drawn_svg

WARM_UP = 3


def main(kind: str, points: int, count: int) -> None:
    """Draw from series to octets; print the CPU microseconds of one graph."""
    graph, fitting = graph_of(points), size()

    def draw() -> bytes:
        plot = plotted(graph, fitting)
        return drawn_svg(plot).encode() if kind == "svg" else drawn_png(plot)

    for _ in range(WARM_UP):
        draw()
    before = own_cpu_seconds()
    for _ in range(count):
        draw()
    sys.stdout.write(f"{(own_cpu_seconds() - before) / count * 1e6:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
