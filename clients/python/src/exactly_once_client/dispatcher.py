"""What is sent when, and what answers and time-outs lead to, over all partitions of a producer."""

from __future__ import annotations

import logging
import random
from functools import partial
from math import inf
from typing import Callable, Optional

from .answers import Action, Answer, action_of
from .batch import Batch
from .errors import ClosedError, FencedError, GatewayError, RefusedError, UnknownOutcomeError
from .handshake import Handshake
from .keeper import Keeper, Told, not_voided
from .outbox import Outbox
from .partition import Partition
from .queue import Limits
from .session import NoSession, Session
from .settings import Settings
from .topics import TopicPartition
from .transport import Call, Transport
from .unnumbered import UnnumberedPartition
from .workers import Workers

_log = logging.getLogger("exactly_once_client")
_jitter = partial(random.uniform, 0.8, 1.2)

Event = Callable[[float], None]
"""Something that happened, to be called with the time."""


class Dispatcher:
    """Owns the session, the partitions and the requests under way. Not thread-safe: its owner has the lock.

    ``events`` takes answers from the workers, as events that the owner calls; ``missing`` topics that a gateway does not
    know, or not so many partitions of. An answer, or a record, takes as long as there are partitions with something to
    do, however many others there are.
    """

    def __init__(self, transport: Transport, workers: Workers, settings: Settings, name: Optional[str],
                 outbox: Optional[Outbox], events: Callable[[Event], None],
                 missing: Callable[[str], None] = lambda topic: None) -> None:
        self._transport = transport
        self._workers = workers
        self._settings = settings
        self._keeper = Keeper(outbox, self._die)
        self._events = events
        self._missing = missing
        self._session = (Session if settings.numbered else NoSession)(name, settings, _jitter)
        self.handshake = Handshake(transport, workers, settings.http_timeout,
                                    lambda answer: events(partial(self._asked, answer)))
        self._limits = Limits(settings)
        self._sequences: dict[TopicPartition, int] = {}
        self._calls: dict[Batch, tuple[Partition, Call]] = {}
        self._partitions: dict[TopicPartition, Partition] = {}
        self.active: dict[TopicPartition, Partition] = {}
        """Those that have something to send, to tell, or to find out."""
        self.fatal: Optional[GatewayError] = None
        """Why nothing is sent any more."""
        self.blind = False
        """Outcomes became unknown, and no gateway has said since what is stored."""
        self._in_doubt = False
        self._keeper.restore(self.partition)

    def partition(self, place: TopicPartition) -> Partition:
        """The state of a partition that gets something to do."""
        partition = self._partitions.get(place)
        if partition is None:
            kind = Partition if self._settings.numbered else UnnumberedPartition
            partition = self._partitions[place] = kind(place, self._settings, self._limits, _jitter)
            if self._session.producer_id is not None:
                partition.start(self._sequences.get(place, 0))
        self.active[place] = partition
        return partition

    def idle(self) -> bool:
        """Whether every record has been told its outcome."""
        return all(partition.released >= partition.accepted for partition in self.active.values())

    def in_doubt(self) -> bool:
        """Whether the next process has something to find out, or to send, if it has the outbox."""
        return self._in_doubt or self._left() > 0

    def _left(self) -> int:
        """How many records of earlier processes have no outcome."""
        return sum(partition.line.restored() for partition in self.active.values())

    def advance(self, now: float, urgent: bool) -> list[Told]:
        """One step: what is over its time, what is to be sent. Returns what is to be told."""
        for partition in self.active.values():
            self.blind |= partition.expire(now)
        if self.fatal is None:
            self._fence_if_stopped()
            if self._asks() and (request := self._session.poll(now)) is not None:
                self.handshake.send(request)
        told = self._write_down(self._release())
        if self.fatal is None and self._session.ready:  # and the disk has what is void, and what has other sequences
            self._send(now, urgent)
        self._forget_the_quiet()
        return told

    def wake_at(self, urgent: bool) -> float:
        """When advance has something to do, unless something happens before."""
        times = [p.wake_at(urgent, self._session.ready) for p in self.active.values()]
        return min(times + [self._session.wake_at() if self.fatal is None and self._asks() else inf])

    def shut(self) -> None:
        """The producer is being closed: what was never sent fails, a fence tells about the rest."""
        for partition in self.active.values():
            partition.shut(ClosedError("The producer was closed before the record was stored."))

    def abandon(self) -> None:
        """The producer is closed: every record has its outcome now."""
        self.fatal = self.fatal or ClosedError("The producer was closed before the record was stored.")
        for partition in self.active.values():
            partition.abandon(self.fatal)
        for _, call in self._calls.values():
            call.abort()
        self.handshake.close()

    def give_up(self, error: GatewayError) -> list[Told]:
        """As abandon, when nothing will be called any more. Returns what is to be told."""
        self.fatal = error
        self.abandon()
        told = self._release()
        try:
            return self._write_down(told)
        except Exception:  # such as the one that is the reason
            return not_voided(told)

    def _release(self) -> list[Told]:
        told = [Told(p, batch, outcome) for p in self.active.values() for batch, outcome in p.line.release()]
        self._in_doubt |= any(isinstance(one.outcome, UnknownOutcomeError) for one in told)
        return told

    def _forget_the_quiet(self) -> None:
        for place, partition in [(place, p) for place, p in self.active.items() if p.quiet()]:
            del self.active[place]
            if partition.unused():  # such as one of a topic that there is not
                del self._partitions[place]

    # Requests

    def _asks(self) -> bool:
        """Whether somebody waits for a registration or a fence; nobody does for what was left, but it is to be sent."""
        wanted = self.blind or self._left() > 0 or not self.idle()
        return not self._session.ready and not self.handshake.closed and wanted

    def _fence_if_stopped(self) -> None:
        if self._session.ready and any(p.stopped for p in self.active.values()):
            self._session.fence()
            for partition, call in self._calls.values():
                if partition.stopped:
                    call.abort()

    def _send(self, now: float, urgent: bool) -> None:
        due = [(p, batch) for p in self.active.values() for batch in p.poll(now, urgent)]
        new = [(p.place, batch.base, batch.body) for p, batch in due if batch.attempt == 1]
        for _, batch in due:
            batch.in_flight = False  # until its request is, whatever the disk says
        if not self._keeper.freeze(new):
            return
        for partition, batch in due:
            call = Call()
            batch.in_flight = True
            self._calls[batch] = (partition, call)
            self._workers.run(partial(self._append, partition, batch, call, self._headers(batch)))

    def _headers(self, batch: Batch) -> dict[str, str]:
        hold = {"Prefer": f"wait={self._hold_seconds(batch)}"} if self._hold_seconds(batch) else {}
        return {"Content-Type": "application/x-ndjson", **self._session.headers(batch.base), **hold}

    def _hold_seconds(self, batch: Batch) -> int:
        """How long the gateway may hold a request for its predecessors. The first one has none under way: if it is
        early all the same, the log was put back, and it is better to know at once."""
        return 0 if batch.as_head else self._settings.wait

    def _append(self, partition: Partition, batch: Batch, call: Call, headers: dict[str, str]) -> None:
        timeout = self._settings.http_timeout + self._hold_seconds(batch)
        answer = self._transport.request("POST", f"{partition.place.path}/records", body=batch.body,
                                         headers=headers, timeout=timeout, call=call)
        self._events(partial(self._appended, partition, batch, answer))

    # Answers

    def _appended(self, partition: Partition, batch: Batch, answer: Answer, now: float) -> None:
        del self._calls[batch]
        if action_of(answer) is Action.FENCED and self.fatal is None:
            if not self._session.fenced_by_another(answer.document().get("currentEpoch")):
                partition.again(batch, now)
                return
            self._die(FencedError(answer.reason(), answer.problem()))
        if action_of(answer) is Action.UNKNOWN_PLACE:
            self._missing(partition.place.topic)
        parked = partition.parked
        partition.answered(batch, answer, now)
        if partition.parked is not None and parked is None:
            _log.warning("%d records that an earlier process left for %s wait, and stay in the outbox: %s",
                         partition.line.restored(), partition.place, partition.parked)

    def _asked(self, answer: Answer, now: float) -> None:
        self.handshake.done()
        if self.fatal is not None:
            return
        first = self._session.producer_id is None
        try:
            sequences = self._session.answered(answer, now)
            if sequences is None:
                return
            self._sequences = sequences
            lost = self._keeper.registered(self._session.producer_id) if first else None
            for place, partition in self._partitions.items():
                next_sequence = sequences.get(place, 0)
                partition.start(next_sequence, lost) if first else partition.resolve(next_sequence, now)
            self.active = dict(self._partitions)
            self.blind = False
        except RefusedError as error:
            self._not_served(error, first)
        except GatewayError as error:
            self._die(error)

    def _not_served(self, error: GatewayError, first: bool) -> None:
        """What waits for the registration, or the fence, fails. The next records ask again; so does what was left."""
        left = 0
        for partition in self.active.values():
            if first:
                left += partition.not_registered(error)
            elif partition.stopped:
                self.blind |= partition.not_fenced(error)
        if left:
            _log.warning("%d records that an earlier process left wait, and stay in the outbox: %s", left, error)

    def _die(self, error: GatewayError) -> None:
        self.fatal = self.fatal or error
        for partition in self.active.values():
            partition.kill(self.fatal)
        self._events(lambda now: None)  # there is something to tell, whatever has failed

    # The outbox

    def _write_down(self, told: list[Told]) -> list[Told]:
        voided = self._keeper.void(told, self.active.values())
        if voided is None:
            self._in_doubt = True
            return not_voided(told)
        self._keeper.mark(self.active.values())
        if self.fatal is None and not self.blind:  # else the oldest of what is in doubt would go first
            self._keeper.settle(self._partitions)
        return told
