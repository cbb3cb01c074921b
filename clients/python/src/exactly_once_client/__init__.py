"""Client of the Exactly-Once Gateway: each record stored once, each outcome told truly."""

from .errors import (AuthenticationError, ClosedError, DeliveryTimeoutError, FencedError, GatewayError, IdReusedError,
                     InvalidRecordError, LogMismatchError, LostError, NotAuthorizedError, NotFoundError, NotOwnerError,
                     NotStoredError, OffsetOutOfRangeError, OutboxError, ReadError, RefusedError, TooLargeError,
                     UnknownOutcomeError)
from .partitioner import partition_for_key
from .producer import Producer
from .reader import Record, RecordReader
from .records import TOMBSTONE, Receipt
from .settings import Settings
from .topic_reader import TopicReader, read

__all__ = ["AuthenticationError", "ClosedError", "DeliveryTimeoutError", "FencedError", "GatewayError", "IdReusedError",
           "InvalidRecordError", "LogMismatchError", "LostError", "NotAuthorizedError", "NotFoundError",
           "NotOwnerError", "NotStoredError", "OffsetOutOfRangeError", "OutboxError", "Producer", "ReadError",
           "Receipt", "Record", "RecordReader", "RefusedError", "Settings", "TOMBSTONE", "TooLargeError", "TopicReader",
           "UnknownOutcomeError", "partition_for_key", "read"]
