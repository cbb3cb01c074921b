"""Answers that have to be there in full at a time."""

from __future__ import annotations

import http.client
import io
import socket
import time
from functools import partial
from typing import Any, Final, cast


LONGEST_STEP: Final = 2_147_483.0
"""Seconds of a socket's time-out, 24 days: the system takes milliseconds of 32 bits, and more may end at once."""


def set_timeout(sock: socket.socket, end: float) -> None:
    """Has the next step take no longer than until then (time.monotonic). A TimeoutError if that is over."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("The answer was not there in time.")
    sock.settimeout(min(left, LONGEST_STEP))


def response_until(connection: http.client.HTTPConnection, end: float) -> http.client.HTTPResponse:
    """The answer of a connection, which may come in as many pieces as it likes, but not later."""
    connection.response_class = cast(Any, partial(_Response, end))
    return connection.getresponse()


class _Response(http.client.HTTPResponse):

    def __init__(self, end: float, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Until(end, sock, self.fp.detach()))


class _Until(io.RawIOBase):
    """What comes from a socket."""

    def __init__(self, end: float, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._end = end
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> Any:
        """The next piece."""
        set_timeout(self._sock, self._end)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Lets the socket be closed."""
        self._raw.close()
        super().close()
