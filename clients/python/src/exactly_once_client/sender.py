"""The thread that brings records to the gateway, and outcomes back."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future
from functools import partial
from math import inf
from queue import Empty, SimpleQueue
from typing import Callable, Optional

from .answers import Action, Answer, action_of
from .batch import Batch, Outcome, Pending, Stored
from .errors import ClosedError, DeliveryTimeoutError, FencedError, GatewayError, OutboxError, RefusedError, as_unknown
from .outbox import Outbox
from .partition import Limits, Partition
from .records import TOPIC, Receipt
from .session import Request, Session
from .settings import Settings
from .transport import Call, Transport
from .workers import Workers

RECORD_OVERHEAD = 1024
"""Bytes that a record costs in memory beside its line: its future and its place in the queue."""


class NotNow(DeliveryTimeoutError):
    """It would have to wait, and may not."""


def _jitter() -> float:
    return random.uniform(0.8, 1.2)


class Sender:
    """Owns the session and the partitions. One thread decides and tells outcomes, workers wait for the network."""

    def __init__(self, transport: Transport, workers: Workers, settings: Settings, name: Optional[str],
                 outbox: Optional[Outbox]) -> None:
        self._transport = transport
        self._workers = workers
        self._settings = settings
        self._session = Session(name, settings, _jitter)
        self._limits = Limits(settings)
        self._outbox = outbox
        self._partitions: dict[int, Partition] = {}
        self._sequences: dict[int, int] = {}
        self._calls: dict[Batch, tuple[Partition, Call]] = {}
        self._events: SimpleQueue[Optional[Callable[[float], None]]] = SimpleQueue()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._thread: Optional[threading.Thread] = None
        self._used = 0
        self._urgent = 0
        self._blind = False
        self._fatal: Optional[GatewayError] = None
        self._closed = False
        self._finished = False
        if outbox is not None:
            self._restore(outbox)

    # For the threads of the application

    def submit(self, number: int, line: bytes, future: Future[Receipt], block: bool) -> None:
        """Takes a record, and waits for memory if it may. Raises a NotStoredError if it does not take it."""
        size = len(line) + RECORD_OVERHEAD
        with self._lock:
            self._wait_for_room(size, block)
            partition = self._partition(number)
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
        if threading.current_thread() is self._thread:
            raise RuntimeError("flush in a callback would wait for itself.")
        with self._lock:
            goals = [(partition, partition.accepted) for partition in self._partitions.values()]
            return self._wait_urgently(lambda: all(p.released >= goal for p, goal in goals), timeout)

    def close(self, timeout: Optional[float]) -> None:
        """Takes nothing more and waits for outcomes.

        Near the end of the time it fences what is under way, to know; at the end it gives up. Without a timeout
        that is when each record must have had its outcome.
        """
        if timeout is None:
            timeout = 2 * self._settings.delivery_timeout + 10.0
        with self._lock:
            self._closed = True
            self._changed.notify_all()
            if self._thread is not None and threading.current_thread() is not self._thread:
                grace = min(timeout / 2, 5.0)
                if not self._wait_urgently(self._idle, timeout - grace):
                    self._events.put(self._shut)
                    self._wait_urgently(self._idle, grace)
            if self._thread is not None and not self._idle():
                self._events.put(self._abandon)
                if threading.current_thread() is not self._thread:
                    self._wait_urgently(self._idle, 5.0)
            self._finished = True
            self._events.put(None)
        if self._thread is None:
            self._end()
        elif threading.current_thread() is not self._thread:
            self._thread.join(5.0)

    def _wait_urgently(self, done: Callable[[], bool], timeout: Optional[float]) -> bool:
        self._urgent += 1
        self._events.put(None)
        try:
            return self._changed.wait_for(done, timeout)
        finally:
            self._urgent -= 1

    def _wait_for_room(self, size: int, block: bool) -> None:
        def room() -> bool:
            self._raise_if_shut()
            return self._used == 0 or self._used + size <= self._settings.buffer_bytes

        if room():
            return
        if not block or threading.current_thread() is self._thread:
            raise NotNow("The buffer is full.")
        if not self._wait_urgently(room, self._settings.max_block):
            raise DeliveryTimeoutError(f"The buffer was full for {self._settings.max_block} s.")

    def _raise_if_shut(self) -> None:
        if self._fatal is not None:
            raise self._fatal.with_traceback(None)
        if self._closed:
            raise ClosedError("The producer is closed.")
        if self._blind:
            raise DeliveryTimeoutError("No gateway answers: the producer takes no records until it knows what is stored.")

    def _idle(self) -> bool:
        return all(partition.released >= partition.accepted for partition in self._partitions.values())

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="exactly-once-sender", daemon=True)
            self._thread.start()

    def _partition(self, number: int) -> Partition:
        partition = self._partitions.get(number)
        if partition is None:
            partition = self._partitions[number] = Partition(number, self._settings, self._limits, _jitter)
            if self._session.producer_id is not None:
                partition.start(self._sequences.get(number, 0))
        return partition

    def _restore(self, outbox: Outbox) -> None:
        for number, base, lines in outbox.recovered():
            self._partition(number).restore(base, lines)
        if self._partitions:
            self._start()

    # The thread

    def _run(self) -> None:
        while True:
            with self._lock:
                told = self._advance(time.monotonic())
                if self._finished and not told:
                    break
            self._tell(told)
            self._take_events(0.0 if told else None)
        self._end()

    def _take_events(self, timeout: Optional[float]) -> None:
        if timeout is None:
            with self._lock:
                timeout = min(max(self._wake_at() - time.monotonic(), 0.0), 3600.0)
        try:
            event = self._events.get(timeout=timeout)
            with self._lock:
                while True:
                    if event is not None:
                        event(time.monotonic())
                    event = self._events.get_nowait()
        except Empty:
            pass

    def _wake_at(self) -> float:
        sending = self._session.ready
        times = [p.wake_at(self._urgent > 0, sending) for p in self._partitions.values()]
        return min(times + [inf if self._fatal else self._session.wake_at()])

    def _advance(self, now: float) -> list[tuple[Partition, Batch, Outcome]]:
        """One step: what is over its time, what is to be sent, what is to be told."""
        for partition in self._partitions.values():
            self._blind |= partition.expire(now)
        if self._fatal is None:
            self._fence_if_stopped()
            request = self._session.poll(now)
            if request is not None:
                self._workers.run(partial(self._ask, request))
            if self._session.ready:
                self._send(now)
        told = [(p, batch, outcome) for p in self._partitions.values() for batch, outcome in p.release()]
        return told if self._outbox is None else self._write_down(told)

    def _fence_if_stopped(self) -> None:
        if self._session.ready and any(p.stopped for p in self._partitions.values()):
            self._session.fence()
            for partition, call in self._calls.values():
                if partition.stopped:
                    call.abort()

    def _send(self, now: float) -> None:
        due = [(p, batch) for p in self._partitions.values() for batch in p.poll(now, self._urgent > 0)]
        if self._outbox is not None:
            new = [(p.number, batch.base, batch.body) for p, batch in due if batch.attempt == 1]
            if new and not self._keep(lambda outbox: outbox.append(new)):
                for _, batch in due:
                    batch.in_flight = False
                self._die(ClosedError("The outbox cannot be written."))
                return
        for partition, batch in due:
            call = Call()
            self._calls[batch] = (partition, call)
            self._workers.run(partial(self._append, partition, batch, call, self._headers(batch)))

    def _headers(self, batch: Batch) -> dict[str, str]:
        headers = {"Content-Type": "application/x-ndjson", "Producer-Id": str(self._session.producer_id),
                   "Producer-Epoch": str(self._session.epoch), "Producer-Seq": str(batch.base)}
        if self._settings.wait:
            headers["Prefer"] = f"wait={self._settings.wait}"
        return headers

    # The workers

    def _append(self, partition: Partition, batch: Batch, call: Call, headers: dict[str, str]) -> None:
        answer = self._transport.request("POST", f"/partitions/{partition.number}/records", body=batch.body,
                                         headers=headers, timeout=self._settings.http_timeout, call=call)
        self._events.put(partial(self._appended, partition, batch, answer))

    def _ask(self, request: Request) -> None:
        answer = self._transport.request("POST", request.path, body=request.body,
                                         headers={"Content-Type": "application/json"},
                                         timeout=self._settings.http_timeout)
        self._events.put(partial(self._asked, answer))

    # What happened

    def _appended(self, partition: Partition, batch: Batch, answer: Answer, now: float) -> None:
        del self._calls[batch]
        action = action_of(answer)
        if action is Action.FENCED and self._fatal is None:
            if not self._session.fenced_by_another(answer.document().get("currentEpoch")):
                partition.again(batch, now)
                return
            self._die(FencedError(answer.reason(), answer.problem()))
        elif action is Action.FATAL:
            self._die(RefusedError(answer.reason(), answer.problem()))
        partition.answered(batch, answer, now)

    def _asked(self, answer: Answer, now: float) -> None:
        first = self._session.producer_id is None
        try:
            sequences = self._session.answered(answer, now)
            if sequences is None:
                return
            self._sequences = sequences
            for number, partition in self._partitions.items():
                next_sequence = sequences.get(number, 0)
                partition.start(next_sequence) if first else partition.resolve(next_sequence, now)
            self._blind = False
        except GatewayError as error:
            self._die(error)
        self._changed.notify_all()

    def _shut(self, now: float) -> None:
        for partition in self._partitions.values():
            partition.shut(ClosedError("The producer was closed before the record was stored."))

    def _abandon(self, now: float) -> None:
        self._fatal = self._fatal or ClosedError("The producer was closed before the record was stored.")
        for partition in self._partitions.values():
            partition.abandon(self._fatal)
        for _, call in self._calls.values():
            call.abort()

    def _die(self, error: GatewayError) -> None:
        self._fatal = self._fatal or error
        for partition in self._partitions.values():
            partition.kill(self._fatal)
        self._changed.notify_all()

    def _tell(self, told: list[tuple[Partition, Batch, Outcome]]) -> None:
        for partition, batch, outcome in told:
            for at, record in enumerate(batch.records):
                if record.future is None:
                    continue
                if isinstance(outcome, Stored):
                    record.future.set_result(Receipt(TOPIC, partition.number, outcome.base_offset + at,
                                                     outcome.base_sequence + at, outcome.duplicate,
                                                     outcome.appended_at))
                else:
                    record.future.set_exception(outcome)
        if told:
            with self._lock:
                for partition, batch, _ in told:
                    partition.released += len(batch.records)
                    self._used -= sum(len(r.line) + RECORD_OVERHEAD for r in batch.records if r.future is not None)
                self._changed.notify_all()

    # The outbox

    def _keep(self, write: Callable[[Outbox], None]) -> bool:
        assert self._outbox is not None
        try:
            write(self._outbox)
            return True
        except OSError as error:
            self._die(OutboxError(f"The outbox cannot be written: {error}"))
            return False

    def _write_down(self, told: list[tuple[Partition, Batch, Outcome]]) -> list[tuple[Partition, Batch, Outcome]]:
        """Makes sure that a later process sends nothing of which the application is told that it is not stored."""
        void = {p.number: p.next_sequence or 0 for p in self._partitions.values() if p.moved_back}
        for partition in self._partitions.values():
            partition.moved_back = False
        if void and not self._keep(lambda outbox: outbox.cut(void)):
            return [(p, batch, as_unknown(outcome) if batch.attempt and isinstance(outcome, GatewayError) else outcome)
                    for p, batch, outcome in told]
        if not self._blind:
            settled = {p.number: p.settled for p in self._partitions.values() if p.next_sequence is not None}
            self._keep(lambda outbox: outbox.settle(settled))
        return told

    def _end(self) -> None:
        if self._outbox is not None:
            self._outbox.close()
        self._workers.stop()
        self._transport.close()
