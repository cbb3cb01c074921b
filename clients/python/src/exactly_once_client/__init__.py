"""Client of the Exactly-Once Gateway: each record stored once, each outcome told truly."""

from .errors import (AuthenticationError, ClosedError, DeliveryTimeoutError, FencedError, GatewayError, IdReusedError,
                     InvalidRecordError, LostError, NotAuthorizedError, NotFoundError, NotOwnerError, NotStoredError,
                     OutboxError, ReadError, RefusedError, TooLargeError, UnknownOutcomeError)
from .partitioner import partition_for_key
from .producer import Producer
from .reader import Record, RecordReader, read
from .records import TOMBSTONE, Receipt
from .settings import Settings

__all__ = ["AuthenticationError", "ClosedError", "DeliveryTimeoutError", "FencedError", "GatewayError", "IdReusedError",
           "InvalidRecordError", "LostError", "NotAuthorizedError", "NotFoundError", "NotOwnerError", "NotStoredError",
           "OutboxError", "Producer", "ReadError", "Receipt", "Record", "RecordReader", "RefusedError", "Settings",
           "TOMBSTONE", "TooLargeError", "UnknownOutcomeError", "partition_for_key", "read"]
