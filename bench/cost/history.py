"""Days of samples behind a server, as its rounds and roll-ups would have stored them."""

import math
from datetime import datetime, timedelta

from toban.domain.metrics import Layout, Sample
from toban.domain.packing import packed_sample
from toban.domain.rollup import RAW_DAYS
from toban.store import samples
from toban.store.tables import RollUpItem, SampleHourItem

LAYOUT = Layout(("/", "/var"), ("eth0",))
_SCALES = {"memory": 2.0**28, "swap": 2.0**24, "traffic": 1e6, "load": 0.05}
_SLOTS, _HOURS = 12, 24


def fill_day(server_id: str, day: datetime) -> None:
    """Store the 288 samples of the day (UTC), every metric measured."""
    for hour in range(_HOURS):
        at = day + timedelta(hours=hour)
        item = SampleHourItem(server_id, f"5min#{at:%Y-%m-%dT%H}#{LAYOUT.digest()}")
        item.samples = [
            packed_sample(slot, _sample(hour * _SLOTS + slot)) for slot in range(_SLOTS)
        ]
        item.newest = _SLOTS - 1
        item.parts = [list(LAYOUT.mounts), list(LAYOUT.interfaces)]
        item.expires_at = at + timedelta(days=RAW_DAYS)
        item.save()


def roll_up_as_before(server_id: str, day: datetime, now: datetime) -> None:
    """Roll the day up, give every other of the last weeks the same, and leave the day to do."""
    samples.roll_up(server_id, now)
    made = f"#{day:%Y-%m-%d}"
    for name in ("30min", "1day"):
        item = RollUpItem.get(server_id, f"{name}{made}")
        for back in range(1, RAW_DAYS):
            item.item = f"{name}#{day - timedelta(days=back):%Y-%m-%d}"
            item.save()
        item.item = f"{name}{made}"
        item.delete()


def _sample(slot: int) -> Sample:
    wave = 30 + 20 * math.sin(slot / 40)
    values = {
        metric: (wave + slot % 7) * _SCALES.get(metric.partition(".")[0], 1.0)
        for metric in LAYOUT.metrics()
    }
    return Sample(LAYOUT, values)
