"""The registration, or the fence, that is under way."""

from __future__ import annotations

from functools import partial
from typing import Callable, Optional

from .answers import Answer
from .session import Request
from .transport import Call, Transport
from .workers import Workers


class Handshake:
    """Sends a session's requests, one at a time. None outlasts ``timeout`` seconds, nor its producer: one that came to
    a gateway later would fence the next holder of the name.

    Not thread-safe: its owner has the lock. ``answered`` is called by a worker.
    """

    def __init__(self, transport: Transport, workers: Workers, timeout: float,
                 answered: Callable[[Answer], None]) -> None:
        self._transport = transport
        self._workers = workers
        self._timeout = timeout
        self._answered = answered
        self._call: Optional[Call] = None
        self.closed = False

    def send(self, request: Request) -> None:
        """Sends a request, whose answer comes later."""
        self._call = Call()
        self._workers.run(partial(self._run, request, self._call))

    def done(self) -> None:
        """Its answer has come."""
        self._call = None

    def close(self) -> None:
        """The producer is closed: what has not left yet does not leave any more."""
        self.closed = True
        if self._call is not None:
            self._call.abort()

    def _run(self, request: Request, call: Call) -> None:
        answer = self._transport.request("POST", request.path, body=request.body, timeout=self._timeout, call=call,
                                         headers={"Content-Type": "application/json"})
        self._answered(answer)
