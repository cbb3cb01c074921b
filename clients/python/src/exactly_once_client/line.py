"""The frozen batches of a partition, in the order of their sequences, until they are told. No I/O, no clock."""

from __future__ import annotations

from typing import Iterable, Optional

from .batch import Batch, Outcome, Pending
from .errors import GatewayError, LostError, as_unknown
from .topics import TopicPartition


class Line:
    """Gives records their sequences, and outcomes back in the order in which the records came."""

    def __init__(self, place: TopicPartition) -> None:
        self._place = place
        self._batches: list[Batch] = []
        self._restored: list[Batch] = []
        self.next_sequence: Optional[int] = None
        """Of the next record that is frozen; None before start."""
        self.acknowledged = 0
        """All below this sequence was stored."""
        self.moved: Optional[tuple[int, list[bytes]]] = None
        """From which sequence on all that was frozen before is void, and the records that have these sequences now."""
        self.stored_before = 0
        """Below which sequence all was stored, as earlier processes have noted."""

    def __contains__(self, batch: Batch) -> bool:
        return batch in self._batches

    @property
    def noted(self) -> int:
        """All below this sequence was stored, as a later process may rely on."""
        return min(self.acknowledged, self.settled)

    @property
    def settled(self) -> int:
        """All frozen below this sequence has its outcome."""
        return self._batches[0].base if self._batches else self.next_sequence or 0

    def restore(self, base: int, records: list[Pending]) -> int:
        """Takes a batch that an earlier process had frozen; returns its end. Only before start."""
        self._restored.append(Batch(base, records, attempt=1, doubt=True))
        return base + len(records)

    def start(self, next_sequence: int, lost: Optional[LostError] = None) -> tuple[int, Optional[LostError]]:
        """Begins at a sequence. What was restored is sent again, unless it is known to be stored: how many records that
        are is returned. Of those that the log seems to have, the answer says whether it has them, or somebody else's.

        The rest goes on where the log ends, or the log is ``lost``: then it has none of them, and the reason is returned.
        """
        restored, self._restored = self._restored, []
        if next_sequence < self.stored_before:
            lost = lost or LostError(f"The log was put back, or its topic deleted: it expects sequence {next_sequence} in "
                                     f"{self._place}, all below {self.stored_before} was stored.")
            self._void(next_sequence)
        known = 0 if lost else self.stored_before
        pieces = [piece for batch in restored for piece in batch.pieces(known, next_sequence)]
        left = [piece for piece in pieces if piece.base >= known]
        end = next_sequence
        for batch in left:
            batch.confirmed = lost is None and batch.end <= next_sequence
            if lost is None and not batch.confirmed and batch.base != end:
                lost = LostError(f"The outbox has sequence {batch.base} of {self._place}, the log expects {end}.")
            end = max(end, batch.end)
        if lost and left:
            for batch in left:
                batch.outcome = None if batch.confirmed else lost
            end = next_sequence
            self._void(end)
        self._batches += left
        self.acknowledged, self.next_sequence = next_sequence, end
        return sum(len(piece.records) for piece in pieces if piece.base < known), lost if left else None

    def unresolved(self) -> list[Batch]:
        """The batches without an outcome."""
        return [batch for batch in self._batches if batch.outcome is None]

    def restored(self) -> int:
        """How many records of earlier processes have no outcome."""
        return sum(len(batch.records) for batch in self._restored + self.unresolved() if batch.restored)

    def empty(self) -> bool:
        """Whether there is nothing to send, and nothing to tell."""
        return not self._batches and not self._restored

    def is_last(self, batch: Batch) -> bool:
        """Whether nothing is frozen behind a batch."""
        return batch is self._batches[-1]

    def freeze(self, records: list[Pending]) -> Batch:
        """Gives records the next sequences."""
        assert self.next_sequence is not None
        batch = Batch(self.next_sequence, records)
        self.next_sequence = batch.end
        self._batches.append(batch)
        return batch

    def fail(self, record: Pending, error: GatewayError) -> None:
        """The outcome of a record that was never frozen, to be told in its turn."""
        self._batches.append(Batch(self.next_sequence or 0, [record], outcome=error))

    def stored(self, batch: Batch, outcome: Outcome) -> None:
        """A receipt came."""
        batch.outcome = outcome
        self.acknowledged = max(self.acknowledged, batch.end)

    def call_the_early(self, now: float) -> None:
        """Lets the next batch go at once if it only waited for those before it."""
        for batch in self.unresolved()[:1]:
            if batch.early:
                batch.not_before = now

    def give_up(self, batch: Batch, error: GatewayError) -> None:
        """Fails a batch without a fence: if it may be stored, it is unknown."""
        batch.outcome = as_unknown(error) if batch.doubt else error
        if not batch.doubt:
            self.next_sequence = min(batch.base, self.next_sequence or 0)
            self._void(batch.base)

    def give_up_all(self, error: GatewayError, restored: bool) -> bool:
        """Fails all without a fence, what is under way too, and with ``restored`` what was. True if any is unknown."""
        batches = [batch for batch in self.unresolved() if restored or not batch.restored]
        for batch in batches:
            batch.doubt |= batch.in_flight
            self.give_up(batch, batch.refusal or error)
        return any(batch.doubt for batch in batches)

    def split(self, batch: Batch, base: int) -> None:
        """Makes two batches of one, under the same sequences: the second begins at ``base``."""
        at = self._batches.index(batch)
        self._batches[at : at + 1] = batch.pieces(base)

    def take_out(self, batch: Batch, index: int, error: GatewayError) -> None:
        """Fails one record of a batch. Those before it and behind it are batches of their own now."""
        at, base = self._batches.index(batch), batch.base + index
        self._batches[at : at + 1] = pieces = batch.pieces(base, base + 1)
        for piece in pieces:
            piece.outcome = error if piece.base == base else None

    def lose(self, batch: Batch, error: LostError) -> None:
        """Refuses a batch, and what was restored behind it: where the log has that, too, it is somebody else's."""
        for one in self._batches[self._batches.index(batch) :]:
            if one is batch or one.restored:
                one.refusal = error

    def settle(self, next_sequence: int, fate: Optional[GatewayError], now: float, seconds: float) -> None:
        """Goes on where a fence says: what is stored has some seconds to learn its offset, the rest fails with its
        refusal or with ``fate``. What has neither stays where it is, so that outcomes keep their order, and closes up.

        So does what was restored, unless the log is lost. Of that the first alone can be refused: after a crash the next
        process finds it under the same sequence.
        """
        self.acknowledged = self.next_sequence = next_sequence
        again: list[bytes] = []
        for at, batch in enumerate(self._batches):
            why = batch.refusal or fate
            if batch.restored and not isinstance(fate, LostError):
                why = batch.refusal if batch.base == next_sequence else None
            if batch.outcome is not None:
                continue
            if batch.end <= next_sequence and not isinstance(batch.refusal, LostError):
                batch.confirm(now, seconds)
            elif batch.base < next_sequence:
                batch.outcome = batch.refusal or LostError("Somebody else writes under this producer's id.")
            elif why is not None:
                batch.outcome = why
            else:
                self._batches[at] = anew = batch.renumbered(self.next_sequence)
                self.next_sequence = anew.end
                again += [record.line for record in anew.records]
        self.moved = next_sequence, again

    def _void(self, base: int) -> None:
        """Makes void what was frozen from a sequence on."""
        start, lines = self.moved or (base, [])
        self.moved = min(start, base), lines[: max(base - start, 0)]

    def release(self) -> Iterable[tuple[Batch, Outcome]]:
        """The outcomes to tell, in order, each once. Nobody waits behind what was restored."""
        at = 0
        while at < len(self._batches):
            outcome = self._batches[at].outcome
            if outcome is not None:
                yield self._batches.pop(at), outcome
            elif self._batches[at].restored:
                at += 1
            else:
                return
