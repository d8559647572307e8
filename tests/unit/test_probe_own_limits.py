"""What a process allows itself while it probes."""

import gc

import pytest

from probe.own_limits import OBJECTS_UNSWEPT, affordable, seldom_swept


def test_garbage_is_looked_for_seldom_while_a_shard_is_probed_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), seldom_swept():
        assert gc.get_threshold() == (OBJECTS_UNSWEPT, *before[1:])
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_one_probe_at_a_time_is_always_afforded() -> None:
    assert affordable(0) == 1
    assert affordable(7) <= 7
