"""The state of a producer without an identity in one partition: at least once, and once by ids. No I/O, no clock."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .answers import Action, Answer, action_of, leaves_doubt, refusal
from .batch import Batch, StoredApart
from .errors import DeliveryTimeoutError, GatewayError, RefusedError
from .partition import Partition
from .queue import Limits
from .records import Receipt, parse_time
from .settings import Settings
from .topics import RECORDS, TopicPartition


class UnnumberedPartition(Partition):
    """Queue and batches of one partition, without sequences and without fences.

    One batch is under way at a time, so that the records keep their order. It is sent again until it is stored, refused
    or over its time. The gateway knows those of its records again that have an id; the others it may store twice.
    """

    def __init__(self, place: TopicPartition, settings: Settings, limits: Limits,
                 jitter: Callable[[], float] = lambda: 1.0) -> None:
        super().__init__(place, settings, limits, jitter)
        self.start(0)

    # What the gateway says

    def answered(self, batch: Batch, answer: Answer, now: float) -> None:
        """Takes the answer to the last request of a batch."""
        batch.in_flight = False
        if batch.outcome is not None or batch not in self.line:
            return
        action = action_of(answer)
        batch.doubt |= leaves_doubt(answer) and not answer.unsent
        receipts = _receipts(self.place, batch, answer.document()) if action is Action.STORED else None
        if receipts is not None:
            self.line.stored(batch, StoredApart(receipts))
        elif self._dead is not None:
            self.line.give_up(batch, self._dead)
        elif answer.distrusted:
            self.line.give_up(batch, RefusedError(answer.reason()))
        elif action in (Action.RETRY, Action.STORED):  # a 2xx without the batch's receipts is no answer
            self._hold = max(self._hold, now + answer.retry_after() if answer.retry_after() else 0.0)
            self._again_later(batch, now)
        else:
            self._refused(batch, answer)

    def _refused(self, batch: Batch, answer: Answer) -> None:
        """Nothing of a refused request is stored: who is not the reason is sent again, in smaller batches."""
        if answer.status == 413:
            self._limits.learn(answer.problem())
        reused = _first_mismatch(batch, answer)
        if reused is not None:
            self.line.take_out(batch, reused, refusal(answer))
        elif answer.status in (400, 413, 422) and len(batch.records) > 1:
            self.line.split(batch, batch.middle)
        else:
            self.line.give_up(batch, refusal(answer))
            if action_of(answer) is Action.UNKNOWN_PLACE:
                self._fail_queue(refusal(answer))

    # Time-outs, the end

    def shut(self, error: GatewayError) -> None:
        """Fails what was never sent. The rest has until the end of close."""
        self._fail_queue(error)

    def expire(self, now: float) -> bool:
        """Fails what is over its time: as unknown, if a request may have been stored. Nobody else is held up by it."""
        error = DeliveryTimeoutError("The delivery time-out is over.")
        for batch in self.line.unresolved():
            if self._over_at(batch) <= now and self._dead is None:
                batch.doubt |= batch.in_flight
                self.line.give_up(batch, error)
        while self._queue.deadline <= now:
            self.line.fail(self._queue.take(), error)
        return False

    def _over_at(self, batch: Batch) -> float:
        """When the time of a batch is over: a request that is under way may be answered for as long again."""
        return batch.deadline + (self._settings.delivery_timeout if batch.in_flight else 0.0)

    # What goes out

    def _in_turn(self, waiting: list[Batch]) -> list[Batch]:
        """The first one: without sequences only this keeps the order."""
        return [batch for batch in waiting[:1] if not batch.in_flight]

    def _width(self) -> int:
        return 1

    def _room_for_new(self, waiting: list[Batch]) -> int:
        return 0 if waiting else 1


def _first_mismatch(batch: Batch, answer: Answer) -> Optional[int]:
    """Which record of the batch has the id of another one, if the answer says so."""
    index = answer.document().get("firstMismatch")
    reused = answer.status == 422 and answer.document().get("code") == "ID_REUSED"
    return index if reused and isinstance(index, int) and 0 <= index < len(batch.records) else None


def _receipts(place: TopicPartition, batch: Batch, document: dict[str, Any]) -> Optional[list[Receipt]]:
    """Those of the records of the batch; None if this is no answer to it."""
    places = document.get("records")
    if document.get("topic", RECORDS) != place.topic:
        return None
    appended_at = parse_time(document.get("appendedAt"))
    if places is None:  # none of them has an id
        first, last, count = document.get("baseOffset"), document.get("lastOffset"), len(batch.records)
        if document.get("partition") != place.number or not isinstance(first, int) or last != first + count - 1:
            return None
        return [Receipt(place.topic, place.number, first + at, -1, False, appended_at) for at in range(count)]
    known = [_receipt(place, entry, appended_at) for entry in places] if isinstance(places, list) else []
    receipts = [receipt for receipt in known if receipt is not None]
    return receipts if len(receipts) == len(batch.records) else None


def _receipt(place: TopicPartition, entry: Any, appended_at: Any) -> Optional[Receipt]:
    """Of a record of a request with ids. A duplicate has its first place, which may be in another partition."""
    if not isinstance(entry, dict):
        return None
    partition, offset, duplicate = entry.get("partition"), entry.get("offset"), entry.get("duplicate") is True
    if duplicate and offset is None:  # retention has deleted it
        return Receipt(place.topic, partition if isinstance(partition, int) else -1, -1, -1, True, None)
    if not isinstance(partition, int) or not isinstance(offset, int) or not duplicate and partition != place.number:
        return None
    return Receipt(place.topic, partition, offset, -1, duplicate, None if duplicate else appended_at)
