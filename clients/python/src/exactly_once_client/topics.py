"""Topics, their partitions, and the paths of both."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Optional

RECORDS: Final = "records"
"""The topic that every gateway has, and that is meant where none is named."""

_LONGEST_NAME = 249
_NAME = re.compile(r"[A-Za-z0-9._-]+")


class TopicPartition(NamedTuple):
    """A partition of a topic."""

    topic: str
    number: int

    @property
    def path(self) -> str:
        """Where the gateway has it."""
        return f"{partitions_path(self.topic)}/{self.number}"

    def __str__(self) -> str:
        return f"partition {self.number} of topic {self.topic}"


def partitions_path(topic: str) -> str:
    """The path of all partitions of a topic: of ``records`` the short one, which a gateway without topics has, too."""
    return "/partitions" if topic == RECORDS else f"/topics/{topic}/partitions"


def invalid_topic(name: object) -> Optional[str]:
    """Why this is not the name of a topic, in Kafka's words; None if it is one.

    No other name goes into a path, where ``..`` would be another topic's.
    """
    if not isinstance(name, str):
        return f"Topic name is invalid: it is text, not {type(name).__name__}"
    if not name:
        return "Topic name is invalid: the empty string is not allowed"
    if name in (".", ".."):
        return f"Topic name is invalid: '{name}' is not allowed"
    if len(name) > _LONGEST_NAME:
        return f"Topic name is invalid: the length of '{name}' is longer than the max allowed length {_LONGEST_NAME}"
    if _NAME.fullmatch(name) is None:
        return (f"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', "
                "'_' and '-'")
    return None
