"""The entries of an outbox's segments: how they are written, and how they are found again. No I/O.

An entry has a magic number, the length of its payload, the CRC-32 of the payload, and the payload: partition, base
sequence, the batch's bytes. Where the topic is another than ``records``, the highest bit of the partition is set, and
the topic's name stands before the bytes, behind its length. The bit below it makes the entry a mark: all of the
partition below its sequence was stored. The bit below that one makes it say whose the outbox is: the sequence is the
producer's id.
"""

from __future__ import annotations

import struct
import zlib
from typing import Optional

from .topics import RECORDS, TopicPartition

_MAGIC = b"\xe1\x0bEO"
_HEAD = struct.Struct(">4sII")
_ADDRESS = struct.Struct(">QQ")
_NAMES_TOPIC = 1 << 63
IS_MARK = 1 << 62
IS_OWNER = 1 << 61

Entry = tuple[TopicPartition, int, bytes]
"""Partition of a topic, base sequence, bytes."""


def address(place: TopicPartition, base: int, flag: int = 0) -> bytes:
    """Where the payload of an entry begins."""
    if place.topic == RECORDS:
        return _ADDRESS.pack(place.number | flag, base)
    topic = place.topic.encode("ascii")
    return _ADDRESS.pack(place.number | flag | _NAMES_TOPIC, base) + bytes([len(topic)]) + topic


def taken_apart(payload: bytes) -> tuple[Entry, int]:
    """What an entry says, and whether it is IS_MARK or IS_OWNER; 0 if it is a batch."""
    number, base = _ADDRESS.unpack_from(payload)
    rest = payload[_ADDRESS.size :]
    end = 1 + rest[0] if number & _NAMES_TOPIC else 0
    topic = rest[1:end].decode("ascii") if end else RECORDS
    place = TopicPartition(topic, number & ~(_NAMES_TOPIC | IS_MARK | IS_OWNER))
    return (place, base, rest[end:]), number & (IS_MARK | IS_OWNER)


def entry(payload: bytes) -> bytes:
    """A payload as it is written."""
    return _HEAD.pack(_MAGIC, len(payload), zlib.crc32(payload)) + payload


def _payload_at(data: bytes, at: int) -> Optional[bytes]:
    if at + _HEAD.size > len(data):
        return None
    magic, length, crc = _HEAD.unpack_from(data, at)
    payload = data[at + _HEAD.size : at + _HEAD.size + length]
    return payload if magic == _MAGIC and len(payload) == length and zlib.crc32(payload) == crc else None


def parse(data: bytes) -> tuple[list[bytes], int]:
    """The payloads from the beginning, and where the good entries end."""
    payloads: list[bytes] = []
    at = 0
    while (payload := _payload_at(data, at)) is not None:
        payloads.append(payload)
        at += _HEAD.size + len(payload)
    return payloads, at


def resumes(data: bytes, at: int) -> bool:
    """Whether a good entry follows a broken one."""
    while (at := data.find(_MAGIC, at + 1)) >= 0:
        if _payload_at(data, at) is not None:
            return True
    return False
