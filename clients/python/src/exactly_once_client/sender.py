"""Between the threads of the application and the one thread that decides and tells outcomes."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from math import inf
from queue import Empty, SimpleQueue
from typing import Callable, Optional

from .batch import Pending
from .dispatcher import Dispatcher, Event
from .errors import ClosedError, DeliveryTimeoutError
from .keeper import Told
from .outbox import Outbox
from .records import Receipt
from .settings import Settings, limited
from .topics import TopicPartition
from .transport import Transport
from .workers import Workers

_log = logging.getLogger("exactly_once_client")

_CALLBACK_SECONDS = 5.0
"""How long close waits, after its time, for callbacks that are running."""

RECORD_OVERHEAD = 1700
"""Bytes that a record takes beside its line, most of them for its future (measured with tracemalloc)."""


class NotNow(DeliveryTimeoutError):
    """It would have to wait, and may not."""


class Sender:
    """Takes records, bounds their memory, and runs the dispatcher on a thread that starts with the first record."""

    def __init__(self, transport: Transport, workers: Workers, settings: Settings, name: Optional[str],
                 outbox: Optional[Outbox], missing: Callable[[str], None]) -> None:
        self._transport = transport
        self._workers = workers
        self._settings = settings
        self._outbox = outbox
        self._events: SimpleQueue[Optional[Event]] = SimpleQueue()
        self._dispatcher = Dispatcher(transport, workers, settings, name, outbox, self._events.put, missing)
        self._changed = threading.Condition(threading.Lock())
        self._thread: Optional[threading.Thread] = None
        self._used = 0
        self._urgent = 0
        """How many threads wait for outcomes: batches are not held back for more records then."""
        self._failed = 0
        """How many records failed since the last report."""
        self._first_failure: Optional[Exception] = None
        self._closed = False
        self._close_by = inf
        """When a close has to be done (time.monotonic)."""
        self._finished = False
        if self._dispatcher.active:  # an earlier process has left something to send
            self._start()

    # For the threads of the application

    def submit(self, place: TopicPartition, line: bytes, future: Future[Receipt], deadline: Optional[float]) -> None:
        """Takes a record, and waits for memory until ``deadline`` (time.monotonic), if there is one. Raises a
        NotStoredError if it does not take it."""
        size = len(line) + RECORD_OVERHEAD
        with self._changed:
            self._wait_for_room(size, deadline)
            partition = self._dispatcher.partition(place)
            if partition.broken is not None:
                raise partition.broken.with_traceback(None)
            now = time.monotonic()
            self._used += size
            wake = partition.add(Pending(line, future, now, now + self._settings.delivery_timeout))
            self._start()
        if wake:
            self._events.put(None)

    def flush(self, timeout: Optional[float]) -> bool:
        """Waits until all that was taken has its outcome. False if the time, in seconds, is over before."""
        timeout = None if timeout is None else limited(timeout)
        if self.in_callback():
            raise RuntimeError("flush in a callback would wait for itself.")
        with self._changed:
            goals = [(partition, partition.accepted) for partition in self._dispatcher.active.values()]
            done = self._wait(lambda: all(p.released >= goal for p, goal in goals), timeout)
        self._report_failures()
        return done

    def close(self, timeout: Optional[float]) -> None:
        """Takes nothing more and waits for outcomes.

        Near the end of the time it fences what is under way, to know; at the end it gives up. Without a timeout
        that is when each record must have had its outcome. Callbacks that run long may hold it up a little more.
        Of several calls the earliest end counts, also if the first one was interrupted.
        """
        now = time.monotonic()
        timeout = self._settings.patience if timeout is None else limited(timeout)
        with self._changed:
            self._closed = True
            self._close_by = min(self._close_by, now + timeout)
            self._changed.notify_all()
            if self._thread is not None:
                self._end_deliveries(0.0 if self.in_callback() else max(self._close_by - now, 0.0))
            self._finished = True
            self._dispatcher.handshake.close()
            self._events.put(None)
        if self._thread is None:
            self._release_all()
        elif not self.in_callback():
            self._thread.join(_CALLBACK_SECONDS / 2)

    def _end_deliveries(self, timeout: float) -> None:
        idle = self._dispatcher.idle
        grace = min(timeout / 2, 5.0)
        if not self._wait(idle, timeout - grace):
            self._events.put(lambda _: self._dispatcher.shut())
            self._wait(idle, grace)
        if not idle():
            self._events.put(lambda _: self._dispatcher.abandon())
            self._wait(idle, 0.0 if self.in_callback() else _CALLBACK_SECONDS / 2)

    def _wait(self, done: Callable[[], bool], timeout: Optional[float]) -> bool:
        self._urgent += 1
        self._events.put(None)
        try:
            return self._changed.wait_for(done, timeout)
        finally:
            self._urgent -= 1

    def _wait_for_room(self, size: int, deadline: Optional[float]) -> None:
        def room() -> bool:
            self.raise_if_shut()
            return self._used == 0 or self._used + size <= self._settings.buffer_bytes

        if room():
            return
        if deadline is None or self.in_callback():
            raise NotNow("The buffer is full.")
        if not self._wait(room, max(deadline - time.monotonic(), 0.0)):
            raise DeliveryTimeoutError(f"The buffer is full, {self._settings.max_block} s after send was called.")

    def raise_if_shut(self) -> None:
        """Raises a NotStoredError if no record is taken just now. Needs no lock for a first look."""
        if self._dispatcher.fatal is not None:
            raise self._dispatcher.fatal.with_traceback(None)
        if self._closed:
            raise ClosedError("The producer is closed.")
        if self._dispatcher.blind:
            raise DeliveryTimeoutError("No gateway says what is stored: the producer takes no records until one does.")

    def in_callback(self) -> bool:
        """Whether this is the thread that tells outcomes, on which nothing may wait for others."""
        return threading.current_thread() is self._thread

    def _start(self) -> None:
        if self._thread is None:
            self._workers.prepare()
            self._thread = threading.Thread(target=self._run, name="exactly-once-sender", daemon=True)
            self._thread.start()

    # The thread

    def _run(self) -> None:
        try:
            self._deliver()
        except BaseException as error:  # such as no memory: nobody waits for ever
            with self._changed:
                told = self._dispatcher.give_up(ClosedError(f"The producer's thread has ended: {error!r}"))
            self._tell(told)
            raise
        finally:
            self._release_all()

    def _deliver(self) -> None:
        while True:
            with self._changed:
                told = self._dispatcher.advance(time.monotonic(), self._urgent > 0)
                if self._finished and not told:
                    return
                wake_at = 0.0 if told else self._dispatcher.wake_at(self._urgent > 0)
            self._tell(told)
            self._take_events(min(max(wake_at - time.monotonic(), 0.0), 3600.0))

    def _take_events(self, timeout: float) -> None:
        try:
            event = self._events.get(timeout=timeout)
            with self._changed:
                while True:
                    if event is not None:
                        event(time.monotonic())
                        self._changed.notify_all()
                    event = self._events.get_nowait()
        except Empty:
            pass

    def _tell(self, told: list[Told]) -> None:
        for partition, batch, outcome in told:
            batch.tell(partition.place, outcome)
        if told:
            with self._changed:
                for partition, batch, outcome in told:
                    mine = [record for record in batch.records if record.future is not None]
                    partition.told(batch)
                    self._used -= sum(len(record.line) + RECORD_OVERHEAD for record in mine)
                    if mine and isinstance(outcome, Exception):
                        self._failed += len(mine)
                        self._first_failure = self._first_failure or outcome
                self._changed.notify_all()

    def _report_failures(self) -> None:
        """For those who look at no future."""
        with self._changed:
            failed, first = self._failed, self._first_failure
            self._failed, self._first_failure = 0, None
        if failed:
            _log.warning("%d records have no receipt, as their futures say; the first: %s: %s", failed,
                         type(first).__name__, first)

    def _release_all(self) -> None:
        self._report_failures()
        if self._outbox is not None:
            self._outbox.close(settled=self._dispatcher.idle() and not self._dispatcher.in_doubt())
        self._workers.stop()
        self._transport.close()
