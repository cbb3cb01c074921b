"""Which partition a record goes to, and how many there are."""

from __future__ import annotations

import random
import threading
import time
from math import inf
from typing import Callable, Optional

from .answers import Action, action_of, refusal
from .errors import ClosedError, DeliveryTimeoutError, NotAuthorizedError, NotFoundError, RefusedError
from .partitioner import StickyPartitioner, partition_for_key
from .records import Key, key_bytes
from .sender import NotNow
from .settings import Settings, backoff
from .topics import TopicPartition, partitions_path
from .transport import Call, Transport
from .workers import Workers

_METADATA_SECONDS = 300.0
"""After this time the number of partitions is read again, as in Kafka."""

_MISSING = 1000
"""Of how many topics it is remembered that a gateway did not have them."""


class PartitionsUnknown(NotNow):
    """A gateway has to be asked how many partitions there are."""


class _Topic:
    """What is known of a topic that a gateway has told of."""

    def __init__(self, partitions: int, batch_bytes: int) -> None:
        self.partitions = partitions
        self.read = time.monotonic()
        self.sticky = StickyPartitioner(batch_bytes)


class Choice:
    """Chooses partitions as Kafka's Java producer does, among as many as the record's topic has. Thread-safe.

    ``check`` raises why the producer takes no records, if it takes none.
    """

    def __init__(self, transport: Transport, workers: Workers, settings: Settings, check: Callable[[], None]) -> None:
        self._transport = transport
        self._workers = workers
        self._settings = settings
        self._check = check
        self._closed = threading.Event()
        self._calls: set[Call] = set()
        """Of those who wait for a gateway's answer."""
        self._lock = threading.Lock()
        self._topics: dict[str, _Topic] = {}
        self._missing: dict[str, None] = {}
        """Topics of which records with a partition wait, too, for a gateway's word that it has it; the oldest first."""

    def choose(self, topic: str, partition: Optional[int], key: Key, size: int,
               deadline: Optional[float]) -> TopicPartition:
        """Where a record goes. May wait for a gateway's answer until ``deadline`` (time.monotonic), if there is one."""
        if partition is not None and (not isinstance(partition, int) or isinstance(partition, bool) or partition < 0):
            raise ValueError("A partition is a number from 0 on.")
        known = self._topics.get(topic)
        count = known.partitions if known is not None else 0 if topic in self._missing else inf
        if partition is not None and partition < count:
            return TopicPartition(topic, partition)
        if known is None or partition is not None:
            self._check()
            if deadline is None:
                raise PartitionsUnknown("The number of partitions has to be asked for first.")
            known = self._learn(topic, partition, deadline)
        if partition is not None:
            return TopicPartition(topic, partition)
        self._renew(topic, known)
        if key is not None:
            return TopicPartition(topic, partition_for_key(key_bytes(key), known.partitions))
        with self._lock:
            return TopicPartition(topic, known.sticky.partition(size, known.partitions))

    def forget(self, topic: str) -> None:
        """A gateway does not know the topic, or the partition: the next record has to ask."""
        with self._lock:
            self._topics.pop(topic, None)
            self._missing[topic] = None
            if len(self._missing) > _MISSING:
                del self._missing[next(iter(self._missing))]

    def close(self) -> None:
        """The producer is closed: nobody waits any more."""
        with self._lock:
            self._closed.set()
            for call in self._calls:
                call.abort()

    def _learn(self, topic: str, partition: Optional[int], end: float) -> _Topic:
        """Asks a gateway for the number of partitions, until ``end``."""
        attempt = 0
        while (known := self._ask(topic, min(max(end - time.monotonic(), 0.001), self._settings.http_timeout))) is None:
            attempt += 1
            pause = backoff(attempt, self._settings, random.uniform(0.8, 1.2))
            over = time.monotonic() + pause > end
            if self._closed.wait(0.0 if over else pause):
                raise ClosedError("The producer is closed.")
            self._check()
            if over:
                raise DeliveryTimeoutError(f"No gateway says how many partitions topic {topic} has.")
        if partition is not None and partition >= known.partitions:
            raise NotFoundError(f"There is no {TopicPartition(topic, partition)}: it has {known.partitions}.")
        return known

    def _ask(self, topic: str, timeout: float) -> Optional[_Topic]:
        """As _read, until the producer is closed."""
        call = Call()
        with self._lock:
            self._calls.add(call)
            if self._closed.is_set():
                call.abort()
        try:
            return self._read(topic, timeout, call)
        finally:
            with self._lock:
                self._calls.discard(call)

    def _renew(self, topic: str, known: _Topic) -> None:
        if time.monotonic() - known.read > _METADATA_SECONDS:
            known.read = time.monotonic()
            self._workers.run(lambda: self._read_again(topic))

    def _read_again(self, topic: str) -> None:
        try:
            self._ask(topic, self._settings.http_timeout)
        except RefusedError:  # the next record asks, and is told
            self.forget(topic)

    def _read(self, topic: str, timeout: float, call: Call) -> Optional[_Topic]:
        """What a gateway says; None if it does not answer. Raises a RefusedError if it does not have the topic, or
        does not show it."""
        answer = self._transport.request("GET", partitions_path(topic), timeout=timeout, call=call)
        partitions = answer.document().get("partitions")
        if answer.status == 200 and isinstance(partitions, list) and partitions:
            with self._lock:
                known = self._topics.get(topic) or _Topic(len(partitions), self._settings.batch_bytes)
                known.partitions, known.read = len(partitions), time.monotonic()
                self._topics[topic] = known  # now others see it
                self._missing.pop(topic, None)
            return known
        if answer.status == 200 and partitions == []:
            raise NotAuthorizedError(f"The gateway shows no partition of topic {topic}: the token has no right to "
                                     "produce to it, nor to read it.")
        if action_of(answer) is Action.UNKNOWN_PLACE:
            self.forget(topic)
        if answer.distrusted:
            raise RefusedError(answer.reason())
        if action_of(answer) not in (Action.RETRY, Action.STORED):
            raise refusal(answer)
        return None
