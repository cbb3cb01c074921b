"""The asyncio producer and reader on the real gateway."""

import asyncio
import time
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor

from exactly_once_client import ClosedError, DeliveryTimeoutError, RefusedError
from exactly_once_client.aio import AsyncProducer, read

from .gateway import awaited, shared
from .proxy import LOSE_REQUEST, PASS, FaultyProxy


class Aio(unittest.IsolatedAsyncioTestCase):

    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)  # which reports every slow step of a slow machine
        self.gateway = shared()

    def proxy(self):
        proxy = FaultyProxy(self.gateway.url, lambda seen: PASS)
        self.addCleanup(proxy.close)
        return proxy

    async def test_send_and_read(self):
        async with AsyncProducer(self.gateway.url) as producer:
            receipts = await asyncio.gather(*[producer.send({"aio": n}, partition=0) for n in range(500)])
        self.assertEqual([receipt.sequence for receipt in receipts], list(range(500)))
        values = []
        records = read(self.gateway.url, 0, receipts[0].offset)
        async for record in records:
            values.append(record.value["aio"])
            if len(values) == 500:
                break
        await records.aclose()
        self.assertEqual(values, list(range(500)))

    async def test_keys(self):
        async with AsyncProducer(self.gateway.url) as producer:
            self.assertEqual((await producer.send(1, key="customer-7")).partition, 7)

    async def test_a_full_buffer_does_not_block_the_loop_and_keeps_the_order(self):
        fault = [LOSE_REQUEST]
        proxy = FaultyProxy(self.gateway.url, lambda seen: fault[0])
        self.addCleanup(proxy.close)
        producer = AsyncProducer(proxy.url, buffer_bytes=10_000)
        tasks = [asyncio.create_task(producer.send("x" * 1000 + str(n), partition=1)) for n in range(20)]
        await asyncio.sleep(0.3)
        self.assertFalse(any(task.done() for task in tasks))
        with self.assertRaises(DeliveryTimeoutError):
            producer.send_nowait("x" * 3000, partition=1)
        fault[0] = PASS
        receipts = await asyncio.wait_for(asyncio.gather(*tasks), 60)
        self.assertEqual([receipt.sequence for receipt in receipts], list(range(20)))
        await producer.close()

    async def test_a_topic_that_is_asked_for_holds_up_no_other_and_keeps_its_order(self):
        topic = f"topic-{uuid.uuid4()}"
        self.gateway.send("PUT", f"/topics/{topic}", {"partitions": 3})
        fault = [LOSE_REQUEST]
        proxy = FaultyProxy(self.gateway.url, lambda seen: fault[0] if topic in seen.path else PASS)
        self.addCleanup(proxy.close)
        async with AsyncProducer(proxy.url) as producer:
            tasks = [asyncio.create_task(producer.send(n, topic=topic, key="k")) for n in range(10)]
            await asyncio.wait_for(producer.send("other", partition=1), 20)
            self.assertFalse(any(task.done() for task in tasks))
            fault[0] = PASS
            receipts = await asyncio.wait_for(asyncio.gather(*tasks), 60)
        self.assertEqual([receipt.sequence for receipt in receipts], list(range(10)))

    async def test_a_record_that_waits_for_memory_is_encoded_once(self):
        class Value(dict):
            encoded = 0

            def items(self):
                Value.encoded += 1
                return super().items()

        fault = [LOSE_REQUEST]
        proxy = FaultyProxy(self.gateway.url, lambda seen: fault[0])
        self.addCleanup(proxy.close)
        async with AsyncProducer(proxy.url, buffer_bytes=3000) as producer:
            first = asyncio.create_task(producer.send("x" * 1000, partition=1))
            await asyncio.sleep(0.05)
            second = asyncio.create_task(producer.send(Value(x="x" * 1000), partition=1))
            await asyncio.sleep(0.2)
            self.assertFalse(second.done())
            fault[0] = PASS
            self.assertEqual((await first).sequence + 1, (await second).sequence)
        self.assertEqual(Value.encoded, 1)

    async def test_send_nowait(self):
        async with AsyncProducer(self.gateway.url) as producer:
            futures = [producer.send_nowait(n, partition=2) for n in range(10)]
            await producer.flush(60)
            await asyncio.sleep(0)
            self.assertEqual([(await future).sequence for future in futures], list(range(10)))

    async def test_a_cancelled_send_is_sent(self):
        async with AsyncProducer(self.gateway.url, linger=0.2) as producer:
            task = asyncio.create_task(producer.send("cancelled", partition=3))
            await asyncio.sleep(0.05)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertEqual((await producer.send("next", partition=3)).sequence, 1)

    async def test_errors(self):
        producer = AsyncProducer(self.gateway.url)
        with self.assertRaises(RefusedError):
            await producer.send(1, topic="orders")
        await producer.close()
        with self.assertRaises(ClosedError):
            await producer.send(1, partition=0)

    async def test_a_reader_that_waits_can_be_cancelled(self):
        async def follow():
            async for _ in read(proxy.url, 4, "latest"):
                pass

        proxy = self.proxy()
        task = asyncio.create_task(follow())
        await awaited(proxy.waiting)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)

    async def test_readers_that_wait_hold_up_nobody(self):
        """Neither the producer nor the application's own threads, however few the loop has."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        topic = f"topic-{uuid.uuid4()}"
        self.gateway.send("PUT", f"/topics/{topic}", {"partitions": 8})
        proxy = self.proxy()
        readers = [read(proxy.url, n, topic=topic) for n in range(8)]
        firsts = [asyncio.ensure_future(anext(reader)) for reader in readers]
        await awaited(lambda: len(proxy.waiting()) == 8)
        await asyncio.wait_for(asyncio.to_thread(int), 20)
        producer = AsyncProducer(self.gateway.url)
        for _ in range(2):
            receipt = await asyncio.wait_for(producer.send("first", topic=topic, key="k"), 20)
            await asyncio.wait_for(producer.flush(10), 20)
        self.assertEqual((await asyncio.wait_for(firsts.pop(receipt.partition), 20)).value, "first")
        await asyncio.wait_for(producer.close(10), 20)
        self.assertFalse(any(first.done() for first in firsts))
        for first in firsts:
            first.cancel()
        await asyncio.gather(*firsts, return_exceptions=True)
        for reader in readers:
            await reader.aclose()

    async def test_topics_that_are_asked_for_hold_up_no_close(self):
        fault = [PASS]
        proxy = FaultyProxy(self.gateway.url, lambda seen: fault[0])
        self.addCleanup(proxy.close)
        producer = AsyncProducer(proxy.url, max_block=30)
        await producer.send(1, partition=5)
        fault[0] = LOSE_REQUEST
        tasks = [asyncio.ensure_future(producer.send(1, topic=f"topic-{n}", key="k")) for n in range(40)]
        await awaited(lambda: len([seen for seen in proxy.seen if "/topics/topic-" in seen.path]) >= 20)
        await asyncio.wait_for(producer.flush(10), 5)
        await asyncio.wait_for(producer.close(1), 10)
        for error in await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10):
            self.assertIsInstance(error, ClosedError)

    async def test_send_waits_once_for_all_it_waits_for(self):
        heal = [time.monotonic() + 60]
        proxy = FaultyProxy(self.gateway.url, lambda seen: (LOSE_REQUEST if seen.method == "POST" or
                                                            time.monotonic() < heal[0] else PASS))
        self.addCleanup(proxy.close)
        producer = AsyncProducer(proxy.url, buffer_bytes=3000, max_block=3, retry_backoff_max=0.2)
        first = producer.send_nowait("x" * 2000, partition=1)
        begin = time.monotonic()
        heal[0] = begin + 2
        with self.assertRaises(DeliveryTimeoutError):
            await producer.send("x" * 2000, key="k")
        self.assertLess(time.monotonic() - begin, 4.5, "3 s for the number of partitions and for memory")
        await producer.close(0)
        with self.assertRaises(ClosedError):
            await first


if __name__ == "__main__":
    unittest.main()
