"""Frozen batches on disk, so that the next process can send what this one did not finish.

A folder has one owner, by a file lock, and segments: files to which entries are appended. An entry has a magic number,
the length of its payload, the CRC-32 of the payload, and the payload: partition, base sequence, the batch's bytes.
Where the topic is another than ``records``, the highest bit of the partition is set, and the topic's name stands before
the bytes, behind its length: folders that were written before there were topics remain readable.
An entry without bytes, or with a base sequence at or below one that came before, makes void what its partition has
from there on. The first entry of a segment is the producer's name.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path
from typing import Iterable, Mapping, Optional
from urllib.parse import quote

from .errors import OutboxError
from .topics import RECORDS, TopicPartition

try:
    import fcntl
except ImportError:  # not POSIX
    fcntl = None  # type: ignore[assignment]

_MAGIC = b"\xe1\x0bEO"
_HEAD = struct.Struct(">4sII")
_ADDRESS = struct.Struct(">QQ")
_NAMES_TOPIC = 1 << 63
_SEGMENT_BYTES = 8 * 1024 * 1024
_LONGEST_FOLDER_NAME = 255
"""Bytes, on Linux and macOS."""

Entry = tuple[TopicPartition, int, bytes]
"""Partition of a topic, base sequence, bytes."""


class Outbox:
    """The outbox of one producer. Not thread-safe. Errors of the disk are OSErrors."""

    def __init__(self, directory: str | os.PathLike[str], name: str, segment_bytes: int = _SEGMENT_BYTES) -> None:
        if fcntl is None:
            raise OutboxError("An outbox needs the file locks of a POSIX system.")
        self._name = name.encode("utf-8")
        self._segment_bytes = segment_bytes
        self._folder = Path(directory) / _folder_name(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock: Optional[int] = self._take_lock()
        self._file = -1
        self._size = 0
        self._ends: dict[Path, dict[TopicPartition, int]] = {}
        """The segments, oldest first, each with the sequence at which every partition in it ends."""
        self._recovered: dict[TopicPartition, list[tuple[int, list[bytes]]]] = {}
        try:
            self._recover()
            self._roll()
        except BaseException:
            self.close()
            raise

    def recovered(self) -> Iterable[tuple[TopicPartition, int, list[bytes]]]:
        """What earlier processes left: partition, base sequence and lines of each batch, in order. Once."""
        batches, self._recovered = self._recovered, {}
        return [(place, base, lines) for place, frozen in batches.items() for base, lines in frozen]

    def append(self, entries: Iterable[Entry]) -> None:
        """Writes batches, and returns when they are on the disk."""
        if self._size > self._segment_bytes:
            self._roll()
        ends = list(self._ends.values())[-1]
        data = bytearray()
        for place, base, body in entries:
            data += _entry(_address(place, base) + body)
            ends[place] = max(ends.get(place, 0), base + body.count(b"\n"))
        self._write(bytes(data))

    def cut(self, sequences: Mapping[TopicPartition, int]) -> None:
        """Makes void, on the disk, what each partition has from a sequence on."""
        self.append([(place, sequence, b"") for place, sequence in sequences.items()])

    def settle(self, sequences: Mapping[TopicPartition, int]) -> None:
        """Deletes the oldest segments that have nothing at or above these sequences."""
        while len(self._ends) > 1:
            oldest = next(iter(self._ends))
            if any(end > sequences.get(place, -1) for place, end in self._ends[oldest].items()):
                return
            oldest.unlink()
            del self._ends[oldest]

    def close(self, settled: bool = False) -> None:
        """Lets another process own the outbox. What is in it stays, unless all of it is ``settled``."""
        if settled and self._lock is not None:
            for segment in self._ends:  # the oldest first: a later one says what is void in those before it
                segment.unlink()
            self._ends = {}
        if self._file >= 0:
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
            payloads, good = _parse(data)
            if good < len(data):
                if segment is not segments[-1] or _resumes(data, good):
                    raise OutboxError(f"The outbox is damaged: {segment} at byte {good}, with batches behind it. Restore "
                                      "the file, or move it away and accept that its batches may not be stored.")
                os.truncate(segment, good)
            if payloads and payloads[0] != self._name:
                raise OutboxError(f"The outbox {self._folder} belongs to another producer.")
            self._ends[segment] = {}
            for payload in payloads[1:]:
                self._take(segment, *_taken_apart(payload))

    def _take(self, segment: Path, place: TopicPartition, base: int, body: bytes) -> None:
        batches = self._recovered.setdefault(place, [])
        while batches and batches[-1][0] >= base:
            batches.pop()
        if batches:
            batches[-1] = (batches[-1][0], batches[-1][1][: base - batches[-1][0]])
        if body:
            batches.append((base, body.split(b"\n")[:-1]))
        ends = self._ends[segment]
        ends[place] = max(ends.get(place, 0), base + body.count(b"\n"))

    def _roll(self) -> None:
        last = max((int(segment.stem) for segment in self._ends), default=0)
        segment = self._folder / f"{last + 1:012d}.log"
        if self._file >= 0:
            os.close(self._file)
        self._file = os.open(segment, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._size = 0
        self._ends[segment] = {}
        self._write(_entry(self._name))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write(self, data: bytes) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest):]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)


def _folder_name(name: str) -> str:
    quoted = "producer-" + quote(name, safe="")
    if len(quoted) <= _LONGEST_FOLDER_NAME:
        return quoted
    return "producer~" + hashlib.sha256(name.encode("utf-8")).hexdigest()  # quote gives no such name


def _address(place: TopicPartition, base: int) -> bytes:
    if place.topic == RECORDS:
        return _ADDRESS.pack(place.number, base)
    topic = place.topic.encode("ascii")
    return _ADDRESS.pack(place.number | _NAMES_TOPIC, base) + bytes([len(topic)]) + topic


def _taken_apart(payload: bytes) -> Entry:
    number, base = _ADDRESS.unpack_from(payload)
    rest = payload[_ADDRESS.size :]
    if not number & _NAMES_TOPIC:
        return TopicPartition(RECORDS, number), base, rest
    end = 1 + rest[0]
    return TopicPartition(rest[1:end].decode("ascii"), number ^ _NAMES_TOPIC), base, rest[end:]


def _entry(payload: bytes) -> bytes:
    return _HEAD.pack(_MAGIC, len(payload), zlib.crc32(payload)) + payload


def _payload_at(data: bytes, at: int) -> Optional[bytes]:
    if at + _HEAD.size > len(data):
        return None
    magic, length, crc = _HEAD.unpack_from(data, at)
    payload = data[at + _HEAD.size : at + _HEAD.size + length]
    return payload if magic == _MAGIC and len(payload) == length and zlib.crc32(payload) == crc else None


def _parse(data: bytes) -> tuple[list[bytes], int]:
    """The payloads from the beginning, and where the good entries end."""
    payloads: list[bytes] = []
    at = 0
    while (payload := _payload_at(data, at)) is not None:
        payloads.append(payload)
        at += _HEAD.size + len(payload)
    return payloads, at


def _resumes(data: bytes, at: int) -> bool:
    """Whether a good entry follows a broken one."""
    while (at := data.find(_MAGIC, at + 1)) >= 0:
        if _payload_at(data, at) is not None:
            return True
    return False
