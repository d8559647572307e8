"""Which rounds of checks tell what a round costs."""

from bench.cost.meter import Invocation
from bench.cost.rounds import Watched


def test_a_round_in_which_monitors_regain_their_sight_is_not_what_a_round_costs() -> None:
    stayed, regained, lost = (
        Invocation("toban-run-checks", {}, {"shard": f"every-5-min.{name}", "observed": 6, **seen})
        for name, seen in (("a", {"up": 6}), ("b", {"up": 6}), ("c", {"up": 5, "unknown": 1}))
    )
    settled = frozenset({"every-5-min.a", "every-5-min.c"})
    watched = Watched(3, {}, settled, [stayed, regained, lost])

    assert list(watched.rounds("every-5-min")) == [stayed]
