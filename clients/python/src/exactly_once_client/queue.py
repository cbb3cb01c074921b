"""Records that wait to be frozen into batches. No I/O, no clock."""

from __future__ import annotations

from collections import deque
from math import inf

from .batch import Pending
from .settings import Settings


class Limits:
    """What a request may have at most: the producer's setting, or less once the gateway has said so."""

    def __init__(self, settings: Settings) -> None:
        self.bytes = settings.batch_bytes
        self.records = 10_000

    def learn(self, problem: dict[str, object]) -> None:
        """Takes over the limits that a 413 names."""
        for name, field in (("maxBytes", "bytes"), ("maxRecords", "records")):
            limit = problem.get(name)
            if isinstance(limit, int) and limit > 0:
                setattr(self, field, min(getattr(self, field), limit))


class RecordQueue:
    """The records of one partition that were not sent yet, in order."""

    def __init__(self, limits: Limits, linger: float) -> None:
        self._limits = limits
        self._linger = linger
        self._records: deque[Pending] = deque()
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._records)

    @property
    def deadline(self) -> float:
        """When the first record has to have its outcome."""
        return self._records[0].deadline if self._records else inf

    def add(self, record: Pending) -> bool:
        """Takes a record. True if that changes when there is something to send."""
        before = self._bytes
        self._records.append(record)
        self._bytes += len(record.line) + 1
        return before == 0 or before < self._limits.bytes <= self._bytes

    def ripe_at(self, urgent: bool) -> float:
        """When the next batch may be taken: once it is full, or its first record has waited long enough."""
        if not self._records:
            return inf
        if urgent or self._bytes >= self._limits.bytes or len(self._records) >= self._limits.records:
            return 0.0
        return self._records[0].queued + self._linger

    def take_batch(self) -> list[Pending]:
        """Takes the records of the next batch: one at least."""
        batch = [self.take()]
        size = len(batch[0].line) + 1
        while self._records:
            size += len(self._records[0].line) + 1
            if size > self._limits.bytes or len(batch) >= self._limits.records:
                break
            batch.append(self.take())
        return batch

    def take(self) -> Pending:
        """Takes the first record."""
        record = self._records.popleft()
        self._bytes -= len(record.line) + 1
        return record
