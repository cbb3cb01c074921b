"""The producer's state in one partition: what is sent next, and what each answer means. No I/O, no clock."""

from __future__ import annotations

from math import inf
from typing import Callable, Iterable, Optional

from .answers import Action, Answer, action_of, expected_sequence, leaves_doubt
from .batch import Batch, Outcome, Pending
from .errors import (DeliveryTimeoutError, GatewayError, LostError, RefusedError, TooLargeError,
                     as_unknown)
from .queue import Limits, RecordQueue
from .settings import Settings, backoff


class Partition:
    """Queue, frozen batches and sequences of one partition.

    A batch is frozen when it is first sent. Outcomes leave in the order in which the records came.
    A stopped partition sends nothing until a fence says which of its batches are stored.
    """

    def __init__(self, number: int, settings: Settings, limits: Limits,
                 jitter: Callable[[], float] = lambda: 1.0) -> None:
        self.number = number
        self._settings = settings
        self._limits = limits
        self._jitter = jitter
        self._queue = RecordQueue(limits, settings.linger)
        self._frozen: list[Batch] = []
        self._acknowledged = 0
        self._hold = 0.0
        self._fate: Optional[GatewayError] = None
        self._dead: Optional[GatewayError] = None
        self.next_sequence: Optional[int] = None
        self.stopped = False
        self.broken: Optional[GatewayError] = None
        self.moved_back = False
        """Sequences from next_sequence on are void, whatever was frozen under them."""
        self.accepted = 0
        self.released = 0

    # What comes in

    def add(self, record: Pending) -> bool:
        """Takes a record. True if that changes when the partition has something to send."""
        self.accepted += 1
        return self._queue.add(record)

    def restore(self, base: int, lines: list[bytes]) -> None:
        """Takes a batch that an earlier process had frozen. Only before start."""
        self._frozen.append(Batch(base, [Pending(line, None) for line in lines], attempt=1, doubt=True))
        self.accepted += len(lines)

    def start(self, next_sequence: int) -> None:
        """Begins to send, at the sequence that the registration gave. What was restored below it is stored."""
        restored, self._frozen = self._frozen, []
        for batch in restored:
            stored = min(max(next_sequence - batch.base, 0), len(batch.records))
            self.released += stored
            if stored < len(batch.records):  # of a batch that was split a part may be stored
                self._frozen.append(Batch(batch.base + stored, batch.records[stored:], attempt=1, doubt=True))
        expected = next_sequence
        for batch in self._frozen:
            if batch.base != expected:
                raise LostError(f"The outbox has sequence {batch.base} of partition {self.number}, "
                                f"the log expects {expected}.")
            expected = batch.end
        self._acknowledged = next_sequence
        self.next_sequence = expected

    # What goes out

    def poll(self, now: float, urgent: bool) -> list[Batch]:
        """The batches to send now. Those whose ``attempt`` is 1 are newly frozen."""
        if self.stopped or self._dead or self.next_sequence is None or now < self._hold:
            return []
        waiting = self._unresolved()
        room = self._settings.max_in_flight - sum(batch.in_flight for batch in waiting)
        due = [batch for batch in waiting if not batch.in_flight and batch.not_before <= now][:max(room, 0)]
        for _ in range(self._settings.max_in_flight - len(waiting)):
            if self._queue.ripe_at(urgent) <= now:
                due.append(self._freeze())
        head = next(iter(self._unresolved()), None)
        for batch in due:
            batch.in_flight, batch.as_head, batch.early = True, batch is head, False
            batch.attempt += 1
        return due

    def wake_at(self, urgent: bool, sending: bool) -> float:
        """When something is to do, unless an answer comes first. ``sending``: whether poll will be called."""
        if self._dead:
            return inf
        waiting = self._unresolved()
        times = [batch.deadline + (self._settings.delivery_timeout if self.stopped else 0.0) for batch in waiting]
        if self._queue_expires():
            times.append(self._queue.deadline)
        sending = sending and not self.stopped and self.next_sequence is not None
        flying = sum(batch.in_flight for batch in waiting)
        if sending and flying < self._settings.max_in_flight:
            times += [max(batch.not_before, self._hold) for batch in waiting if not batch.in_flight]
            if len(waiting) < self._settings.max_in_flight:
                times.append(max(self._queue.ripe_at(urgent), self._hold))
        return min(times, default=inf)

    def release(self) -> Iterable[tuple[Batch, Outcome]]:
        """The outcomes to tell, in order, each once."""
        while self._frozen and (outcome := self._frozen[0].outcome) is not None:
            yield self._frozen.pop(0), outcome

    @property
    def settled(self) -> int:
        """All frozen below this sequence has its outcome."""
        if self._frozen:
            return self._frozen[0].base
        return self.next_sequence or 0

    # What the gateway says

    def answered(self, batch: Batch, answer: Answer, now: float) -> None:
        """Takes the answer to the last request of a batch."""
        batch.in_flight = False
        if batch.outcome is not None or batch not in self._frozen:
            return
        action = action_of(answer)
        batch.doubt |= leaves_doubt(answer)
        if action is Action.STORED:
            batch.stored(answer.document())
            self._acknowledged = max(self._acknowledged, batch.end)
            self._call_the_early(now)
        elif self._dead is not None:
            self._give_up(batch, self._dead)
        elif action is Action.RETRY:
            self._hold = max(self._hold, now + answer.retry_after() if answer.retry_after() else 0.0)
            self._again_later(batch, now)
        elif action is Action.RESYNC:
            self._resync(batch, answer, now)
        elif action is Action.SPLIT:
            self._split(batch, answer)
        elif action is Action.LOST:
            self._lose(batch, f"Somebody else writes under this producer's id: {answer.reason()}", answer)
        elif action is Action.UNKNOWN_PARTITION and not batch.confirmed:
            self.shut(RefusedError(answer.reason(), answer.problem()))
        else:
            self._refuse(batch, RefusedError(answer.reason(), answer.problem()), answer.status == 400)

    def again(self, batch: Batch, now: float) -> None:
        """The request was refused only because the producer has a new epoch: the same bytes go again."""
        batch.in_flight = False
        batch.not_before = now

    def _resync(self, batch: Batch, answer: Answer, now: float) -> None:
        expected = expected_sequence(answer)
        if expected is not None and batch.base < expected < batch.end:
            self._lose(batch, f"Somebody else writes under this producer's id: {answer.reason()}", answer)
        elif expected is not None and expected < batch.base and batch.as_head:
            self._lose(batch, f"The log was put back: {answer.reason()}", answer)
        else:
            batch.early = True
            self._again_later(batch, now)

    def _again_later(self, batch: Batch, now: float) -> None:
        batch.not_before = now + backoff(batch.attempt, self._settings, self._jitter())

    def _call_the_early(self, now: float) -> None:
        for batch in self._unresolved()[:1]:
            if batch.early:
                batch.not_before = now

    def _split(self, batch: Batch, answer: Answer) -> None:
        self._limits.learn(answer.problem())
        if len(batch.records) == 1:
            self._refuse(batch, TooLargeError(answer.reason(), answer.problem()), False)
            return
        at = self._frozen.index(batch)
        self._frozen[at : at + 1] = batch.halves()

    def _refuse(self, batch: Batch, error: GatewayError, isolate: bool) -> None:
        """Fails a batch. Those behind it get its sequences, once a fence has made sure of what is stored."""
        if batch.confirmed:
            batch.outcome = as_unknown(error)
            return
        if isolate and len(batch.records) > 1:
            for record in batch.records:
                record.alone = True
            self.stop(None)
            return
        if batch.doubt or batch is not self._frozen[-1]:
            batch.refusal = error
            self.stop(None)
            return
        self._give_up(batch, error)

    def _give_up(self, batch: Batch, error: GatewayError) -> None:
        batch.outcome = as_unknown(error) if batch.doubt else error
        if not batch.doubt:
            self.next_sequence = min(batch.base, self.next_sequence or 0)
            self.moved_back = True

    def _lose(self, batch: Batch, reason: str, answer: Answer) -> None:
        """The log is not what it was: this batch is not in it, whatever a fence finds under its sequences."""
        batch.refusal = LostError(reason, answer.problem())
        self._break(batch.refusal)

    def _break(self, error: LostError) -> None:
        self.broken = self._fate = error
        self.stop(error)

    # Time-outs, fences, the end

    def stop(self, fate: Optional[GatewayError]) -> None:
        """Sends nothing more until resolve. What is not stored then fails with ``fate``; without, it goes again."""
        self.stopped = True
        self._fate = self._fate or fate

    def shut(self, error: GatewayError) -> None:
        """Fails what was never sent, and finds out about the rest by a fence."""
        if self._unresolved():
            self.stop(error)
        self._fail_queue(error)

    def expire(self, now: float) -> bool:
        """Stops if a batch is over its time; fails records that were never sent. True if outcomes became unknown."""
        unknown = False
        for batch in self._unresolved():
            if batch.deadline > now or self._dead:
                break
            if batch.confirmed:
                batch.outcome = as_unknown(DeliveryTimeoutError("It is stored, but its offset could not be read."))
                continue
            if self._fate is None:
                self.stop(DeliveryTimeoutError("The delivery time-out is over."))
            if self.stopped and batch.deadline + self._settings.delivery_timeout <= now:
                batch.outcome = as_unknown(DeliveryTimeoutError("No gateway answers."))
                unknown = True
        while self._queue.deadline <= now and self._queue_expires():
            self._fail_next_of_queue(DeliveryTimeoutError("The delivery time-out is over."))
        return unknown

    def resolve(self, next_sequence: int, now: float) -> None:
        """A fence was answered: below ``next_sequence`` is stored, the rest is not, and never will be."""
        if next_sequence < self._acknowledged:
            self._break(LostError(f"The log was put back: it expects sequence {next_sequence} in partition "
                                  f"{self.number}, all below {self._acknowledged} was stored."))
        if not self.stopped:
            return
        again: list[Batch] = []
        for batch in self._unresolved():
            if batch.end <= next_sequence and not isinstance(batch.refusal, LostError):
                batch.confirm(now, self._settings.delivery_timeout)
            elif batch.base < next_sequence:
                batch.outcome = batch.refusal or LostError("Somebody else writes under this producer's id.")
            elif batch.refusal or self._fate:
                batch.outcome = batch.refusal or self._fate
            else:
                again.append(batch)
        self._requeue(again)
        self._acknowledged = self.next_sequence = next_sequence
        self.moved_back = True
        self.stopped, self._fate = False, None
        if self.broken:
            self._fail_queue(self.broken)

    def kill(self, error: GatewayError) -> None:
        """The producer has ended: nothing is sent any more. What is under way still gets its answer."""
        self._dead = self._dead or error
        for batch in self._unresolved():
            if not batch.in_flight:
                self._give_up(batch, self._dead)
        self._fail_queue(self._dead)

    def abandon(self, error: GatewayError) -> None:
        """As kill, but waits for no answer."""
        for batch in self._unresolved():
            batch.doubt |= batch.in_flight
            batch.in_flight = False
        self.kill(error)

    def _requeue(self, batches: list[Batch]) -> None:
        for batch in reversed(batches):
            self._frozen.remove(batch)
            self._queue.put_back(batch.records)

    def _fail_queue(self, error: GatewayError) -> None:
        while self._queue:
            self._fail_next_of_queue(error)

    def _fail_next_of_queue(self, error: GatewayError) -> None:
        batch = Batch(self.next_sequence or 0, [self._queue.take()])
        batch.outcome = error
        self._frozen.append(batch)

    def _queue_expires(self) -> bool:
        return not self.stopped or self._fate is not None

    # Batches

    def _unresolved(self) -> list[Batch]:
        return [batch for batch in self._frozen if batch.outcome is None]

    def _freeze(self) -> Batch:
        assert self.next_sequence is not None
        batch = Batch(self.next_sequence, self._queue.take_batch())
        self.next_sequence = batch.end
        self._frozen.append(batch)
        return batch
