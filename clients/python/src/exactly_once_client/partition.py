"""The producer's state in one partition: what each answer, time-out and fence means. No I/O, no clock."""

from __future__ import annotations

from typing import Optional

from .answers import Action, Answer, action_of, expected_sequence, leaves_doubt, refusal
from .batch import Batch
from .errors import DeliveryTimeoutError, GatewayError, LostError, RefusedError, as_unknown
from .outgoing import Outgoing
from .settings import backoff


class Partition(Outgoing):
    """Queue, frozen batches and sequences of one partition.

    A batch is frozen when it is first sent. Outcomes leave in the order in which the records came.
    A stopped partition sends nothing until a fence says which of its batches are stored.
    """

    # What the gateway says

    def answered(self, batch: Batch, answer: Answer, now: float) -> None:
        """Takes the answer to the last request of a batch."""
        batch.in_flight = False
        if batch.outcome is not None or batch not in self.line:
            return
        action = action_of(answer)
        batch.doubt |= leaves_doubt(answer)
        receipt = batch.receipt(self.place, answer.document()) if action is Action.STORED else None
        if receipt is not None:
            self.parked = None
            self.line.stored(batch, receipt)
            self.line.call_the_early(now)
        elif self._dead is not None:
            self.line.give_up(batch, self._dead)
        elif action in (Action.RETRY, Action.STORED):  # a 2xx without the batch's receipt is no answer
            self._hold = max(self._hold, now + answer.retry_after() if answer.retry_after() else 0.0)
            self._again_later(batch, now)
        elif action is Action.RESYNC:
            self._resync(batch, answer, now)
        elif action is Action.SPLIT:
            self._split(batch, answer)
        elif action is Action.LOST:
            self._mismatch(batch, answer)
        elif batch.restored and answer.status in (401, 403, 404):
            self._park(batch, refusal(answer), now)
        elif action is Action.UNKNOWN_PLACE and not batch.confirmed:
            self._not_there(refusal(answer))
        else:
            self._refuse(batch, refusal(answer), answer.status == 400)

    def again(self, batch: Batch, now: float) -> None:
        """The request was refused only because the producer has a new epoch: the same bytes go again."""
        batch.in_flight = False
        batch.not_before = now

    def _resync(self, batch: Batch, answer: Answer, now: float) -> None:
        expected = expected_sequence(answer)
        if expected is not None and batch.base < expected < batch.end:
            self._lose(batch, f"Somebody else writes under this producer's id: {answer.reason()}", answer)
        elif expected is not None and expected < batch.base and batch.as_head:
            self._lose(batch, f"The log was put back, or its topic deleted: {answer.reason()}", answer)
        else:
            batch.early = True
            self._again_later(batch, now)

    def _mismatch(self, batch: Batch, answer: Answer) -> None:
        """Somebody else has written there: in the place of all of the batch, or behind what the log has of it."""
        first = answer.document().get("firstMismatch")
        if isinstance(first, int) and batch.base < first < batch.end:
            self.line.split(batch, first)
        else:
            self._lose(batch, f"Somebody else writes under this producer's id: {answer.reason()}", answer)

    def _again_later(self, batch: Batch, now: float) -> None:
        batch.not_before = now + backoff(batch.attempt, self._settings, self._jitter())

    def _split(self, batch: Batch, answer: Answer) -> None:
        self._limits.learn(answer.problem())
        if len(batch.records) == 1:
            self._refuse(batch, refusal(answer), False)
        else:
            self.line.split(batch, batch.middle)

    def _refuse(self, batch: Batch, error: GatewayError, isolate: bool) -> None:
        """Fails a batch; with ``isolate`` only the records that are the reason, which halves of it find. Those behind
        get the sequences, once a fence has made sure of what is stored. A 400 may be for an epoch that was never issued,
        in a log that was put back, which a fence finds, too."""
        if isolate and len(batch.records) > 1:
            self.line.split(batch, batch.middle)
        elif batch.confirmed:
            batch.outcome = error if batch.restored else as_unknown(error)  # as nobody is told, it is kept for people
        elif isolate or batch.doubt or not self.line.is_last(batch):
            batch.refusal = error
            self.stop(None)
        else:
            self.line.give_up(batch, error)

    def _park(self, batch: Batch, error: RefusedError, now: float) -> None:
        """What was restored has no other copy: it waits until the gateway takes it, and nobody waits for it."""
        self.parked = error
        self._again_later(batch, now)
        self._fail_queue(error)
        self._let_go_of_restored()

    def _not_there(self, error: RefusedError) -> None:
        """All there is fails, after one fence: a late copy of a request may find a topic that is made meanwhile."""
        self.stop(error)
        if not self.line.acknowledged:  # else it is gone with its topic, as the fence will say
            self._fail_queue(error)

    def _lose(self, batch: Batch, reason: str, answer: Answer) -> None:
        """The log is not what it was: this batch is not in it, whatever a fence finds under its sequences."""
        error = LostError(reason, answer.problem())
        self.line.lose(batch, error)
        self._break(error)

    def _break(self, error: LostError) -> None:
        self.broken = self._fate = error
        self.stop(error)

    # Time-outs, fences, the end

    def stop(self, fate: Optional[GatewayError]) -> None:
        """Sends nothing more until resolve. What is not stored then fails with ``fate``; without, it goes again."""
        self.stopped = True
        self._fate = self._fate or fate

    def shut(self, error: GatewayError) -> None:
        """Fails what was never sent; a fence tells of the rest. What was restored stays in the outbox."""
        if any(not batch.restored for batch in self.line.unresolved()):
            self.stop(error)
        self._fail_queue(error)
        self._let_go_of_restored()

    def expire(self, now: float) -> bool:
        """Stops if a batch is over its time; fails records that were never sent. True if outcomes became unknown."""
        unknown = False
        for batch in self.line.unresolved():
            if batch.deadline > now or self._dead:
                continue
            if batch.confirmed:
                batch.outcome = as_unknown(DeliveryTimeoutError("It is stored, but its offset could not be read."))
                continue
            if self._fate is None:
                self.stop(DeliveryTimeoutError("The delivery time-out is over."))
            if self.stopped and batch.deadline + self._settings.delivery_timeout <= now:
                batch.outcome = as_unknown(DeliveryTimeoutError("No gateway answers."))
                unknown = True
        while self._queue.deadline <= now and self._queue_expires():
            self.line.fail(self._queue.take(), DeliveryTimeoutError("The delivery time-out is over."))
        return unknown

    def resolve(self, next_sequence: int, now: float) -> None:
        """A fence was answered: below ``next_sequence`` is stored, the rest is not, and never will be."""
        if next_sequence < self.line.acknowledged:
            self._break(LostError(f"The log was put back, or its topic deleted: it expects sequence {next_sequence} in "
                                  f"{self.place}, all below {self.line.acknowledged} was stored."))
        if not self.stopped:
            return
        self.line.settle(next_sequence, self._fate, now, self._settings.delivery_timeout)
        self.stopped, self._fate = False, None
        if self.broken:
            self._fail_queue(self.broken)

    def not_fenced(self, error: GatewayError) -> bool:
        """The gateway does not take the fence: fails all but what was restored, for which nobody waits, and stays
        stopped. True if outcomes became unknown."""
        self._fate = self._fate or error
        self._fail_queue(error)
        self._let_go_of_restored()
        return self.line.give_up_all(self.broken or error, restored=False)

    def kill(self, error: GatewayError) -> None:
        """The producer has ended: nothing is sent any more. What is under way still gets its answer."""
        self._dead = self._dead or error
        for batch in self.line.unresolved():
            if not batch.in_flight:
                self.line.give_up(batch, self._dead)
        self.not_registered(self._dead)

    def abandon(self, error: GatewayError) -> None:
        """As kill, but waits for no answer."""
        self.line.give_up_all(self._dead or error, restored=True)
        self.kill(error)
