"""The settings of a producer, named and preset as Kafka's."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from operator import index
from threading import TIMEOUT_MAX
from typing import Any, Final

EXACTLY_ONCE: Final = "exactly-once"
AT_LEAST_ONCE: Final = "at-least-once"

LONGEST: Final = TIMEOUT_MAX / 4
"""Seconds that a setting may be: a wait takes no more than four times that."""


@dataclass(frozen=True)
class Settings:
    """Times are in seconds, sizes in bytes. A value out of range is a ValueError."""

    delivery: str = EXACTLY_ONCE
    """``"exactly-once"``: by the producer's sequences. ``"at-least-once"``: without them, one request of a partition at
    a time; a record that has an id is stored once all the same."""
    linger: float = 0.005
    """How long a record waits for others to share its request."""
    batch_bytes: int = 16_384
    """Where a request's body ends; a larger record goes alone."""
    max_in_flight: int = 5
    """Requests of one partition that are under way at a time; with ``"at-least-once"`` it is always one."""
    request_timeout: float = 30.0
    """How long an answer may take, beyond what ``Prefer: wait`` asks for."""
    delivery_timeout: float = 120.0
    """How long a record may take from ``send`` on, before its outcome is found out by a fence."""
    retry_backoff: float = 0.1
    """The pause before the first retry. It doubles with each, plus or minus a fifth."""
    retry_backoff_max: float = 1.0
    """The longest pause between two retries, if the gateway does not ask for a longer one."""
    buffer_bytes: int = 32 * 1024 * 1024
    """Memory for records without an outcome."""
    max_block: float = 60.0
    """How long ``send`` waits for memory, or for the number of partitions."""
    wait: int = 5
    """Whole seconds that the gateway may hold a request for its predecessors (``Prefer: wait``)."""

    def __post_init__(self) -> None:
        if self.delivery not in (EXACTLY_ONCE, AT_LEAST_ONCE):
            raise ValueError(f'delivery is "{EXACTLY_ONCE}" or "{AT_LEAST_ONCE}", not {self.delivery!r}')
        for name in ("batch_bytes", "max_in_flight", "buffer_bytes", "wait"):
            self._set(name, whole(name, getattr(self, name), 0 if name == "wait" else 1))
        for name in ("request_timeout", "delivery_timeout"):
            self._set(name, seconds(name, getattr(self, name), above_0=True))
        for name in ("linger", "retry_backoff", "retry_backoff_max", "max_block"):
            self._set(name, seconds(name, getattr(self, name)))

    def _set(self, name: str, value: float) -> None:
        object.__setattr__(self, name, value)  # it is frozen for others

    @property
    def numbered(self) -> bool:
        """Whether the producer has an identity, and its records sequences."""
        return self.delivery == EXACTLY_ONCE

    @property
    def patience(self) -> float:
        """How long it takes at the most until every record has its outcome."""
        return 2 * self.delivery_timeout + 10.0

    @property
    def http_timeout(self) -> float:
        """How long one request may take: never longer than a record may."""
        return min(self.request_timeout, self.delivery_timeout)


def whole(name: str, value: Any, least: int) -> int:
    """The value of a setting, such as 64e6, as an int. A ValueError if it is no whole number from ``least`` on."""
    try:
        number = int(value) if isinstance(value, float) and value.is_integer() else index(value)
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise ValueError(f"{name} is a whole number from {least} on, not {value!r}")
    return number


def seconds(name: str, value: Any, above_0: bool = False) -> float:
    """The value of a setting that is a time, as a float. A ValueError if it is none, such as NaN, or too long."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= LONGEST or above_0 and value == 0:
        least = "above 0" if above_0 else "from 0 on"
        raise ValueError(f"{name} is a number {least}, {LONGEST:.0f} at the most, not {value!r}")
    return float(value)


def limited(timeout: float) -> float:
    """The seconds of a timeout, inf among them, of which a wait takes no more. A ValueError for NaN."""
    if timeout != timeout:
        raise ValueError("A timeout is a number, not NaN.")
    return min(timeout, LONGEST)


def backoff(attempt: int, settings: Settings, jitter: float) -> float:
    """Seconds to wait after attempt number ``attempt`` (from 1), with ``jitter`` between 0.8 and 1.2."""
    pause = settings.retry_backoff * 2 ** min(attempt - 1, 30)
    return float(min(pause, settings.retry_backoff_max) * jitter)
