"""Frozen batches on disk, so that the next process can send what this one did not finish.

A folder has one owner, by a file lock, and segments: files to which entries are appended (see entries).
An entry without bytes, or with a base sequence at or below one that came before, makes void what its partition has
from there on. The first entry of a segment is the producer's name, behind the number of the format: that makes versions
that know no topics refuse the folder. Segments of theirs begin with the name alone, and are read.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Callable, Collection, Iterable, Mapping, Optional
from urllib.parse import quote

from .entries import IS_MARK, IS_OWNER, Entry, address, entry, parse, resumes, taken_apart
from .errors import OutboxError
from .files import delete, end_at, keep_lost, make_folder, sync_folder
from .topics import RECORDS, TopicPartition

try:
    import fcntl
except ImportError:  # not POSIX
    fcntl = None  # type: ignore[assignment]

_FORMAT = b"\x00\x02"
_SEGMENT_BYTES = 8 * 1024 * 1024
_LONGEST_FOLDER_NAME = 255
"""Bytes, on Linux and macOS."""


class Outbox:
    """The outbox of one producer. Not thread-safe. Errors of the disk are OSErrors."""

    def __init__(self, directory: str | os.PathLike[str], name: str, segment_bytes: int = _SEGMENT_BYTES) -> None:
        if fcntl is None:
            raise OutboxError("An outbox needs the file locks of a POSIX system.")
        self._name = name.encode("utf-8")
        self._segment_bytes = segment_bytes
        self._folder = Path(directory) / _folder_name(name)
        make_folder(self._folder)
        self._lock: Optional[int] = self._take_lock()
        self._file = -1
        self._size = 0
        self._synced = 0
        """How much of the last segment is on the disk for certain."""
        self._torn = False
        """Whether the last segment may end in a part of an entry, which cannot be cut off. Nothing may stand behind it:
        the next process cuts off a broken end, and no other."""
        self._ends: dict[Path, dict[TopicPartition, int]] = {}
        """The segments, oldest first, each with the sequence at which every partition in it ends."""
        self._recovered: dict[TopicPartition, list[tuple[int, list[bytes], Path]]] = {}
        self.stored: dict[TopicPartition, int] = {}
        """Below which sequence all was stored, as the marks of earlier processes say."""
        self.owner: Optional[int] = None
        """The producer's id, once there was one."""
        try:
            self._recover()
            self._roll()
        except BaseException:
            self.close()
            raise

    def recovered(self) -> Iterable[tuple[TopicPartition, int, list[bytes]]]:
        """What earlier processes left: partition, base sequence and lines of each batch, in order. Once."""
        batches, self._recovered = self._recovered, {}
        return [(place, base, lines) for place, frozen in batches.items() for base, lines, _ in frozen]

    def append(self, entries: Collection[Entry]) -> None:
        """Writes batches, and returns when they are on the disk. What a partition had from a batch's base on is void."""
        self._roll_if_full()
        self._write(b"".join(entry(address(place, base) + body) for place, base, body in entries))
        segments = list(self._ends.values())
        for place, base, body in entries:
            for ends in segments:
                ends.update({place: min(ends[place], base)} if place in ends else {})
            segments[-1][place] = base + body.count(b"\n")

    def mark(self, stored: Mapping[TopicPartition, int]) -> None:
        """Notes below which sequence all was stored. It is on the disk with the next batch, or at close."""
        self._roll_if_full()
        self._write(b"".join(entry(address(place, sequence, IS_MARK)) for place, sequence in stored.items()), False)

    def own(self, producer_id: int) -> None:
        """Notes, on the disk, whose the outbox is. What it has of another producer is void."""
        self._roll_if_full()
        self._write(_owned_by(producer_id))
        if self.owner not in (None, producer_id):
            for ends in self._ends.values():
                ends.clear()
        self.owner = producer_id

    def bury(self, place: TopicPartition, base: int, lines: bytes) -> Path:
        """Keeps what will never be sent in a file of its own, where nobody looks for it but people. On the disk."""
        return keep_lost(self._folder / "lost" / place.topic, f"{place.number}-{base}", lines)

    def settle(self, settled: Callable[[TopicPartition], int]) -> None:
        """Deletes the oldest segments that have nothing at or above the sequences at which partitions are settled."""
        while len(self._ends) > 1:
            oldest = next(iter(self._ends))
            if any(end > settled(place) for place, end in self._ends[oldest].items()):
                return
            delete(oldest)
            del self._ends[oldest]

    def close(self, settled: bool = False) -> None:
        """Lets another process own the outbox. What is in it stays, unless all of it is ``settled``."""
        if settled and self._lock is not None:
            for segment in self._ends:  # the oldest first: a later one says what is void in those before it
                delete(segment)
            self._ends = {}
        if self._file >= 0:
            with suppress(OSError):  # the batches are on the disk, as append has said; a mark may not be yet
                os.fsync(self._file)
            os.close(self._file)
            self._file = -1
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_lock(self) -> int:
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise OutboxError(f"Another process, or another producer of this one, owns the outbox {self._folder}.") from None
        return lock

    def _recover(self) -> None:
        segments = sorted(self._folder.glob("*.log"))
        for segment in segments:
            data = segment.read_bytes()
            payloads, good = parse(data)
            if good < len(data):
                if segment is not segments[-1] or resumes(data, good):
                    raise OutboxError(f"The outbox is damaged: {segment} at byte {good}, with batches behind it. Restore "
                                      "the file, or move it away and accept that its batches may not be stored.")
            if segment is segments[-1]:
                end_at(segment, good)
            if payloads and payloads[0] not in (self._name, _FORMAT + self._name):
                raise OutboxError(f"The outbox {self._folder} belongs to another producer.")
            self._ends[segment] = {}
            for payload in payloads[1:]:
                self._take(segment, payload)
        for place, batches in self._recovered.items():
            for base, lines, segment in batches:
                ends = self._ends[segment]
                ends[place] = max(ends.get(place, 0), base + len(lines))

    def _take(self, segment: Path, payload: bytes) -> None:
        (place, base, body), kind = taken_apart(payload)
        if kind == IS_OWNER and self.owner not in (None, base):
            self._recovered.clear()
            self.stored.clear()
        if kind == IS_OWNER:
            self.owner = base
            return
        if kind == IS_MARK:
            self.stored[place] = max(self.stored.get(place, 0), base)
            return
        batches = self._recovered.setdefault(place, [])
        while batches and batches[-1][0] >= base:
            batches.pop()
        if batches:
            first, lines, where = batches[-1]
            batches[-1] = (first, lines[: base - first], where)
        if body:
            batches.append((base, body.split(b"\n")[:-1], segment))
        else:
            self.stored[place] = min(self.stored.get(place, 0), base)

    def _roll_if_full(self) -> None:
        if self._lock is None or self._torn:
            return
        if self._file < 0 or self._size > self._segment_bytes:
            self._roll()

    def _roll(self) -> None:
        last = max((int(segment.stem) for segment in self._ends), default=0)
        segment = self._folder / f"{last + 1:012d}.log"
        if self._file >= 0:
            self._write(b"")  # a mark may not be on the disk yet
            os.close(self._file)
            self._file = -1
        file = os.open(segment, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._ends[segment] = {}
        try:
            sync_folder(self._folder)  # before anything is in it: who writes there later does not come by here again
        except OSError:
            os.close(file)
            raise
        self._file, self._size, self._synced = file, 0, 0
        self._write(b"")

    def _write(self, data: bytes, sync: bool = True) -> None:
        """Writes entries, behind the first one of the segment: all of them, or an OSError, and none."""
        if self._torn:
            raise OSError("its last segment ends in an entry that was not written in full")
        if self._size == 0:
            data = entry(_FORMAT + self._name) + (b"" if self.owner is None else _owned_by(self.owner)) + data
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest):]
            if sync:
                os.fsync(self._file)
        except OSError:
            self._cut_back()
            raise
        self._size += len(data)
        self._synced = self._size if sync else self._synced

    def _cut_back(self) -> None:
        """On the disk: what is told as not stored must not be there for the next process. What was not synced before is
        not there for certain any more, and goes, too."""
        self._torn = True
        with suppress(OSError):
            os.ftruncate(self._file, self._synced)
            os.fsync(self._file)
            self._size, self._torn = self._synced, False


def _owned_by(producer_id: int) -> bytes:
    return entry(address(TopicPartition(RECORDS, 0), producer_id, IS_OWNER))


def _folder_name(name: str) -> str:
    quoted = "producer-" + quote(name, safe="")
    if len(quoted) <= _LONGEST_FOLDER_NAME:
        return quoted
    return "producer~" + hashlib.sha256(name.encode("utf-8")).hexdigest()  # quote gives no such name
