"""What can go wrong, and what each failure says about the log.

A ``NotStoredError`` is a promise: the record is not in the log, and no late request can bring it there.
An ``UnknownOutcomeError`` says that nobody could be asked.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional


class GatewayError(Exception):
    """The base of all errors of this client. ``problem`` is the gateway's answer (RFC 9457), or None."""

    code = "refused"

    def __init__(self, message: str, problem: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.problem = problem


class NotStoredError(GatewayError):
    """The record is not stored, and cannot be stored any more."""


class DeliveryTimeoutError(NotStoredError):
    """The delivery time-out, or the time for which ``send`` may block, is over."""

    code = "timeout"


class RefusedError(NotStoredError):
    """The gateway refused the request for good, or the client did before it sent anything.

    Its subclasses say why; it is of this class itself where none of them fits, such as an answer of a proxy.
    """


class InvalidRecordError(RefusedError):
    """The record, or the name of its topic or its producer, is none that the gateway takes (400, 411, 415, 422)."""


class IdReusedError(InvalidRecordError):
    """Another record of the topic has the record's id (422 ``ID_REUSED``)."""


class AuthenticationError(RefusedError):
    """The gateway takes the token for none, or there is none (401)."""


class NotAuthorizedError(RefusedError):
    """The gateway knows who sends, who may not, for want of a right or from where it sends (403)."""


class NotOwnerError(NotAuthorizedError):
    """The producer, or its name, belongs to somebody else (403 ``NOT_OWNER``)."""


class NotFoundError(RefusedError):
    """There is no such topic, no such partition of it, or no such path (404)."""


class TooLargeError(RefusedError):
    """One record is larger than the gateway, or the client's buffer, takes."""

    code = "too-large"


class FencedError(NotStoredError):
    """A newer holder of the producer's name has taken over. This producer stays closed."""

    code = "fenced"


class ClosedError(NotStoredError):
    """The producer was closed before the record was stored, or is closed already."""

    code = "closed"


class LostError(NotStoredError):
    """The log does not have what this producer was told is stored, or somebody else writes under its id."""

    code = "lost"


class OutboxError(NotStoredError):
    """The outbox cannot be read or written, or another process holds it."""


class UnknownOutcomeError(GatewayError):
    """Stored or not: no gateway could be asked. ``cause`` is why the producer gave up."""

    def __init__(self, cause: GatewayError) -> None:
        super().__init__(f"It is not known whether the record is stored: {cause}", cause.problem)
        self.cause = cause
        self.code = cause.code


class ReadError(GatewayError):
    """A reader has ended, as its request was refused. It is of this class itself where no subclass says why."""


class OffsetOutOfRangeError(ReadError):
    """The records to be read next are deleted by retention (410 ``OFFSET_OUT_OF_RANGE``).

    A reader that may leave them out begins anew at ``log_start_offset``. ``position`` is the offset that was asked for.
    What is not known is None.
    """

    def __init__(self, message: str, problem: Optional[Mapping[str, Any]] = None, *, partition: Optional[int] = None,
                 position: Optional[int] = None) -> None:
        super().__init__(message, problem)
        self.partition = partition
        self.position = position
        self.log_start_offset: Optional[int] = (problem or {}).get("logStartOffset")
        self.log_end_offset: Optional[int] = (problem or {}).get("logEndOffset")


class LogMismatchError(ReadError):
    """The log ends at ``log_end_offset``, before what it had, or before the ``position`` of the reader.

    It was put back to an older state, or its topic was deleted, or made again; or the position is another log's. The
    reader would wait until the log is as long again, and skip what is new.
    """

    def __init__(self, message: str, problem: Optional[Mapping[str, Any]] = None, *, partition: Optional[int] = None,
                 position: Optional[int] = None, log_end_offset: Optional[int] = None) -> None:
        super().__init__(message, problem)
        self.partition = partition
        self.position = position
        self.log_end_offset = log_end_offset


def as_unknown(error: GatewayError) -> UnknownOutcomeError:
    """The same failure for a record of which an earlier request may have been stored."""
    return error if isinstance(error, UnknownOutcomeError) else UnknownOutcomeError(error)
