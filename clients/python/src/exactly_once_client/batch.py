"""What waits in a partition: records, and the batches they are frozen into. No I/O."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, NamedTuple, Optional, Union

from .errors import GatewayError
from .records import Receipt, parse_time
from .topics import RECORDS, TopicPartition

_log = logging.getLogger("exactly_once_client")


class Pending:
    """A record without an outcome: its line, its future, and the time at which it has to have an outcome."""

    __slots__ = ("line", "future", "queued", "deadline", "restored")

    def __init__(self, line: bytes, future: Optional[Future[Receipt]], queued: float = 0.0,
                 deadline: float = inf, restored: bool = False) -> None:
        self.line = line
        self.future = future
        self.queued = queued
        self.deadline = deadline
        self.restored = restored
        """An earlier process has left it in the outbox."""


class Stored(NamedTuple):
    """The outcome of a batch that is in the log: its records stand there one after the other."""

    base_offset: Optional[int]
    """None if retention has deleted the records."""
    duplicate: bool
    appended_at: Optional[datetime]


class StoredApart(NamedTuple):
    """The outcome of a batch with ids: each of its records has a place of its own."""

    receipts: list[Receipt]


Outcome = Union[Stored, StoredApart, GatewayError]


@dataclass(eq=False)
class Batch:
    """Records frozen under their sequences: what is sent, again and again, as the same bytes."""

    base: int
    records: list[Pending]
    attempt: int = 0
    """How often it was sent."""
    in_flight: bool = False
    as_head: bool = False
    """When it was last sent, all before it had their outcomes."""
    doubt: bool = False
    """A request may have been stored although its answer does not say so, or none came."""
    confirmed: bool = False
    """Its sequences are in the log, as a fence or the registration said. Only its offset is not known yet, and that it
    is not somebody else who has written there."""
    not_before: float = 0.0
    early: bool = False
    """It was refused only because it overtook its predecessors."""
    refusal: Optional[GatewayError] = None
    """What its outcome is if a fence says that it is not stored."""
    outcome: Optional[Outcome] = None
    deadline: float = field(init=False)
    body: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = self.records[0].deadline
        self.body = b"\n".join([record.line for record in self.records]) + b"\n"

    @property
    def end(self) -> int:
        """The sequence behind its last record's."""
        return self.base + len(self.records)

    @property
    def middle(self) -> int:
        """Where its second half begins."""
        return self.base + len(self.records) // 2

    @property
    def restored(self) -> bool:
        """Whether it comes from an earlier process: nobody waits for it, and nobody else has its records."""
        return self.records[0].restored

    def pieces(self, *bases: int) -> list[Batch]:
        """The same records under the same sequences, in batches of which one begins at each of these, if it is within."""
        cuts = sorted({self.base, self.end, *(base for base in bases if self.base < base < self.end)})
        parts = [Batch(start, self.records[start - self.base : end - self.base]) for start, end in zip(cuts, cuts[1:])]
        for part in parts:
            part.doubt, part.attempt = self.doubt, self.attempt
            part.confirmed, part.deadline = self.confirmed, self.deadline
        return parts

    def renumbered(self, base: int) -> Batch:
        """The same records under sequences that a fence has made free. No request of before counts any more; but what
        was restored is the next process's, whatever becomes of this one."""
        anew = Batch(base, self.records, attempt=1)
        anew.doubt = self.restored
        return anew

    def confirm(self, now: float, seconds: float) -> None:
        """A fence found it in the log. From the first time on it has these seconds to learn its offset; what was
        restored has the time that it takes, as all of that has."""
        if not self.confirmed and not self.restored:
            self.deadline = now + seconds
        self.confirmed = self.doubt = True
        self.not_before = now

    def tell(self, place: TopicPartition, outcome: Outcome) -> None:
        """Completes the futures of its records, whatever a callback does: those behind are told, too."""
        for at, record in enumerate(self.records):
            try:
                if record.future is not None:
                    self._complete(record.future, place, outcome, at)
            except BaseException:  # such as that of sys.exit; what is an Exception the future has caught
                _log.exception("A callback of a record's future has failed.")

    def _complete(self, future: Future[Receipt], place: TopicPartition, outcome: Outcome, at: int) -> None:
        if isinstance(outcome, StoredApart):
            future.set_result(outcome.receipts[at])
        elif isinstance(outcome, Stored):
            offset = -1 if outcome.base_offset is None else outcome.base_offset + at
            future.set_result(Receipt(place.topic, place.number, offset, self.base + at, outcome.duplicate,
                                      outcome.appended_at))
        else:
            future.set_exception(outcome)

    def receipt(self, place: TopicPartition, document: dict[str, Any]) -> Optional[Stored]:
        """Its outcome, if this is its receipt."""
        base_offset, duplicate = document.get("baseOffset", ""), document.get("duplicate") is True
        about = TopicPartition(document.get("topic", RECORDS), document.get("partition", -1))
        sequences = document.get("baseSequence"), document.get("lastSequence")
        deleted = duplicate and base_offset is None
        if about != place or sequences != (self.base, self.end - 1) or not (deleted or isinstance(base_offset, int)):
            return None
        return Stored(base_offset, duplicate, parse_time(document.get("appendedAt")))
