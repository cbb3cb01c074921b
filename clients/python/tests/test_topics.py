"""Topics beside ``records``, on the real gateway."""

import asyncio
import uuid
from contextlib import suppress
from unittest import main

from exactly_once_client import (DeliveryTimeoutError, LostError, NotFoundError, ReadError, Receipt, RefusedError,
                                 aio, partition_for_key, read)

from .gateway import wait_until
from .test_producer import ProducerCase

KEYS = [f"key-{n}" for n in range(20)]


class Topics(ProducerCase):

    def topic(self, partitions):
        topic = f"topic-{uuid.uuid4()}"
        self.make(topic, partitions)
        return topic

    def make(self, topic, partitions):
        self.gateway.send("PUT", f"/topics/{topic}", {"partitions": partitions})

    def delete(self, topic):
        self.gateway.send("DELETE", f"/topics/{topic}")

    def test_each_has_offsets_and_sequences_of_its_own(self):
        one, two = self.topic(2), self.topic(2)
        producer = self.producer()
        for offset in range(3):
            for topic in (one, two):
                receipt = producer.send({"in": topic}, topic=topic, partition=1).result(60)
                self.assertEqual(receipt[:4], (topic, 1, offset, offset))
        with read(self.gateway.url, 1, topic=two, follow=False) as reader:
            self.assertEqual([(r.topic, r.offset, r.value) for r in reader], [(two, n, {"in": two}) for n in range(3)])

    def test_a_key_chooses_among_the_partitions_of_its_topic(self):
        few, many = self.topic(3), self.topic(20)
        producer = self.producer()
        for topic, partitions in ((few, 3), (many, 20), ("records", 8)):
            futures = [producer.send(1, topic=topic, key=key) for key in KEYS]
            self.assertEqual([future.result(60).partition for future in futures],
                             [partition_for_key(key.encode(), partitions) for key in KEYS])

    def test_one_that_is_missing_is_refused_until_it_is_made(self):
        topic = f"topic-{uuid.uuid4()}"
        producer = self.producer(max_in_flight=2, batch_bytes=1)
        futures = []
        with suppress(RefusedError):  # as soon as the first answer is there
            futures += [producer.send(1, topic=topic, partition=0) for _ in range(20)]
        for error in [future.exception(60) for future in futures]:
            self.assertEqual((type(error), error.problem["code"]), (NotFoundError, "UNKNOWN_TOPIC"))
        for place in ({"key": "k"}, {"partition": 0}):
            with self.assertRaises(NotFoundError) as caught:
                producer.send(1, topic=topic, **place)
            self.assertEqual(caught.exception.problem["code"], "UNKNOWN_TOPIC")
        dispatcher = producer._sender._dispatcher
        self.assertIn(dispatcher._session.epoch, (1, 2), "a fence for all, and for one that was on its way")
        self.assertIsInstance(producer.send(1).result(60), Receipt)
        wait_until(lambda: not dispatcher.active)
        self.assertEqual([place.topic for place in dispatcher._partitions], ["records"], "nothing is kept of it")
        self.make(topic, 1)
        self.assertEqual(producer.send(1, topic=topic, key="k").result(60).sequence, 0)
        self.assertEqual(producer.send(1, topic=topic, partition=0).result(60).sequence, 1)

    def test_one_that_is_made_again_has_lost_what_was_stored(self):
        topic = self.topic(2)
        producer = self.producer()
        key = next(key for key in KEYS if partition_for_key(key.encode(), 2) == 1)
        producer.send(1, topic=topic, key=key).result(60)
        self.delete(topic)
        self.assertIsInstance(producer.send(2, topic=topic, key=key).exception(60), LostError)
        self.make(topic, 1)
        self.assertEqual(producer.send(3, topic=topic, key=key).result(60).partition, 0, "it has asked again")
        self.assertIsInstance(producer.send(4).result(60), Receipt)
        with self.producer() as other:
            self.assertEqual(other.send(4, topic=topic, partition=0).result(60).offset, 1)

    def test_a_fence_finds_each(self):
        """And partitions of one number in two topics are two."""
        one, two = self.topic(1), self.topic(1)
        producer = self.producer()
        for topic, count in ((one, 3), (two, 5)):
            [producer.send(n, topic=topic, partition=0) for n in range(count)]
        producer.flush(60)
        producer._sender._events.put(lambda _: producer._sender._dispatcher._session.fence())
        producer.send(0, partition=0)
        wait_until(lambda: producer._sender._dispatcher._session.epoch == 1)
        self.assertEqual(producer.send(3, topic=one, partition=0).result(60).sequence, 3)
        self.assertEqual(producer.send(5, topic=two, partition=0).result(60).sequence, 5)

    def test_names_that_are_none(self):
        for name in ("", ".", "..", "a/b", "ü", "a b", "x" * 250, "a\n", None):
            with self.subTest(name=name):
                with self.assertRaisesRegex(RefusedError, "^Topic name is invalid: "):
                    self.producer().send(1, topic=name, partition=0)
                with self.assertRaisesRegex(ValueError, "^Topic name is invalid: "):
                    read(self.gateway.url, 0, topic=name)

    def test_a_missing_one_cannot_be_read(self):
        with read(self.gateway.url, 0, topic="missing") as reader, self.assertRaises(ReadError) as caught:
            next(reader)
        self.assertEqual(caught.exception.problem["code"], "UNKNOWN_TOPIC")

    def test_a_callback_does_not_wait_for_the_number_of_partitions(self):
        topic = self.topic(1)
        producer = self.producer()
        results = []

        def again(_):
            try:
                results.append(producer.send(2, topic=topic, key="k"))
            except DeliveryTimeoutError as error:
                results.append(error)

        for _ in range(2):
            producer.send(1, partition=0).add_done_callback(again)
            wait_until(lambda: results)
            self.assertIsInstance(results.pop(), DeliveryTimeoutError)
        producer.send(1, topic=topic, key="k").result(60)
        producer.send(1, partition=0).add_done_callback(again)
        wait_until(lambda: results)
        self.assertEqual(results.pop().result(60).offset, 1)

    def test_asyncio(self):
        topic = self.topic(3)

        async def run():
            async with aio.AsyncProducer(self.gateway.url) as producer:
                receipt = await producer.send(1, topic=topic, key="k")
                await producer.send_nowait(2, topic=topic, key="k")
            async for record in aio.read(self.gateway.url, receipt.partition, topic=topic):
                return receipt.topic, record.topic, record.value

        self.assertEqual(asyncio.run(run()), (topic, topic, 1))


del ProducerCase  # its tests are not repeated here

if __name__ == "__main__":
    main()
