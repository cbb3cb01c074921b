"""Reads a partition, record by record."""

from __future__ import annotations

import base64
import random
import ssl
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Iterator, Mapping, Optional, Sequence, Union

from .answers import Action, Answer, action_of
from .errors import ReadError
from .records import TOMBSTONE, HeaderValue, in_utc, parse_time
from .settings import Settings, backoff
from .topics import RECORDS, TopicPartition, invalid_topic
from .transport import Call, Token, Transport

Position = Union[int, str, datetime]

_PAUSE = 0.1
"""Seconds before a page that was empty at once is asked for again."""


@dataclass(frozen=True)
class Record:
    """A record of the log. ``value`` is a JSON value, text (then ``content_type`` says so), bytes or TOMBSTONE."""

    topic: str
    partition: int
    offset: int
    value: Any
    key: Optional[bytes]
    headers: Union[dict[str, str], list[tuple[str, HeaderValue]]]
    timestamp: Optional[datetime]
    appended_at: Optional[datetime]
    content_type: Optional[str]
    producer_id: Optional[int]
    producer_epoch: Optional[int]
    sequence: Optional[int]
    id: Optional[str] = None
    """What it was sent with to be told from all others of its topic, if it was."""


class Getter:
    """GETs that are sent again until they are answered, or it is closed."""

    def __init__(self, transport: Transport, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout
        self._call = Call()
        self.closed = threading.Event()

    def get(self, path: str, headers: Mapping[str, str] = {}) -> Optional[dict[str, Any]]:
        """The answer; None if this is closed. A ReadError if it is refused."""
        attempt = 0
        while not self.closed.is_set():
            answer = self._transport.request("GET", path, headers=headers, timeout=self._timeout, call=self._call)
            if answer.status == 200 and answer.document():
                return answer.document()
            self._raise_if_refused(answer)
            attempt += 1
            pause = max(answer.retry_after(), backoff(attempt, _PAUSES, random.uniform(0.8, 1.2)))
            self.closed.wait(pause)
        return None

    def close(self) -> None:
        """Ends the request that is under way."""
        self.closed.set()
        self._call.abort()

    def _raise_if_refused(self, answer: Answer) -> None:
        if answer.distrusted:
            raise ReadError(answer.reason())
        if answer.status >= 400 and action_of(answer) is not Action.RETRY and not self.closed.is_set():
            raise ReadError(answer.reason(), answer.problem())


_PAUSES = Settings()


class RecordReader(Iterator[Record]):
    """Iterates over a partition from a position on, and waits for records to come.

    Ends when ``close`` is called, by any thread; or at the end of the partition, if it does not ``follow``. When no
    gateway answers it comes back where it was, for as long as it takes. A refused request, a log that was put back to
    an older state, or ends before the offset to start at, and certificates of which none is trusted, are a ReadError.
    One thread at a time may iterate.
    ``transport``: instead of one of its own, which ``urls``, ``token`` and ``ssl_context`` are for.
    """

    def __init__(self, urls: Union[str, Sequence[str]], partition: int, from_: Position = "earliest", *,
                 topic: str = RECORDS, follow: bool = True, token: Token = None,
                 ssl_context: Optional[ssl.SSLContext] = None, page: int = 500, wait: int = 10,
                 request_timeout: float = 30.0, transport: Optional[Transport] = None) -> None:
        check_start(topic, from_)
        if isinstance(from_, Mapping):
            raise ValueError("An offset for each partition is for a reader of all of them: leave the partition out.")
        self._transport = transport or Transport(urls, token, ssl_context)
        self._place = TopicPartition(topic, partition)
        self._from = from_
        self._follow = follow
        self._page = page
        self._wait = wait
        self._getter = Getter(self._transport, request_timeout + wait)
        self._records: deque[Record] = deque()
        self._next: Optional[int] = from_ if isinstance(from_, int) else None
        self._checked = False
        """Whether the log has what is before the next record, as a gateway said: only then records are waited for."""
        self._end = 0

    @property
    def position(self) -> int:
        """The offset of the next record. Finds it out, if the reader was made with a word or a time."""
        if not self._records and self._next is None:
            self._begin()
        return self._records[0].offset if self._records else self._next or 0

    def __next__(self) -> Record:
        while not self._records:
            page = self.next_page()
            if not page:
                raise StopIteration
            self._records.extend(page)
        return self._records.popleft()

    def next_page(self) -> list[Record]:
        """The records that are there next; waits for one at least. Empty at the end."""
        while not self._getter.closed.is_set():
            position = self.position
            if self._records:
                page = list(self._records)
                self._records.clear()
                return page
            first, asked = not self._checked, time.monotonic()
            wait = {"Prefer": f"wait={self._wait}"} if self._follow and self._wait and not first else {}
            document = self._get(f"/records?offset={position}&limit={self._page}", wait)
            if document is None:
                break
            page = self._taken(document, position)
            if page or not self._follow:
                return page
            if not first and time.monotonic() - asked < _PAUSE:  # a gateway without room for one more that waits
                self._getter.closed.wait(_PAUSE)
        return []

    def close(self) -> None:
        """Ends the iteration, also one that waits."""
        self._getter.close()
        self._transport.close()

    def __enter__(self) -> RecordReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        """Finds out where to begin. The first page comes with it: what it has may be deleted a moment later."""
        if self._from == "latest":
            bounds = self._get("", {})
            if bounds is not None:
                self._next = self._end = int(bounds["logEndOffset"])
                self._checked = True
            return
        start = "offset=earliest" if isinstance(self._from, str) else f"since={_since(self._from)}"
        document = self._get(f"/records?{start}&limit={self._page}", {})
        if document is not None:
            self._records.extend(self._taken(document, 0))

    def _taken(self, document: dict[str, Any], position: int) -> list[Record]:
        """The records of a page, behind which the next one starts. A ReadError if it ends before what there was."""
        end, known = document["logEndOffset"], max(self._end, position)
        if end < known:
            raise ReadError(f"The log was put back: it ended at {known}, now it ends at {end}.")
        self._end, self._checked = end, True
        self._next = max(position, document["nextOffset"])
        return [_record(self._place, record) for record in document["records"]]

    def _get(self, path: str, headers: dict[str, str]) -> Optional[dict[str, Any]]:
        """The answer to a GET below the partition; None if the reader is closed."""
        return self._getter.get(self._place.path + path, headers)


def check_start(topic: str, from_: object) -> None:
    """Raises a ValueError for what is no topic, or no place to start at."""
    if isinstance(from_, str) and from_ not in ("earliest", "latest"):
        raise ValueError("from_ is an offset, 'earliest', 'latest' or a datetime.")
    if isinstance(from_, datetime):
        in_utc(from_, "from_")
    invalid = invalid_topic(topic)
    if invalid is not None:
        raise ValueError(invalid)


def _since(time: Any) -> str:
    """A datetime as a gateway takes it, whose records have times in whole milliseconds."""
    utc = in_utc(time, "from_")
    with suppress(OverflowError):  # in the last millisecond that there is
        utc += timedelta(microseconds=-utc.microsecond % 1000)
    return str(utc.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def _record(place: TopicPartition, line: dict[str, Any]) -> Record:
    key = line.get("key")
    return Record(place.topic, place.number, line["offset"], _value(line),
                  base64.b64decode(line["keyBase64"]) if "keyBase64" in line
                  else key.encode("utf-8") if key is not None else None,
                  _headers(line.get("headers") or {}), parse_time(line.get("timestamp")),
                  parse_time(line.get("appendedAt")), line.get("contentType"), line.get("producerId"),
                  line.get("producerEpoch"), line.get("sequence"), line.get("id"))


def _value(line: dict[str, Any]) -> Any:
    if line.get("tombstone"):
        return TOMBSTONE
    if "valueBase64" in line:
        return base64.b64decode(line["valueBase64"])
    return line["valueText"] if "valueText" in line else line["value"]


def _headers(headers: Any) -> Union[dict[str, str], list[tuple[str, HeaderValue]]]:
    if isinstance(headers, dict):
        return headers
    return [(name, base64.b64decode(value["base64"]) if isinstance(value, dict) else value)
            for name, value in headers]
