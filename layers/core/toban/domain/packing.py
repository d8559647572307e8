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
    """Return roll-ups of all metrics; every metric of the layout has equally many buckets.

    Of each metric come all averages, then how far the minima lie below and the maxima above them.
    """
    numbers: list[int] = []
    for metric in layout.metrics():
        steps = [_of_bucket(metric, bucket) for bucket in buckets[metric]]
        for part in range(3):
            numbers += [each[part] for each in steps]
    return zlib.compress(bytes(_octets(numbers)))


def unpacked_buckets(packed: bytes, layout: Layout, count: int) -> dict[str, list[Bucket | None]]:
    """Return `count` buckets of every metric of the layout."""
    numbers = _numbers(zlib.decompress(packed))
    found: dict[str, list[Bucket | None]] = {}
    for place, (metric, step) in enumerate(_resolved(layout)):
        first = 3 * count * place
        averages, below, above = (
            numbers[first + part * count : first + (part + 1) * count] for part in range(3)
        )
        found[metric] = [
            Bucket((at - low - 1) * step, (at - 1) * step, (at + high - 1) * step) if at else None
            for at, low, high in zip(averages, below, above, strict=True)
        ]
    return found


def _resolved(layout: Layout) -> list[tuple[str, float]]:
    return [(metric, resolution(metric)) for metric in layout.metrics()]


def _steps(metric: str, value: float | None) -> int:
    return 0 if value is None else max(0, round(value / resolution(metric))) + 1


def _of_bucket(metric: str, bucket: Bucket | None) -> tuple[int, int, int]:
    if bucket is None:
        return 0, 0, 0
    lowest, average, highest = (_steps(metric, value) for value in bucket)
    return average, average - lowest, highest - average


def _octets(numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        rest = number
        while rest > _LAST_BITS:
            yield rest & _LAST_BITS | _MORE
            rest >>= 7
        yield rest


def _numbers(octets: bytes) -> list[int]:
    if not octets or max(octets) <= _LAST_BITS:
        return list(octets)
    found: list[int] = []
    number = shift = 0
    for octet in octets:
        if octet > _LAST_BITS:
            number |= (octet & _LAST_BITS) << shift
            shift += 7
        elif shift:
            found.append(number | octet << shift)
            number = shift = 0
        else:
            found.append(octet)
    return found
