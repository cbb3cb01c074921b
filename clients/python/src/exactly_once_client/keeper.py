"""What of the partitions is in the outbox, if there is one."""

from __future__ import annotations

import logging
from typing import Callable, Collection, Iterable, Mapping, NamedTuple, Optional

from .batch import Batch, Outcome
from .entries import Entry
from .errors import GatewayError, LostError, OutboxError, UnknownOutcomeError, as_unknown
from .outbox import Outbox
from .partition import Partition
from .topics import TopicPartition

_log = logging.getLogger("exactly_once_client")


class Told(NamedTuple):
    """An outcome to be told."""

    partition: Partition
    batch: Batch
    outcome: Outcome


class Keeper:
    """Writes down what a later process has to know. ``failed`` is told when the disk does not take it."""

    def __init__(self, outbox: Optional[Outbox], failed: Callable[[GatewayError], None]) -> None:
        self._outbox = outbox
        self._failed = failed
        self._producer_id: Optional[int] = None
        self._marks: dict[TopicPartition, int] = {} if outbox is None else dict(outbox.stored)

    def restore(self, partition: Callable[[TopicPartition], Partition]) -> None:
        """Gives partitions what earlier processes left."""
        if self._outbox is not None:
            for place, base, lines in self._outbox.recovered():
                partition(place).restore(base, lines)
            for place, sequence in self._marks.items():
                partition(place).line.stored_before = sequence

    def registered(self, producer_id: Optional[int]) -> Optional[LostError]:
        """Learns who the producer is. Returns why what earlier processes left is lost, if the log knows it as another."""
        self._producer_id = producer_id
        if self._outbox is None or self._outbox.owner in (None, producer_id):
            return None
        self._marks.clear()
        return LostError(f"The log is another one: the outbox has records of producer {self._outbox.owner}, "
                         f"the name belongs to producer {producer_id} now.")

    def freeze(self, new: list[Entry]) -> bool:
        """Whether batches are on the disk, as they have to be before they are sent."""
        return not new or self._keep(lambda outbox: outbox.append(new))

    def void(self, told: list[Told], partitions: Collection[Partition]) -> Optional[list[Told]]:
        """Makes sure that a later process sends nothing of which the application is told that it is not stored, and
        the rest under the sequences that it has now: for each partition in one entry, so that no crash comes between.

        Returns what is to be told; None if the disk does not take it.
        """
        moved = {p.place: p.line.moved for p in partitions if p.line.moved is not None}
        void = [(place, base, b"".join(line + b"\n" for line in lines)) for place, (base, lines) in moved.items()]
        if not self._bury(told) or not self._own() or not self.freeze(void):
            return None
        for partition in partitions:
            partition.line.moved = None
        for place in self._marks.keys() & moved.keys():
            self._marks[place] = min(self._marks[place], moved[place][0])
        return told

    def mark(self, partitions: Iterable[Partition]) -> None:
        """Notes what is stored, so that a later process does not send it to a topic that was made again."""
        stored = {p.place: p.line.noted for p in partitions
                  if p.line.noted > self._marks.get(p.place, 0)} if self._outbox is not None else {}
        if stored and self._keep(lambda outbox: outbox.mark(stored)):
            self._marks.update(stored)

    def settle(self, partitions: Mapping[TopicPartition, Partition]) -> None:
        """Deletes what nobody needs any more."""
        def settled(place: TopicPartition) -> int:
            partition = partitions.get(place)
            if partition is None:  # nothing came of it, and nothing is left
                return 2**63
            return -1 if partition.line.next_sequence is None else partition.line.settled

        self._keep(lambda outbox: outbox.settle(settled))

    def _own(self) -> bool:
        """Has the outbox be this producer's, and nobody else's: what it has of another one is void then."""
        producer_id = self._producer_id
        if self._outbox is None or producer_id is None or self._outbox.owner == producer_id:
            return True
        return self._keep(lambda outbox: outbox.own(producer_id))

    def _bury(self, told: list[Told]) -> bool:
        """Nobody is told of what an earlier process left: what failed of it is kept, and the log tells."""
        failed = [one for one in told if one.batch.restored and isinstance(one.outcome, GatewayError)
                  and not isinstance(one.outcome, UnknownOutcomeError)]
        if not failed:
            return True

        def bury(outbox: Outbox) -> None:
            for place in {one.partition.place for one in failed}:
                mine = [one for one in failed if one.partition.place == place]
                path = outbox.bury(place, mine[0].batch.base, b"".join(one.batch.body for one in mine))
                _log.error("%d records that an earlier process left for %s cannot be stored, and are kept in %s: %s",
                           sum(len(one.batch.records) for one in mine), place, path, mine[0].outcome)

        return self._keep(bury)

    def _keep(self, write: Callable[[Outbox], None]) -> bool:
        try:
            if self._outbox is not None:
                write(self._outbox)
            return True
        except OSError as error:
            self._marks.clear()  # what was not yet on the disk is cut off: close notes all of it again
            self._failed(OutboxError(f"The outbox cannot be written: {error}"))
            return False


def not_voided(told: list[Told]) -> list[Told]:
    """What is to be told if the disk did not take it: a later process may send what was sent before."""
    return [Told(p, batch, as_unknown(outcome) if batch.attempt and isinstance(outcome, GatewayError) else outcome)
            for p, batch, outcome in told]
