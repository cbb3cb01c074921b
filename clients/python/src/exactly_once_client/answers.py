"""The gateway's answers, and what a producer does next."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, Mapping, Optional, Union

from .errors import (AuthenticationError, IdReusedError, InvalidRecordError, NotAuthorizedError, NotFoundError,
                     NotOwnerError, RefusedError, TooLargeError)


def _integer(digits: str) -> Union[int, Decimal]:
    """Of any length, as the log has it; Python makes no int of more than sys.get_int_max_str_digits() digits."""
    try:
        return int(digits)
    except ValueError:
        return Decimal(digits)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. Status 0 says that none came; ``error`` then says why. Names of headers are in lower case.

    ``distrusted``: none has ever come, as no gateway has a certificate that is trusted.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""
    distrusted: bool = False
    unsent: bool = False
    """There was no connection: the request did not leave."""

    def document(self) -> dict[str, Any]:
        """The body as a JSON object; empty if it is none, or is nested too deeply to be read."""
        try:
            return self.read()
        except RecursionError:
            return {}

    def read(self) -> dict[str, Any]:
        """The body as a JSON object; empty if it is none. A RecursionError if it is one that is nested too deeply."""
        try:
            document = json.loads(self.body, parse_int=_integer)
        except ValueError:
            return {}
        except RecursionError:
            if self.body.lstrip().startswith(b"{"):
                raise
            return {}
        return document if isinstance(document, dict) else {}

    def problem(self) -> dict[str, Any]:
        """The body of an error, with its status at least."""
        return {"status": self.status, **self.document()}

    def reason(self) -> str:
        """What happened, for the message of an error."""
        if self.status == 0:
            return self.error
        return str(self.document().get("detail") or f"The gateway answered {self.status}.")

    def retry_after(self) -> float:
        """Seconds for which the gateway wants no request; 0 if it does not say."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        except (TypeError, ValueError, IndexError, OverflowError):
            return 0.0


NO_ANSWER = Answer(0, error="No answer.")


class Action(Enum):
    """What an answer to an append means for the producer."""

    STORED = "stored"
    """If it has the receipt of what was sent; else as RETRY."""
    RETRY = "same-request"
    RESYNC = "resync"
    SPLIT = "split"
    FENCED = "fenced"
    REFUSED = "refused"
    UNKNOWN_PLACE = "unknown-place"
    """There is no such topic, or no such partition of it."""
    LOST = "lost"


_BY_STATUS = {0: Action.RETRY, 408: Action.RETRY, 409: Action.RESYNC, 413: Action.SPLIT, 422: Action.LOST,
              429: Action.RETRY}
_BY_CODE = {"PRODUCER_FENCED": Action.FENCED, "UNKNOWN_TOPIC": Action.UNKNOWN_PLACE,
            "UNKNOWN_PARTITION": Action.UNKNOWN_PLACE, "UNKNOWN_PRODUCER_ID": Action.LOST}


def action_of(answer: Answer) -> Action:
    """The table of answers."""
    if 200 <= answer.status < 300:
        return Action.STORED
    if answer.status < 200 and answer.status != 0 or answer.status >= 500:
        return Action.RETRY
    if answer.status in (403, 404):
        by_code = _BY_CODE.get(str(answer.document().get("code")))
        if by_code is not None:
            return by_code
    return _BY_STATUS.get(answer.status, Action.REFUSED)


_BEFORE = {401, 407, 413, 414, 431}
"""What a server on the way answers before it passes a request on."""


def leaves_doubt(answer: Answer) -> bool:
    """Whether the request may have been stored all the same, or may still be.

    An error without a code is that of a server on the way, which may have passed the request on.
    """
    by_another = "code" not in answer.document() and answer.status not in _BEFORE
    return (action_of(answer) in (Action.RETRY, Action.STORED) or by_another) and answer.status != 429


def expected_sequence(answer: Answer) -> Optional[int]:
    """The sequence that a 409 asks for."""
    expected = answer.document().get("expectedSequence")
    return expected if isinstance(expected, int) else None


_REFUSALS = {400: InvalidRecordError, 401: AuthenticationError, 403: NotAuthorizedError, 404: NotFoundError,
             411: InvalidRecordError, 413: TooLargeError, 415: InvalidRecordError, 422: InvalidRecordError}
_REFUSALS_BY_CODE = {(403, "NOT_OWNER"): NotOwnerError, (422, "ID_REUSED"): IdReusedError}


def refusal(answer: Answer) -> RefusedError:
    """The error of an answer that is final."""
    kind = _REFUSALS_BY_CODE.get((answer.status, str(answer.document().get("code"))))
    return (kind or _REFUSALS.get(answer.status, RefusedError))(answer.reason(), answer.problem())
