"""The producer and the reader for asyncio: the same ones, awaited."""

from __future__ import annotations

import asyncio
import contextvars
import os
import ssl
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, AsyncIterator, Awaitable, Callable, Iterator, Optional, Sequence, TypeVar, Union
from weakref import WeakValueDictionary

from .choice import PartitionsUnknown
from .producer import Producer
from .reader import Position, Record, RecordReader
from .records import Headers, Key, Receipt
from .sender import NotNow
from .settings import Settings, limited
from .topic_reader import TopicPosition, TopicReader
from .topics import RECORDS, TopicPartition
from .transport import Token

__all__ = ["AsyncProducer", "read"]

_PAUSE = 0.005
"""Seconds between two looks for free memory."""

_ASKING = 32
"""Of how many topics a producer asks for the partitions at a time."""

_T = TypeVar("_T")


class AsyncProducer:
    """A Producer whose outcomes are awaited: the same arguments, guarantees and errors.

    A record that was handed over is sent, even if the task that awaits it is cancelled.
    """

    def __init__(self, urls: Union[str, Sequence[str]], *, name: Optional[str] = None, token: Token = None,
                 ssl_context: Optional[ssl.SSLContext] = None,
                 outbox_dir: Union[str, os.PathLike[str], None] = None, **settings: Any) -> None:
        self._producer = Producer(urls, name=name, token=token, ssl_context=ssl_context, outbox_dir=outbox_dir,
                                  **settings)
        self._max_block = Settings(**settings).max_block
        self._asking = ThreadPoolExecutor(_ASKING, "exactly-once-topic")
        self._turn = asyncio.Lock()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Of the topics that are sent to now: where one is asked for, the others' records go on."""

    async def send(self, value: Any, *, topic: str = RECORDS, partition: Optional[int] = None, key: Key = None,
                   headers: Headers = None, timestamp: Optional[datetime] = None, id: Optional[str] = None) -> Receipt:
        """Sends a record and returns its receipt. Waits for memory, and for its turn, without blocking the event loop:
        ``max_block`` seconds for all of it until the record is taken."""
        deadline = time.monotonic() + self._max_block
        line = self._producer._line(value, topic, key, headers, timestamp, id)
        turn = self._turns.setdefault(topic, asyncio.Lock())
        async with turn:  # those of a topic stay in order
            place = await self._choose(topic, partition, key, len(line), deadline)
            async with self._turn:  # and so do those that wait for memory
                outcome = await self._submit(line, place, deadline)
        return await asyncio.wrap_future(outcome)

    async def _submit(self, line: bytes, place: TopicPartition, deadline: float) -> Future[Receipt]:
        while True:
            try:
                return self._producer._submit(line, place, None)
            except NotNow:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(_PAUSE)

    async def _choose(self, topic: str, partition: Optional[int], key: Key, size: int,
                      deadline: float) -> TopicPartition:
        choose = self._producer._choice.choose
        try:
            return choose(topic, partition, key, size, None)
        except PartitionsUnknown:
            asked = partial(contextvars.copy_context().run, choose, topic, partition, key, size, deadline)
            return await asyncio.get_running_loop().run_in_executor(self._asking, asked)

    def send_nowait(self, value: Any, *, topic: str = RECORDS, partition: Optional[int] = None, key: Key = None,
                    headers: Headers = None, timestamp: Optional[datetime] = None,
                    id: Optional[str] = None) -> asyncio.Future[Receipt]:
        """Hands a record over and returns at once. A DeliveryTimeoutError if that would have to wait for memory, or,
        without a partition, for the first ``send`` to the topic to learn how many there are."""
        line = self._producer._line(value, topic, key, headers, timestamp, id)
        place = self._producer._choice.choose(topic, partition, key, len(line), None)
        return asyncio.wrap_future(self._producer._submit(line, place, None))

    async def flush(self, timeout: Optional[float] = None) -> None:
        """Waits until every record handed over has its outcome. A TimeoutError after ``timeout`` seconds."""
        with _thread() as run:
            await run(partial(self._producer.flush, timeout))

    async def close(self, timeout: Optional[float] = None) -> None:
        """Delivers what is pending, then closes: see Producer.close."""
        timeout = None if timeout is None else limited(timeout)
        try:
            with _thread() as run:
                await run(partial(self._producer.close, timeout))
        finally:
            self._asking.shutdown(wait=False)

    async def __aenter__(self) -> AsyncProducer:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def read(urls: Union[str, Sequence[str]], partition: Optional[int] = None,
               from_: Union[Position, TopicPosition] = "earliest", **options: Any) -> AsyncIterator[Record]:
    """Reads a partition as RecordReader does, or without one all of the topic as TopicReader does. It ends when the
    generator is closed, or its task is cancelled."""
    kind: Any = partial(TopicReader, urls) if partition is None else partial(RecordReader, urls, partition)
    with kind(from_, **options) as reader, _thread() as run:
        while page := await run(reader.next_page):
            for record in page:
                yield record


@contextmanager
def _thread() -> Iterator[Callable[[Callable[[], _T]], Awaitable[_T]]]:
    """Runs calls that block on a thread of their own: those of the loop belong to the application, and are few. As in
    asyncio.to_thread, the caller's context variables go along."""
    executor = ThreadPoolExecutor(1, "exactly-once-aio")
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()

    def run(call: Callable[[], _T]) -> Awaitable[_T]:
        return loop.run_in_executor(executor, context.run, call)

    try:
        yield run
    finally:
        executor.shutdown(wait=False)
