"""Reads a partition, record by record."""

from __future__ import annotations

import base64
import ssl
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import index
from typing import Any, Iterator, Mapping, NamedTuple, Optional, Sequence, Union

from .answers import Answer
from .errors import LogMismatchError, OffsetOutOfRangeError, ReadError
from .getter import Getter, read_refusal
from .records import TOMBSTONE, HeaderValue, in_utc, parse_time
from .settings import seconds, whole
from .topics import RECORDS, TopicPartition, invalid_topic
from .transport import Token, Transport

Position = Union[int, str, datetime]

_OFFSET = "from_, unless it is 'earliest', 'latest' or a datetime,"

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


class RecordReader(Iterator[Record]):
    """Iterates over a partition from a position on, and waits for records to come.

    Ends when ``close`` is called, by any thread; or at the end of the partition, if it does not ``follow``. When no
    gateway answers it comes back where it was, for as long as it takes. A log that was put back to an older state, or
    ends before the offset to start at, is a LogMismatchError; records that retention has deleted before they were read
    are an OffsetOutOfRangeError; another refused request, and certificates of which none is trusted, are a ReadError,
    of which these two are kinds. One thread at a time may iterate.
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
        self._place = TopicPartition(topic, whole("partition", partition, 0))
        self._from = from_
        self._follow = follow
        self._page = whole("page", page, 1)
        self._wait = whole("wait", wait, 0)
        self._getter = Getter(self._transport, seconds("request_timeout", request_timeout, above_0=True), self._refused)
        self._records: deque[Record] = deque()
        self._next = None if isinstance(from_, (str, datetime)) else whole(_OFFSET, from_, 0)
        self._end = 0
        """Where the log ends at least, unless it was put back."""

    @property
    def position(self) -> int:
        """The offset of the next record. Finds it out, if the reader was made with a word or a time."""
        self._getter.check_process()
        if not self._records and self._next is None:
            self._begin()
        return self._records[0].offset if self._records else self._next or 0

    def __next__(self) -> Record:
        self._getter.check_process()
        while not self._records:
            page = self.next_page()
            if not page:
                raise StopIteration
            self._records.extend(page)
        return self._records.popleft()

    def next_page(self) -> list[Record]:
        """The records that are there next; waits for one at least. Empty at the end."""
        quick = False
        while not self._getter.closed.is_set():
            position = self.position
            if self._records:
                page = list(self._records)
                self._records.clear()
                return page
            asked = time.monotonic()
            records = self._ask(f"offset={position}", position, self._wait if self._follow else 0)
            if records or not self._follow:
                return records
            if time.monotonic() - asked < _PAUSE:
                if quick:  # a gateway without room for one more that waits
                    self._getter.closed.wait(_PAUSE)
                quick = True
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
            end = self._getter.get(self._place.path, lambda bounds: index(bounds["logEndOffset"]))
            if end is not None:
                self._next = self._end = end
            return
        start = "offset=earliest" if isinstance(self._from, str) else f"since={_since(self._from)}"
        self._records.extend(self._ask(start))

    def _ask(self, start: str, position: int = 0, wait: int = 0) -> list[Record]:
        """The records of a page, behind which the next one starts; none if the reader is closed. A LogMismatchError if
        the log ends before what there was."""
        page = self._getter.get(f"{self._place.path}/records?{start}&limit={self._page}", self._read, wait)
        if page is None:
            return []
        known = max(self._end, position)
        if page.end < known:
            raise LogMismatchError(f"The log was put back: it ended at {known}, now it ends at {page.end}.",
                                   partition=self._place.number, position=position, log_end_offset=page.end)
        self._end = page.end
        self._next = max(position, page.next)
        return page.records

    def _read(self, document: dict[str, Any]) -> _Page:
        return _Page([_record(self._place, record) for record in document["records"]], index(document["nextOffset"]),
                     index(document["logEndOffset"]))

    def _refused(self, answer: Answer) -> ReadError:
        problem = answer.problem()
        if problem.get("code") != "OFFSET_OUT_OF_RANGE":
            return read_refusal(answer)
        return OffsetOutOfRangeError(answer.reason(), problem, partition=self._place.number, position=self._next)


class _Page(NamedTuple):
    """Records, the offset to go on at, and where the log ends."""

    records: list[Record]
    next: int
    end: int


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
    return Record(place.topic, place.number, index(line["offset"]), _value(line),
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
