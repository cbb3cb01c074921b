"""GETs of readers, each sent again until it is answered."""

from __future__ import annotations

import os
import random
import threading
import time
from contextlib import suppress
from math import inf
from typing import Any, Callable, Optional, TypeVar

from .answers import Action, Answer, action_of
from .errors import ReadError
from .settings import Settings, backoff
from .transport import Call, Transport

_T = TypeVar("_T")

_FRESH = 1.0
"""Seconds for which an answer says that the log is still the one that is read: no gateway is restarted sooner, or the
connection is lost."""

_PAUSES = Settings()


def read_refusal(answer: Answer) -> ReadError:
    """The error of an answer that ends a reader."""
    return ReadError(answer.reason(), answer.problem())


def _read(path: str, answer: Answer) -> dict[str, Any]:
    try:
        return answer.read()
    except RecursionError:
        raise ReadError(f"The answer to GET {path} is nested more deeply than Python reads it: see "
                        "sys.setrecursionlimit, or begin behind the record.") from None


class Getter:
    """GETs that are sent again until a gateway answers them, or it is closed. One at a time; any thread may ``close``.

    ``timeout``: seconds for a request, beyond those for which the gateway may hold it. ``refusal`` makes the error of an
    answer that is final.
    """

    def __init__(self, transport: Transport, timeout: float,
                 refusal: Callable[[Answer], ReadError] = read_refusal) -> None:
        self._transport = transport
        self._timeout = timeout
        self._refusal = refusal
        self._call = Call()
        self._process = os.getpid()
        self._answered = -inf
        """When the last answer came (time.monotonic), if nothing has gone wrong since."""
        self.closed = threading.Event()

    def get(self, path: str, taken: Callable[[dict[str, Any]], _T], wait: int = 0) -> Optional[_T]:
        """What ``taken`` makes of the answer; None if this is closed. A ReadError if it is refused.

        A 200 of which ``taken`` can make nothing is that of another server, such as a proxy's page: it is asked again.
        ``wait``: seconds for which the gateway may hold the request. It is not asked to unless it has just answered:
        after a pause, or a failure, it may have another log, and what is shorter must be told before it grows.
        """
        self.check_process()
        attempt = 0
        while not self.closed.is_set():
            hold = wait if time.monotonic() - self._answered < _FRESH else 0
            answer = self._transport.request("GET", path, timeout=self._timeout + hold, call=self._call,
                                             headers={"Prefer": f"wait={hold}"} if hold else {})
            with suppress(LookupError, TypeError, ValueError, AttributeError):
                if answer.status == 200:
                    result = taken(_read(path, answer))
                    self._answered = time.monotonic()
                    return result
            self._answered = -inf
            self._raise_if_refused(answer)
            attempt += 1
            pause = max(answer.retry_after(), backoff(attempt, _PAUSES, random.uniform(0.8, 1.2)))
            self.closed.wait(min(pause, threading.TIMEOUT_MAX))
        return None

    def close(self) -> None:
        """Ends the request that is under way."""
        if self.inherited:
            return
        self.closed.set()
        self._call.abort()

    @property
    def inherited(self) -> bool:
        """Whether this process was forked since: connections and threads are those of the one before."""
        return self._process != os.getpid()

    def check_process(self) -> None:
        """Raises a ReadError in a process that was forked since."""
        if self.inherited:
            raise ReadError("This reader belongs to the process before the fork: make one in this process.")

    def _raise_if_refused(self, answer: Answer) -> None:
        if answer.distrusted:
            raise ReadError(answer.reason())
        if action_of(answer) not in (Action.RETRY, Action.STORED) and not self.closed.is_set():
            raise self._refusal(answer)
