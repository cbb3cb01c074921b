"""What a partition sends next, and when. No I/O, no clock."""

from __future__ import annotations

from math import inf
from typing import Callable, Optional

from .batch import Batch, Pending
from .errors import GatewayError, LostError, RefusedError
from .line import Line
from .queue import Limits, RecordQueue
from .settings import Settings
from .topics import TopicPartition


class Outgoing:
    """The records of a partition on their way: queue and frozen batches."""

    def __init__(self, place: TopicPartition, settings: Settings, limits: Limits,
                 jitter: Callable[[], float] = lambda: 1.0) -> None:
        self.place = place
        self._settings = settings
        self._limits = limits
        self._jitter = jitter
        self._queue = RecordQueue(limits, settings.linger)
        self._hold = 0.0
        self._fate: Optional[GatewayError] = None
        self._dead: Optional[GatewayError] = None
        self.parked: Optional[RefusedError] = None
        """Why what was restored is not taken now. It is tried again, and stays in the outbox."""
        self._let_go = 0
        """How many restored records count as released, although they may still be sent."""
        self.line = Line(place)
        self.stopped = False
        self.broken: Optional[GatewayError] = None
        self.accepted = 0
        self.released = 0

    # What comes in

    def add(self, record: Pending) -> bool:
        """Takes a record. True if that changes when the partition has something to send."""
        self.accepted += 1
        return self._queue.add(record)

    def restore(self, base: int, lines: list[bytes]) -> None:
        """Takes what an earlier process had frozen, in batches as large as those of this one. Only before start."""
        self.accepted += len(lines)
        left = RecordQueue(self._limits, 0.0)
        for line in lines:
            left.add(Pending(line, None, restored=True))
        while left:
            base = self.line.restore(base, left.take_batch())

    def start(self, next_sequence: int, lost: Optional[LostError] = None) -> None:
        """Begins to send, at the sequence that the registration gave; ``lost``: see Line.start."""
        self.released, self._let_go = self.released - self._let_go, 0
        stored, self.broken = self.line.start(next_sequence, lost)
        self.released += stored
        if self.broken:
            self._fail_queue(self.broken)

    def not_registered(self, error: GatewayError) -> int:
        """Fails what waits for the registration. Nobody waits any more for what was restored: returns how many records
        that are, the first time."""
        self._fail_queue(error)
        return self._let_go_of_restored()

    def told(self, batch: Batch) -> None:
        """Counts a batch whose outcome is told."""
        let_go = min(self._let_go, len(batch.records)) if batch.restored else 0
        self._let_go -= let_go
        self.released += len(batch.records) - let_go

    def quiet(self) -> bool:
        """Whether nothing happens here until a record comes, or a fence is answered."""
        return not self._queue and not self.stopped and self.line.empty() and self.released >= self.accepted

    def unused(self) -> bool:
        """Whether it is as if no record had ever come, as far as the log knows."""
        return self.quiet() and self.line.next_sequence == 0 and self.broken is None

    def _let_go_of_restored(self) -> int:
        more = self.line.restored() - self._let_go
        self.released += more
        self._let_go += more
        return more

    def _fail_queue(self, error: GatewayError) -> None:
        while self._queue:
            self.line.fail(self._queue.take(), error)

    # What goes out

    def poll(self, now: float, urgent: bool) -> list[Batch]:
        """The batches to send now. Those whose ``attempt`` is 1 are newly frozen."""
        if not self._sends() or now < self._hold:
            return []
        waiting = self.line.unresolved()
        room = self._width() - sum(batch.in_flight for batch in waiting)
        due = [batch for batch in self._in_turn(waiting) if batch.not_before <= now][:max(room, 0)]
        for _ in range(self._room_for_new(waiting)):
            if self._queue.ripe_at(urgent) <= now:
                due.append(self.line.freeze(self._queue.take_batch()))
        head = next(iter(self.line.unresolved()), None)
        for batch in due:
            batch.in_flight, batch.as_head, batch.early = True, batch is head, False
            batch.attempt += 1
        return due

    def wake_at(self, urgent: bool, sending: bool) -> float:
        """When something is to do, unless an answer comes first. ``sending``: whether poll will be called."""
        if self._dead:
            return inf
        waiting = self.line.unresolved()
        times = [self._over_at(batch) for batch in waiting]
        if self._queue_expires():
            times.append(self._queue.deadline)
        flying = sum(batch.in_flight for batch in waiting)
        if sending and self._sends() and flying < self._width():
            times += [max(batch.not_before, self._hold) for batch in self._in_turn(waiting)]
            if self._room_for_new(waiting) > 0:
                times.append(max(self._queue.ripe_at(urgent), self._hold))
        return min(times, default=inf)

    def _over_at(self, batch: Batch) -> float:
        """When the time of a batch is over: a fence that is to say what failed has as long again."""
        return batch.deadline + (self._settings.delivery_timeout if self._fate is not None and not batch.confirmed else 0.0)

    def _sends(self) -> bool:
        return not self.stopped and not self._dead and self.line.next_sequence is not None

    def _in_turn(self, waiting: list[Batch]) -> list[Batch]:
        """Those that may be sent, in order. Nothing is sent behind what may be somebody else's: the answer says whose that
        is, and of what is behind it only that it is the same."""
        own = [batch for batch in waiting if batch.restored and batch.confirmed]
        return [batch for batch in own[:1] or waiting if not batch.in_flight]

    def _width(self) -> int:
        return 1 if self.parked else self._settings.max_in_flight

    def _room_for_new(self, waiting: list[Batch]) -> int:
        """How many batches may be frozen: none before what was restored has its outcome."""
        return 0 if waiting and waiting[0].restored else self._settings.max_in_flight - len(waiting)

    def _queue_expires(self) -> bool:
        return not self.stopped or self._fate is not None
