"""The producer that an application uses."""

from __future__ import annotations

import atexit
import os
import random
import ssl
import threading
import time
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Optional, Sequence, Union

from .answers import Action, action_of
from .errors import ClosedError, DeliveryTimeoutError, RefusedError, TooLargeError
from .outbox import Outbox
from .partitioner import StickyPartitioner, partition_for_key
from .records import TOPIC, Headers, Key, Receipt, encode, key_bytes
from .sender import NotNow, Sender
from .settings import Settings, backoff
from .transport import Token, Transport
from .workers import Workers

_METADATA_SECONDS = 300.0
"""After this time the number of partitions is read again, as in Kafka."""
_THREADS = 64


class PartitionsUnknown(NotNow):
    """A gateway has to be asked how many partitions there are."""


class Producer:
    """Sends records to a gateway so that each is stored once, in the order in which ``send`` was called.

    Thread-safe. ``urls``: one gateway, or several replicas of one. ``name``: the producer's stable identity; a later
    producer of this name fences this one. Without a name it is anonymous. ``token``: for ``Authorization: Bearer``,
    or a function that returns one for each request. ``outbox_dir``: a folder in which batches are kept until they are
    stored, over crashes too; needs a name. ``settings``: see Settings. A setting out of range is a ValueError.
    """

    def __init__(self, urls: Union[str, Sequence[str]], *, name: Optional[str] = None, token: Token = None,
                 ssl_context: Optional[ssl.SSLContext] = None,
                 outbox_dir: Union[str, os.PathLike[str], None] = None, **settings: Any) -> None:
        self._settings = Settings(**settings)
        if outbox_dir is not None and name is None:
            raise ValueError("An outbox needs the producer's name.")
        self._transport = Transport(urls, token, ssl_context)
        self._workers = Workers(_THREADS, "exactly-once-request")
        self._outbox = None if outbox_dir is None or name is None else Outbox(outbox_dir, name)
        self._sender = Sender(self._transport, self._workers, self._settings, name, self._outbox)
        self._sticky = StickyPartitioner(self._settings.batch_bytes)
        self._sticky_lock = threading.Lock()
        self._partitions = 0
        self._partitions_read = 0.0
        self._process = os.getpid()
        _open.add(self)

    def send(self, value: Any, *, topic: str = TOPIC, partition: Optional[int] = None, key: Key = None,
             headers: Headers = None, timestamp: Optional[datetime] = None) -> Future[Receipt]:
        """Hands a record over. The future has its receipt, or a NotStoredError, or an UnknownOutcomeError.

        ``value``: any JSON value, bytes, or TOMBSTONE. Without a partition the key chooses it, as in Kafka.
        Waits up to ``max_block`` seconds for memory and for the number of partitions. What cannot be sent is raised
        here: a NotStoredError, or a ValueError or TypeError for a value that the gateway cannot take.
        Callbacks of the futures run on the producer's thread, a partition's in the order of ``send``.
        """
        line = self._line(value, topic, key, headers, timestamp)
        return self._submit(line, self._choose(partition, key, len(line), True), True)

    def flush(self, timeout: Optional[float] = None) -> None:
        """Waits until every record handed over has its outcome. A TimeoutError after ``timeout`` seconds.

        Raises nothing for records that failed, which their futures tell: it logs a warning with their number.
        """
        self._check_process()
        if not self._sender.flush(timeout):
            raise TimeoutError(f"Not all records have an outcome after {timeout} s.")

    def close(self, timeout: Optional[float] = None) -> None:
        """Delivers what is pending, then closes. After ``timeout`` seconds all the rest has its outcome, too.

        Without ``timeout`` that takes as long as an outcome may: twice the delivery time-out and 10 s at the most. If
        a callback is still running then, close waits up to 5 s more for it.
        """
        _open.discard(self)
        if self._process == os.getpid():
            self._sender.close(timeout)

    def __enter__(self) -> Producer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _line(self, value: Any, topic: str, key: Key, headers: Headers, timestamp: Optional[datetime]) -> bytes:
        """The record as it is sent. Raises what cannot be sent."""
        self._check_process()
        if topic != TOPIC:
            raise RefusedError(f"There is no topic {topic!r}: the gateway has one, {TOPIC!r}.")
        line = encode(value, key, headers, timestamp)
        if len(line) > self._settings.buffer_bytes:
            raise TooLargeError(f"The record has {len(line)} bytes, the buffer {self._settings.buffer_bytes}.")
        return line

    def _submit(self, line: bytes, number: int, block: bool) -> Future[Receipt]:
        future: Future[Receipt] = Future()
        future.set_running_or_notify_cancel()
        self._sender.submit(number, line, future, block)
        return future

    def _choose(self, partition: Optional[int], key: Key, size: int, block: bool) -> int:
        if partition is not None and (not isinstance(partition, int) or partition < 0):
            raise ValueError("A partition is a number from 0 on.")
        if self._is_unknown(partition):
            if not block:
                raise PartitionsUnknown("The number of partitions has to be asked for first.")
            self._learn_partitions(partition)
        if partition is not None:
            return partition
        self._renew_partitions()
        if key is not None:
            return partition_for_key(key_bytes(key), self._partitions)
        with self._sticky_lock:
            return self._sticky.partition(size, self._partitions)

    def _is_unknown(self, partition: Optional[int]) -> bool:
        return self._partitions == 0 if partition is None else 0 < self._partitions <= partition

    def _learn_partitions(self, partition: Optional[int]) -> None:
        """Asks a gateway for the number of partitions, up to max_block seconds long."""
        end = time.monotonic() + self._settings.max_block
        attempt = 0
        while not self._read_partitions(min(max(end - time.monotonic(), 0.001), self._settings.http_timeout)):
            attempt += 1
            pause = backoff(attempt, self._settings, random.uniform(0.8, 1.2))
            if time.monotonic() + pause > end:
                raise DeliveryTimeoutError("No gateway says how many partitions there are.")
            time.sleep(pause)
        if self._is_unknown(partition):
            raise RefusedError(f"There is no partition {partition}: the gateway has {self._partitions}.")

    def _renew_partitions(self) -> None:
        if time.monotonic() - self._partitions_read > _METADATA_SECONDS:
            self._partitions_read = time.monotonic()
            self._workers.run(lambda: self._read_partitions(self._settings.http_timeout))

    def _read_partitions(self, timeout: float) -> bool:
        answer = self._transport.request("GET", "/partitions", timeout=timeout)
        partitions = answer.document().get("partitions")
        if answer.status == 200 and isinstance(partitions, list) and partitions:
            self._partitions, self._partitions_read = len(partitions), time.monotonic()
            return True
        if action_of(answer) not in (Action.RETRY, Action.STORED):
            raise RefusedError(answer.reason(), answer.problem())
        return False

    def _check_process(self) -> None:
        if self._process != os.getpid():
            raise ClosedError("This producer belongs to the process before the fork: make one in this process.")


_open: set[Producer] = set()


@atexit.register
def _close_all() -> None:
    """Each delivers on a thread of its own meanwhile, so that the time of the most patient one is enough for all."""
    producers = list(_open)
    end = time.monotonic() + max((producer._settings.patience for producer in producers), default=0.0)
    for producer in producers:
        producer.close(max(end - time.monotonic(), 0.0))


def _after_fork_in_child() -> None:
    for producer in list(_open):
        if producer._outbox is not None:
            producer._outbox.close()
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
