"""Which partition a record goes to: the rule of Kafka's Java producer."""

from __future__ import annotations

import random

_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit murmur2 of ``data``, unsigned."""
    length = len(data)
    h = 0x9747B28C ^ length
    whole = length & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * _M & _MASK
        k = (k ^ k >> 24) * _M & _MASK
        h = h * _M & _MASK ^ k
    if length > whole:
        h = (h ^ int.from_bytes(data[whole:], "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15


def partition_for_key(key: bytes, partitions: int) -> int:
    """The partition of a key among ``partitions``: the same in all clients and in Kafka."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


class StickyPartitioner:
    """Partitions for records without a key: one at a time, until a batch of bytes has gone there."""

    def __init__(self, batch_bytes: int) -> None:
        self._batch_bytes = batch_bytes
        self._current = -1
        self._bytes = 0

    def partition(self, size: int, partitions: int) -> int:
        """The partition of a record of ``size`` bytes among ``partitions``."""
        if self._current < 0 or self._bytes >= self._batch_bytes:
            self._current = self._other(partitions)
            self._bytes = 0
        self._bytes += size
        return self._current

    def _other(self, partitions: int) -> int:
        if partitions == 1 or self._current < 0:
            return random.randrange(partitions)
        chosen = random.randrange(partitions - 1)
        return chosen + (chosen >= self._current)
