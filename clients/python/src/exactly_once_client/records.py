"""Records as the gateway takes them: a line of JSON each."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timezone
from typing import Any, Final, Mapping, NamedTuple, Optional, Sequence, Union


class _Tombstone:
    """The value of a record without one: Kafka's null."""

    def __repr__(self) -> str:
        return "TOMBSTONE"


TOMBSTONE: Final = _Tombstone()

Key = Union[str, bytes, None]
HeaderValue = Union[str, bytes, None]
Headers = Union[Mapping[str, HeaderValue], Sequence[tuple[str, HeaderValue]], None]


class Receipt(NamedTuple):
    """Where a record is stored. ``duplicate`` says that an earlier request of this producer, or anybody's with its id,
    had stored it.

    If retention has deleted it since, ``offset`` is -1, and ``appended_at`` None. With ``delivery="at-least-once"`` the
    ``sequence`` is -1, and a duplicate is where its id was stored first, in another partition perhaps; its
    ``appended_at`` is None.
    """

    topic: str
    partition: int
    offset: int
    sequence: int
    duplicate: bool
    appended_at: Optional[datetime]


def encode(value: Any, key: Key = None, headers: Headers = None, timestamp: Optional[datetime] = None,
           id: Optional[str] = None) -> bytes:
    """The record as a line, without its end. What the gateway cannot take is a ValueError or TypeError."""
    record: dict[str, Any] = {}
    if id is not None:
        record["id"] = _id(id)
    if key is not None:
        record.update(_key(key))
    if value is TOMBSTONE:
        record["tombstone"] = True
    elif isinstance(value, (bytes, bytearray, memoryview)):
        record["valueBase64"] = _base64(value)
    else:
        record["value"] = value
    if headers:
        record["headers"] = _headers(headers)
    if timestamp is not None:
        record["timestamp"] = _timestamp(timestamp)
    try:
        return _ENCODER.encode(record).encode("utf-8")
    except RecursionError:
        raise ValueError("The value is nested too deeply.") from None


_LONGEST_ID = 255
"""Characters."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def key_bytes(key: Union[str, bytes]) -> bytes:
    """The bytes of a key, which choose its partition."""
    return key.encode("utf-8") if isinstance(key, str) else bytes(key)


def _id(id: str) -> str:
    if not isinstance(id, str):
        raise TypeError("An id is text.")
    if not 1 <= len(id) <= _LONGEST_ID:
        raise ValueError(f"An id has 1 to {_LONGEST_ID} characters, not {len(id)}.")
    if _CONTROL.search(id):
        raise ValueError("An id has no control characters.")
    return id


def _key(key: Union[str, bytes]) -> dict[str, str]:
    if not isinstance(key, (str, bytes, bytearray, memoryview)):
        raise TypeError("A key is text or bytes.")
    if isinstance(key, str) and "\0" not in key:
        return {"key": key}
    return {"keyBase64": _base64(key_bytes(key))}


def _headers(headers: Headers) -> Union[dict[str, str], list[list[Any]]]:
    assert headers is not None
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    for name, value in pairs:
        if not isinstance(name, str) or "\0" in name:
            raise ValueError("The name of a header is text without U+0000.")
        if not isinstance(value, (str, bytes, type(None))):
            raise TypeError("The value of a header is text, bytes or None.")
    if isinstance(headers, Mapping) and all(isinstance(value, str) for _, value in pairs):
        return {name: value for name, value in pairs if isinstance(value, str)}
    return [[name, {"base64": _base64(value)} if isinstance(value, bytes) else value] for name, value in pairs]


def _timestamp(timestamp: datetime) -> str:
    return in_utc(timestamp, "A timestamp").isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_utc(time: datetime, what: str) -> datetime:
    """A time in UTC. A ValueError, which says ``what`` it is, for one without a time zone, and one whose year there is
    none that a datetime can have."""
    if time.tzinfo is None:
        raise ValueError(f"{what} needs a time zone.")
    try:
        return time.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError(f"{what} has to be in the years 1 to 9999 in UTC, not {time}.") from None


def _base64(data: Union[bytes, bytearray, memoryview]) -> str:
    return base64.b64encode(data).decode("ascii")


def parse_time(text: Any) -> Optional[datetime]:
    """A time of the gateway's; None if there is none."""
    if not isinstance(text, str):
        return None
    head, dot, fraction = text.rstrip("Z").partition(".")
    micros = (fraction + "000000")[:6] if dot else "000000"
    try:
        return datetime.fromisoformat(f"{head}.{micros}+00:00")
    except ValueError:
        return None
