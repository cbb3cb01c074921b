"""Reads all partitions of a topic."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from datetime import datetime
from operator import index
from queue import SimpleQueue
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Optional, Sequence, Union, overload

from .getter import Getter
from .reader import Position, Record, RecordReader, check_start
from .settings import seconds, whole
from .topics import RECORDS, partitions_path
from .transport import Token, Transport

TopicPosition = Union[str, datetime, Mapping[int, int]]


class TopicReader(Iterator[Record]):
    """Iterates over all partitions of a topic, each in the order of its offsets, and waits for records to come in any.
    ``from_``: ``"earliest"``, ``"latest"`` or a time, for all partitions; or a map from partitions to offsets, as
    ``positions`` gives it. Partitions that the map leaves out begin at the earliest record, and so do those by which
    the topic grows: a gateway is asked for them every ``refresh`` seconds. Each partition has a RecordReader and a thread
    of its own, which is one page ahead; the pages come in the order in which they were there, so that no partition is
    kept waiting by another. What ends the reader of one partition ends this one: see RecordReader. One thread at a time
    may iterate, any may ``close``.
    """

    def __init__(self, urls: Union[str, Sequence[str]], from_: TopicPosition = "earliest", *, topic: str = RECORDS,
                 follow: bool = True, token: Token = None, ssl_context: Optional[ssl.SSLContext] = None,
                 page: int = 500, wait: int = 10, request_timeout: float = 30.0, refresh: float = 30.0) -> None:
        check_start(topic, from_)
        _check_offsets(from_)
        self._transport = Transport(urls, token, ssl_context)
        self._path = partitions_path(topic)
        self._from = from_
        self._follow = follow
        self._refresh = seconds("refresh", refresh, above_0=True)
        self._getter = Getter(self._transport, seconds("request_timeout", request_timeout, above_0=True))
        self._options: dict[str, Any] = {"topic": topic, "follow": follow, "page": whole("page", page, 1),
                                         "wait": whole("wait", wait, 0), "request_timeout": request_timeout}
        self._lock = threading.Lock()
        self._parts: dict[int, _Part] = {}
        self._positions: dict[int, int] = {}
        self._ready: SimpleQueue[Optional[_Page]] = SimpleQueue()
        """Pages in the order in which they came; None where there is something else to look at."""
        self._records: deque[Record] = deque()
        self._reading = 0
        """How many partitions are not at their end."""
        self._failure: Optional[Exception] = None
        self._started = False

    @property
    def positions(self) -> dict[int, int]:
        """The offset of the next record of each partition: a reader that begins there goes on where this one is."""
        self._start()
        with self._lock:
            return dict(self._positions)

    def __next__(self) -> Record:
        if not self._records:
            self._records.extend(self._next_page())
        if not self._records:
            raise StopIteration
        return self._handed_out([self._records.popleft()])[0]

    def next_page(self) -> list[Record]:
        """The records of one partition that are there next; waits for one at least. Empty at the end."""
        page = list(self._records) or self._next_page()
        self._records.clear()
        return self._handed_out(page)

    def close(self) -> None:
        """Ends the iteration, also one that waits."""
        if self._getter.inherited:
            return
        self._getter.close()
        with self._lock:
            parts = list(self._parts.values())
        for part in parts:
            part.close()
        self._transport.close()
        self._ready.put(None)

    def __enter__(self) -> TopicReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _next_page(self) -> list[Record]:
        self._start()
        while self._reading > 0 and not self._getter.closed.is_set():
            page = self._ready.get()
            if self._failure is not None:
                break
            if page is not None:
                page.taken()
                return page.records
        if self._failure is not None and not self._getter.closed.is_set():
            self.close()
            raise self._failure
        return []

    def _handed_out(self, records: list[Record]) -> list[Record]:
        self._getter.check_process()
        if records:
            with self._lock:
                self._positions[records[-1].partition] = records[-1].offset + 1
        return records

    # Partitions

    def _start(self) -> None:
        self._getter.check_process()
        if self._started or (known := self._getter.get(self._path, _bounds)) is None:
            return
        starts: dict[int, Position] = {}
        if isinstance(self._from, Mapping):
            starts.update({**dict.fromkeys(known, "earliest"), **self._from})  # also what there is not: it is refused
        else:
            starts.update({number: bounds.end if self._from == "latest" else self._from
                           for number, bounds in known.items()})
        if not starts:  # who may not see the topic is shown none, and the first says why
            starts[0] = "earliest" if isinstance(self._from, Mapping) else self._from
        self._started = True
        try:
            self._begin(starts, known)
            if self._follow:
                threading.Thread(target=self._watch, name="exactly-once-partitions", daemon=True).start()
        except Exception:
            self.close()
            raise

    def _begin(self, starts: Mapping[int, Position], known: Mapping[int, _Bounds]) -> None:
        """Reads partitions from a position on. A time is looked up for all of them before one is read; the earliest
        record is where they are ``known`` to start, or a later one if that is deleted meanwhile."""
        readers = {number: RecordReader([], number, start, transport=self._transport, **self._options)
                   for number, start in starts.items()}
        with self._lock:
            self._parts.update({number: _Part(reader, self._came) for number, reader in readers.items()})
        if self._getter.closed.is_set():  # by another thread, which may not have seen them
            self.close()
        positions = {number: known[number].start if starts[number] == "earliest" and number in known
                     else reader.position for number, reader in readers.items()}
        if self._getter.closed.is_set():  # then they are none
            return
        with self._lock:
            self._positions.update(positions)
            self._reading += len(positions)
        for number in readers:
            self._parts[number].start()

    def _watch(self) -> None:
        """Looks for partitions by which the topic has grown."""
        while not self._getter.closed.wait(self._refresh):
            try:
                known = self._getter.get(self._path, _bounds) or {}
                new = {number: bounds for number, bounds in known.items() if number not in self._parts}
                self._begin(dict.fromkeys(new, "earliest"), new)
            except Exception as error:  # such as that the topic was deleted
                self._came(None, error)

    def _came(self, page: Optional[_Page], failure: Optional[Exception] = None) -> None:
        """For the partitions' threads: a page, or none at the end, or what went wrong."""
        if page is None:
            with self._lock:
                self._reading -= 1
        self._failure = self._failure or failure
        self._ready.put(page)


class _Bounds(NamedTuple):
    """Where a partition starts and ends."""

    start: int
    end: int


def _bounds(document: dict[str, Any]) -> dict[int, _Bounds]:
    """The partitions in an answer."""
    return {index(part["partition"]): _Bounds(index(part["logStartOffset"]), index(part["logEndOffset"]))
            for part in document["partitions"]}


class _Page:
    """Records of a partition, whose thread goes on when they are taken."""

    def __init__(self, records: list[Record], taken: Callable[[], object]) -> None:
        self.records = records
        self.taken = taken


class _Part:
    """A partition of a topic that is read, on a thread of its own, one page ahead."""

    def __init__(self, reader: RecordReader, came: Callable[..., None]) -> None:
        self._reader = reader
        self._came = came
        self._room = threading.Semaphore()

    def start(self) -> None:
        """Begins to read."""
        threading.Thread(target=self._run, name="exactly-once-partition", daemon=True).start()

    def close(self) -> None:
        """Ends it, also while it waits."""
        self._reader.close()
        self._room.release()

    def _run(self) -> None:
        try:
            while self._room.acquire() and (records := self._reader.next_page()):
                self._came(_Page(records, self._room.release))
        except Exception as error:
            self._came(None, error)
        else:
            self._came(None)


def _check_offsets(from_: object) -> None:
    if isinstance(from_, int):
        raise ValueError(f"An offset belongs to one partition: name it, or give a map such as {{0: {from_}}}.")
    if not isinstance(from_, (str, datetime, Mapping)):
        raise ValueError("from_ is 'earliest', 'latest', a datetime, or a map from partitions to offsets.")
    for number in [number for pair in from_.items() for number in pair] if isinstance(from_, Mapping) else []:
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise ValueError(f"A map from partitions to offsets has numbers from 0 on, not {number!r}.")


@overload
def read(urls: Union[str, Sequence[str]], partition: int, from_: Position = "earliest",
         **options: Any) -> RecordReader: ...


@overload
def read(urls: Union[str, Sequence[str]], partition: None = None, from_: TopicPosition = "earliest",
         **options: Any) -> TopicReader: ...


def read(urls: Union[str, Sequence[str]], partition: Optional[int] = None, from_: Any = "earliest",
         **options: Any) -> Union[RecordReader, TopicReader]:
    """Reads a partition, or without one all of the topic, from a position on: see RecordReader and TopicReader."""
    if partition is None:
        return TopicReader(urls, from_, **options)
    return RecordReader(urls, partition, from_, **options)
