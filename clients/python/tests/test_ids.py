"""Records with ids on the real gateway: each is stored once, whoever sends it, and however often."""

import asyncio
import random
import time
import unittest
import uuid

from exactly_once_client import (DeliveryTimeoutError, IdReusedError, InvalidRecordError, NotFoundError, Producer,
                                 Settings, UnknownOutcomeError, read)
from exactly_once_client.aio import AsyncProducer

from .gateway import shared
from .proxy import CUT_ANSWER, LOSE_ANSWER, LOSE_REQUEST, PASS, FaultyProxy


class Ids(unittest.TestCase):

    def setUp(self):
        self.gateway = shared()
        self.fault = lambda seen: PASS
        self.proxy = FaultyProxy(self.gateway.url, lambda seen: self.fault(seen))
        self.addCleanup(self.proxy.close)
        self.topic = f"topic-{uuid.uuid4()}"
        self.gateway.send("PUT", f"/topics/{self.topic}", {"partitions": 3})

    def producer(self, url=None, **settings):
        settings = {"delivery": "at-least-once", "retry_backoff": 0.01, "retry_backoff_max": 0.05, **settings}
        producer = Producer(url or self.proxy.url, **settings)
        self.addCleanup(producer.close, 0)
        return producer

    def send(self, producer, numbers, value=lambda n: n, **where):
        return [producer.send(value(n), topic=self.topic, id=f"id-{n}", **where) for n in numbers]

    def log(self):
        with read(self.gateway.url, topic=self.topic, follow=False) as records:
            return {(record.partition, record.offset): (record.value, record.id) for record in records}

    def places(self, futures):
        return [(future.result(60).partition, future.result(60).offset) for future in futures]

    def test_of_two_producers_the_second_is_told_where_the_records_are(self):
        first = self.send(self.producer(), range(30), partition=2)
        places = self.places(first)
        second = self.send(self.producer(), range(20, 40), partition=1)
        self.assertEqual(self.places(second)[:10], places[20:])
        self.assertEqual([future.result().duplicate for future in first + second],
                         [False] * 30 + [True] * 10 + [False] * 10)
        places += self.places(second)[10:]
        self.assertEqual(self.log(), {place: (n, f"id-{n}") for n, place in enumerate(places)})
        self.assertEqual(second[0].result().sequence, -1)
        self.assertEqual([seen.path for seen in self.proxy.seen if "/producers" in seen.path], [], "it has no identity")

    def lose_most(self):
        dice = random.Random(5)
        faults = [LOSE_REQUEST] * 20 + [LOSE_ANSWER] * 20 + [CUT_ANSWER] * 20 + [PASS] * 40
        self.fault = lambda seen: dice.choice(faults)

    def test_two_senders_at_once(self):
        """Each id is stored by one of them, and both are told where."""
        self.lose_most()
        futures = [[], []]
        for n, producer in zip(range(400), [self.producer(batch_bytes=512), self.producer(batch_bytes=512)] * 200):
            futures[n % 2] += self.send(producer, [n // 2], partition=n % 2)
        places = [self.places(of_one) for of_one in futures]
        self.assertEqual(places[0], places[1])
        self.assertEqual(self.log(), {place: (n, f"id-{n}") for n, place in enumerate(places[0])})
        self.assertEqual(len(set(places[0])), 200)

    def test_lost_answers_store_once(self):
        self.lose_most()
        producer = self.producer(batch_bytes=512)
        futures = self.send(producer, range(600), partition=2)
        producer.flush(120)
        self.assertEqual(self.places(futures), [(2, n) for n in range(600)])
        self.assertEqual(self.log(), {(2, n): (n, f"id-{n}") for n in range(600)})
        self.assertTrue(any(future.result().duplicate for future in futures))

    def test_reused_ids_in_the_middle_of_a_batch(self):
        old = self.send(self.producer(), (3, 4, 7), lambda n: "another", partition=0)
        [future.result(60) for future in old]
        self.proxy.seen.clear()
        producer = self.producer(linger=0.5)
        futures = self.send(producer, range(10), partition=0)
        producer.flush(60)
        self.assertEqual(self.proxy.appends()[0].body.count(b"\n"), 10, "they were one batch")
        for n in (3, 4, 7):
            error = futures[n].exception(0)
            self.assertEqual((type(error), error.problem["code"]), (IdReusedError, "ID_REUSED"))
        self.assertEqual(self.places([f for f in futures if not f.exception()]), [(0, n) for n in range(3, 10)])
        self.assertEqual([value for value, _ in self.log().values()], ["another"] * 3 + [0, 1, 2, 5, 6, 8, 9])
        self.assertLessEqual(len(self.proxy.appends()), 7)

    def test_one_id_for_two_records_of_a_batch(self):
        producer = self.producer(linger=0.5)
        same = [producer.send(value, topic=self.topic, partition=0, id="one") for value in ("a", "a", "b", "a")]
        producer.flush(60)
        self.assertIsInstance(same.pop(2).exception(0), IdReusedError)
        self.assertEqual(self.places(same), [(0, 0)] * 3)
        self.assertEqual([future.result().duplicate for future in same], [False, True, True])
        self.assertEqual(self.log(), {(0, 0): ("a", "one")})

    def test_records_without_ids_beside_others(self):
        producer = self.producer(linger=0.2)
        futures = [producer.send(n, topic=self.topic, partition=0, id=f"id-{n}" if n % 2 else None) for n in range(6)]
        self.assertEqual(self.places(futures), [(0, n) for n in range(6)])
        self.assertEqual(self.places([producer.send("none", topic=self.topic, partition=0)]), [(0, 6)])
        self.assertEqual([id for _, id in self.log().values()], [None, "id-1", None, "id-3", None, "id-5", None])

    def test_a_record_without_an_id_is_stored_again_when_its_answer_is_lost(self):
        lost = [LOSE_ANSWER]
        self.fault = lambda seen: lost.pop() if lost and seen.path.endswith("/records") else PASS
        receipt = self.producer().send(1, topic=self.topic, partition=0).result(60)
        self.assertEqual((receipt.offset, receipt.duplicate, len(self.log())), (1, False, 2))

    def test_a_bad_record_among_good_ones(self):
        producer = self.producer(linger=0.5)
        futures = self.send(producer, range(5), lambda n: {1: n, "1": n} if n == 2 else n, partition=0)
        producer.flush(60)
        self.assertIsInstance(futures.pop(2).exception(0), InvalidRecordError)
        self.assertEqual(self.places(futures), [(0, n) for n in range(4)])

    def test_nothing_is_told_of_a_request_that_may_have_arrived(self):
        self.fault = lambda seen: LOSE_ANSWER if seen.method == "POST" else PASS
        producer = self.producer(delivery_timeout=1)
        futures = self.send(producer, range(5), partition=0)
        producer.flush(60)
        self.assertEqual([type(future.exception(0)) for future in futures], [UnknownOutcomeError] * 5)
        self.fault = lambda seen: PASS
        self.assertTrue(self.send(producer, range(1), partition=0)[0].result(60).duplicate, "an id may be sent again")

    def test_what_never_left_is_not_stored(self):
        producer = self.producer("http://127.0.0.1:9", delivery_timeout=0.5)
        futures = self.send(producer, range(3), partition=0)
        producer.flush(60)
        self.assertEqual([type(future.exception(0)) for future in futures], [DeliveryTimeoutError] * 3)

    def test_closed_in_time(self):
        self.fault = lambda seen: LOSE_ANSWER
        producer = self.producer()
        future = self.send(producer, range(1), partition=0)[0]
        begin = time.monotonic()
        producer.close(1)
        self.assertIsInstance(future.exception(0), UnknownOutcomeError)
        self.assertLess(time.monotonic() - begin, 8)

    def test_a_missing_topic(self):
        producer = self.producer()
        future = producer.send(1, topic="missing", partition=0, id="a")
        self.assertIsInstance(future.exception(60), NotFoundError)
        self.assertEqual(self.places(self.send(producer, range(1), partition=0)), [(0, 0)])

    def test_exactly_once_delivery_refuses_ids(self):
        for producer in (self.producer(delivery="exactly-once"), Producer(self.gateway.url)):
            with self.assertRaisesRegex(ValueError, r'delivery="at-least-once".*sequences'):
                producer.send(1, id="a")
            producer.close()
        for identity in ({"name": "n"}, {"name": "n", "outbox_dir": "outbox"}):
            with self.assertRaisesRegex(ValueError, "no identity"):
                self.producer(**identity)
        for id in ("", "x" * 256, "a\nb"):
            with self.assertRaisesRegex(ValueError, "^An id has "):
                self.producer().send(1, id=id)
        self.assertEqual(Settings().delivery, "exactly-once")

    def test_every_id_that_is_sent_is_taken(self):
        ids = ["x", "\U0001f600" * 255, " a ", "\"\\", "\u2028"]
        producer = self.producer()
        futures = [producer.send(1, topic=self.topic, partition=0, id=id) for id in ids]
        self.places(futures)
        self.assertEqual([id for _, id in self.log().values()], ids)

    def test_asyncio(self):
        async def run():
            async with AsyncProducer(self.gateway.url, delivery="at-least-once") as producer:
                first = await producer.send(1, topic=self.topic, key="k", id="a")
                again = await producer.send_nowait(1, topic=self.topic, key="k", id="a")
                with self.assertRaises(IdReusedError):
                    await producer.send(2, topic=self.topic, key="k", id="a")
            async with AsyncProducer(self.gateway.url) as producer:
                for send in (producer.send, producer.send_nowait):
                    with self.assertRaisesRegex(ValueError, 'delivery="at-least-once"'):
                        await send(1, id="a")
            return first, again

        first, again = asyncio.run(run())
        self.assertEqual((first.duplicate, again.duplicate, first[:3]), (False, True, again[:3]))


if __name__ == "__main__":
    unittest.main()
