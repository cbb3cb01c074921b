"""The producer that an application uses."""

from __future__ import annotations

import atexit
import logging
import os
import ssl
import time
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Optional, Sequence, Union

from .choice import Choice
from .errors import ClosedError, InvalidRecordError, OutboxError, TooLargeError
from .outbox import Outbox
from .records import Headers, Key, Receipt, encode
from .sender import Sender
from .settings import AT_LEAST_ONCE, Settings, limited
from .topics import RECORDS, TopicPartition, invalid_topic
from .transport import Token, Transport
from .workers import Workers

_THREADS = 64
_log = logging.getLogger("exactly_once_client")


class Producer:
    """Sends records to a gateway so that each is stored once, in the order in which ``send`` was called.

    Thread-safe. ``urls``: one gateway, or several replicas of one. ``name``: the producer's stable identity; a later
    producer of this name fences this one. Without a name it is anonymous. ``token``: for ``Authorization: Bearer``,
    or a function that returns one for each request. ``outbox_dir``: a folder in which batches are kept until they are
    stored, over crashes too; needs a name. ``settings``: see Settings; for records with ids ``delivery`` is among them.
    A setting out of range is a ValueError, an outbox that cannot be opened an OutboxError.
    """

    def __init__(self, urls: Union[str, Sequence[str]], *, name: Optional[str] = None, token: Token = None,
                 ssl_context: Optional[ssl.SSLContext] = None,
                 outbox_dir: Union[str, os.PathLike[str], None] = None, **settings: Any) -> None:
        self._settings = Settings(**settings)
        if name is not None and not self._settings.numbered:
            raise ValueError(f'With delivery="{AT_LEAST_ONCE}" a producer has no identity: no name, no outbox.')
        if outbox_dir is not None and name is None:
            raise ValueError("An outbox needs the producer's name.")
        self._transport = Transport(urls, token, ssl_context)
        self._workers = Workers(_THREADS, "exactly-once-request")
        self._outbox = None if outbox_dir is None or name is None else _opened(outbox_dir, name)
        self._choice = Choice(self._transport, self._workers, self._settings, lambda: self._sender.raise_if_shut())
        self._sender = Sender(self._transport, self._workers, self._settings, name, self._outbox, self._choice.forget)
        self._process = os.getpid()
        _open.add(self)

    def send(self, value: Any, *, topic: str = RECORDS, partition: Optional[int] = None, key: Key = None,
             headers: Headers = None, timestamp: Optional[datetime] = None,
             id: Optional[str] = None) -> Future[Receipt]:
        """Hands a record over. The future has its receipt, or a NotStoredError, or an UnknownOutcomeError.

        ``value``: any JSON value, bytes, or TOMBSTONE. Without a partition the key chooses it, as in Kafka.
        A topic that the gateway does not have is refused: it makes none by itself. ``id``: what tells the record from
        all others of its topic, 1 to 255 characters; sent again, by whomever, it is a duplicate. Needs a producer with
        ``delivery="at-least-once"``.
        Waits up to ``max_block`` seconds, for the number of partitions and for memory together. What cannot be sent is
        raised here: a NotStoredError, or a ValueError or TypeError for a value that the gateway cannot take.
        Callbacks of the futures run on the producer's thread, a partition's in the order of ``send``.
        """
        line = self._line(value, topic, key, headers, timestamp, id)
        deadline = None if self._sender.in_callback() else time.monotonic() + self._settings.max_block
        return self._submit(line, self._choice.choose(topic, partition, key, len(line), deadline), deadline)

    def flush(self, timeout: Optional[float] = None) -> None:
        """Waits until every record handed over has its outcome. A TimeoutError after ``timeout`` seconds.

        Raises nothing for records that failed, which their futures tell: it logs a warning with their number.
        """
        self._check_process()
        if not self._sender.flush(timeout):
            raise TimeoutError(f"Not all records have an outcome after {timeout} s.")

    def close(self, timeout: Optional[float] = None) -> None:
        """Delivers what is pending, then closes. After ``timeout`` seconds all the rest has its outcome, too.

        Without ``timeout`` that takes as long as an outcome may: twice the delivery time-out and 10 s at the most. If
        a callback is still running then, close waits up to 5 s more for it. Of several calls the earliest end counts.
        If it is interrupted, delivery goes on, and the end of the process waits for it.
        """
        timeout = None if timeout is None else limited(timeout)  # one that cannot be closes nothing
        if self._process == os.getpid():
            self._choice.close()
            self._sender.close(timeout)
        _open.discard(self)  # not before: the end of the process closes what an interrupt kept from it

    def __enter__(self) -> Producer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _line(self, value: Any, topic: str, key: Key, headers: Headers, timestamp: Optional[datetime],
              id: Optional[str]) -> bytes:
        """The record as it is sent. Raises what cannot be sent."""
        self._check_process()
        invalid = invalid_topic(topic)
        if invalid is not None:
            raise InvalidRecordError(invalid)
        if id is not None and self._settings.numbered:
            raise ValueError(f'A record with an id needs Producer(..., delivery="{AT_LEAST_ONCE}"): the gateway takes '
                             "no id beside a producer's sequences. There the id alone makes the record exactly once.")
        line = encode(value, key, headers, timestamp, id)
        if len(line) > self._settings.buffer_bytes:
            raise TooLargeError(f"The record has {len(line)} bytes, the buffer {self._settings.buffer_bytes}.")
        return line

    def _submit(self, line: bytes, place: TopicPartition, deadline: Optional[float]) -> Future[Receipt]:
        future: Future[Receipt] = Future()
        future.set_running_or_notify_cancel()
        self._sender.submit(place, line, future, deadline)
        return future

    def _check_process(self) -> None:
        if self._process != os.getpid():
            raise ClosedError("This producer belongs to the process before the fork: make one in this process.")


def _opened(outbox_dir: Union[str, os.PathLike[str]], name: str) -> Outbox:
    try:
        return Outbox(outbox_dir, name)
    except OSError as error:
        raise OutboxError(f"The outbox cannot be opened: {error}") from error


_open: set[Producer] = set()


@atexit.register
def _close_all() -> None:
    """Each delivers on a thread of its own meanwhile, so that the time of the most patient one is enough for all."""
    producers = list(_open)
    end = time.monotonic() + max((producer._settings.patience for producer in producers), default=0.0)
    for producer in producers:
        try:
            producer.close(max(end - time.monotonic(), 0.0))
        except Exception:  # such as one of the disk: the others are closed all the same
            _log.exception("A producer was not closed at the end of the process.")


def _after_fork_in_child() -> None:
    for producer in list(_open):
        if producer._outbox is not None:
            producer._outbox.close()
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
