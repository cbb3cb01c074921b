"""Who the producer is to the gateway: its registration, its epoch and its fences. No I/O, no clock."""

from __future__ import annotations

import json
from math import inf
from typing import Any, Callable, NamedTuple, Optional

from .answers import Action, Answer, action_of, leaves_doubt, refusal
from .errors import FencedError, LostError, RefusedError
from .settings import Settings, backoff
from .topics import RECORDS, TopicPartition


class Request(NamedTuple):
    """A POST with a JSON body."""

    path: str
    body: bytes


class Session:
    """Registers, and raises the epoch when a partition has to know what is stored.

    One request at a time: ``poll`` gives it, ``answered`` takes its answer.
    """

    def __init__(self, name: Optional[str], settings: Settings, jitter: Callable[[], float] = lambda: 1.0) -> None:
        self._name = name
        self._settings = settings
        self._jitter = jitter
        self._attempt = 0
        self._in_flight = False
        self._not_before = 0.0
        self._answer_lost = False
        self._believes = True
        """Whether to name the epoch in a fence, so that it raises no newer one."""
        self.producer_id: Optional[int] = None
        self.epoch = -1
        self.fencing = False

    @property
    def ready(self) -> bool:
        """Whether appends may be sent."""
        return self.producer_id is not None and not self.fencing

    def headers(self, base: int) -> dict[str, str]:
        """What makes an append this producer's, under sequences from ``base`` on."""
        return {"Producer-Id": str(self.producer_id), "Producer-Epoch": str(self.epoch), "Producer-Seq": str(base)}

    def fence(self) -> None:
        """Wants the epoch raised."""
        self.fencing = True

    def poll(self, now: float) -> Optional[Request]:
        """The request to send now, if there is one."""
        if self.ready or self._in_flight or now < self._not_before:
            return None
        self._in_flight = True
        self._attempt += 1
        body: dict[str, Any]
        if self.producer_id is None:
            body = {} if self._name is None else {"name": self._name}
            return Request("/producers", json.dumps(body).encode())
        body = {"producerEpoch": self.epoch} if self._believes else {}
        return Request(f"/producers/{self.producer_id}/epoch", json.dumps(body).encode())

    def wake_at(self) -> float:
        """When poll has a request, if it is called."""
        return inf if self.ready or self._in_flight else self._not_before

    def answered(self, answer: Answer, now: float) -> Optional[dict[TopicPartition, int]]:
        """Each partition's next sequence, if the producer is ready now; None if it has to ask again.

        Raises a RefusedError if it is not served: it may ask again. A FencedError or a LostError is the end.
        """
        self._in_flight = False
        document = answer.document()
        if answer.status in (200, 201) and {"producerId", "producerEpoch"} <= document.keys():
            self.producer_id, self.epoch, self.fencing = document["producerId"], document["producerEpoch"], False
            self._attempt, self._not_before, self._answer_lost, self._believes = 0, 0.0, False, True
            return {TopicPartition(state.get("topic", RECORDS), state["partition"]): state["nextSequence"]
                    for state in document.get("partitions", [])}
        self._not_before = now + max(answer.retry_after(), backoff(self._attempt, self._settings, self._jitter()))
        if answer.distrusted and self.producer_id is None:
            raise RefusedError(answer.reason())
        self._answer_lost |= leaves_doubt(answer)
        if action_of(answer) in (Action.RETRY, Action.STORED):
            return None
        if self.producer_id is None:
            raise refusal(answer)
        self._fence_refused(answer, now)
        return None

    def _fence_refused(self, answer: Answer, now: float) -> None:
        code, current = answer.document().get("code"), answer.document().get("currentEpoch")
        if action_of(answer) is Action.FENCED:
            # Of several fences with one epoch one wins: if an answer was lost, the next epoch is our own. Nobody else
            # has an anonymous producer.
            own = self._name is None or self._answer_lost and current == self.epoch + 1
            if not own or not isinstance(current, int):
                raise FencedError(answer.reason(), answer.problem())
            self.epoch, self._answer_lost, self._not_before = current, False, now
        elif code == "UNKNOWN_PRODUCER_ID":
            raise LostError(f"The log was put back: {answer.reason()}", answer.problem())
        elif code == "INVALID_REQUEST" and self._believes:  # the epoch was never issued: the log was put back
            self._believes, self._not_before = False, now
        elif answer.status in (401, 403):
            raise refusal(answer)

    def fenced_by_another(self, epoch: Any) -> bool:
        """Whether an append's 403 with this current epoch comes from a newer holder, and not from a fence of ours."""
        return not self.fencing and not (isinstance(epoch, int) and epoch <= self.epoch)


class NoSession(Session):
    """For a producer without an identity: nothing is registered, nothing is fenced."""

    @property
    def ready(self) -> bool:
        """Whether appends may be sent."""
        return True

    def headers(self, base: int) -> dict[str, str]:
        """None: its appends are nobody's."""
        return {}
