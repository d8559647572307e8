"""Figures as few octets: whole steps of each metric's resolution, seven bits an octet.

Zero says that nothing was measured, so that a gap is never a zero; n + 1 says n steps. The code of
the numbers is that of LEB128 (DWARF 5, 7.6).
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from toban.domain.metrics import Layout, Sample, resolution
from toban.domain.series import Bucket

_LAST_BITS, _MORE = 0x7F, 0x80


def packed_sample(slot: int, sample: Sample) -> bytes:
    """Return the figures of a sample behind the number of its slot (0..11 in an hour)."""
    steps = (_steps(metric, sample.values.get(metric)) for metric in sample.layout.metrics())
    return bytes(_octets([slot, *steps]))


def unpacked_sample(packed: bytes, layout: Layout) -> tuple[int, dict[str, float]]:
    """Return the slot and the figures that were measured."""
    slot, *steps = _numbers(packed)
    values = {
        metric: (number - 1) * resolution
        for (metric, resolution), number in zip(_resolved(layout), steps, strict=True)
        if number
    }
    return slot, values


def packed_buckets(layout: Layout, buckets: Mapping[str, Sequence[Bucket | None]]) -> bytes:
    """Return roll-ups of all metrics; every metric of the layout has equally many buckets."""
    numbers: list[int] = []
    for metric in layout.metrics():
        for bucket in buckets[metric]:
            numbers += _of_bucket(metric, bucket)
    return zlib.compress(bytes(_octets(numbers)))


def unpacked_buckets(
    packed: bytes, layout: Layout, count: int
) -> dict[str, tuple[Bucket | None, ...]]:
    """Return `count` buckets of every metric of the layout."""
    numbers = iter(_numbers(zlib.decompress(packed)))
    return {
        metric: tuple(_bucket(numbers, step) for _ in range(count))
        for metric, step in _resolved(layout)
    }


def _resolved(layout: Layout) -> list[tuple[str, float]]:
    return [(metric, resolution(metric)) for metric in layout.metrics()]


def _steps(metric: str, value: float | None) -> int:
    return 0 if value is None else max(0, round(value / resolution(metric))) + 1


def _of_bucket(metric: str, bucket: Bucket | None) -> list[int]:
    if bucket is None:
        return [0]
    lowest, average, highest = (_steps(metric, value) for value in bucket)
    return [average, average - lowest, highest - average]


def _bucket(numbers: Iterator[int], step: float) -> Bucket | None:
    average = next(numbers)
    if not average:
        return None
    lowest, highest = average - next(numbers), average + next(numbers)
    return Bucket((lowest - 1) * step, (average - 1) * step, (highest - 1) * step)


def _octets(numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        rest = number
        while rest > _LAST_BITS:
            yield rest & _LAST_BITS | _MORE
            rest >>= 7
        yield rest


def _numbers(octets: bytes) -> list[int]:
    found: list[int] = []
    number = shift = 0
    for octet in octets:
        if octet & _MORE:
            number |= (octet & _LAST_BITS) << shift
            shift += 7
        else:
            found.append(number | octet << shift)
            number = shift = 0
    return found
