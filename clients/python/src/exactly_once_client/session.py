"""Who the producer is to the gateway: its registration, its epoch and its fences. No I/O, no clock."""

from __future__ import annotations

import json
from math import inf
from typing import Any, Callable, NamedTuple, Optional

from .answers import Action, Answer, action_of
from .errors import FencedError, LostError, RefusedError
from .settings import Settings, backoff


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
        self.producer_id: Optional[int] = None
        self.epoch = -1
        self.fencing = False

    @property
    def ready(self) -> bool:
        """Whether appends may be sent."""
        return self.producer_id is not None and not self.fencing

    def fence(self) -> None:
        """Wants the epoch raised."""
        self.fencing = True

    def poll(self, now: float) -> Optional[Request]:
        """The request to send now, if there is one."""
        if self.ready or self._in_flight or now < self._not_before:
            return None
        self._in_flight = True
        self._attempt += 1
        if self.producer_id is None:
            body: dict[str, Any] = {} if self._name is None else {"name": self._name}
            return Request("/producers", json.dumps(body).encode())
        return Request(f"/producers/{self.producer_id}/epoch", json.dumps({"producerEpoch": self.epoch}).encode())

    def wake_at(self) -> float:
        """When poll has a request."""
        return inf if self.ready or self._in_flight else self._not_before

    def answered(self, answer: Answer, now: float) -> Optional[dict[int, int]]:
        """Each partition's next sequence, if the producer is ready now; None if it has to ask again.

        Raises FencedError, LostError or RefusedError if it is no use to ask again.
        """
        self._in_flight = False
        document = answer.document()
        if answer.status in (200, 201) and "producerEpoch" in document:
            self.producer_id, self.epoch, self.fencing = document["producerId"], document["producerEpoch"], False
            self._attempt, self._not_before, self._answer_lost = 0, 0.0, False
            return {state["partition"]: state["nextSequence"] for state in document.get("partitions", [])}
        action = action_of(answer)
        if action in (Action.RETRY, Action.STORED):
            self._answer_lost |= answer.status != 429
            self._not_before = now + max(answer.retry_after(), backoff(self._attempt, self._settings, self._jitter()))
            return None
        if action is Action.FENCED and self._answer_lost and document.get("currentEpoch") == self.epoch + 1:
            # One of our own fences, whose answer was lost, has raised it: of several with one epoch one wins.
            self.epoch += 1
            self._answer_lost = False
            return None
        raise self._failure(action, answer)

    def fenced_by_another(self, epoch: Any) -> bool:
        """Whether an append's 403 with this current epoch comes from a newer holder, and not from a fence of ours."""
        return not self.fencing and not (isinstance(epoch, int) and epoch <= self.epoch)

    def _failure(self, action: Action, answer: Answer) -> Exception:
        if action is Action.FENCED:
            return FencedError(answer.reason(), answer.problem())
        if action is Action.LOST or self.producer_id is not None and action is Action.REFUSED:
            return LostError(f"The log was put back: {answer.reason()}", answer.problem())
        return RefusedError(answer.reason(), answer.problem())
