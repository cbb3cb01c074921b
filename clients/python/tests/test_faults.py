"""Outcomes told truly when things go wrong: the real gateway behind a proxy that does what a test says."""

import json
import socket
import threading
import time
import unittest

from exactly_once_client import (ClosedError, DeliveryTimeoutError, FencedError, LostError, NotStoredError, Producer,
                                 Receipt, RefusedError, TooLargeError, UnknownOutcomeError)

from .gateway import Gateway, shared, wait_until
from .proxy import LOSE_ANSWER, LOSE_REQUEST, PASS, TRICKLE, FaultyProxy


def problem(status, retry_after=None, **members):
    headers = [("Content-Type", "application/problem+json")]
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    return status, headers, json.dumps({"status": status, **members}).encode()


class FaultCase(unittest.TestCase):
    """A producer whose requests go through ``fault``; all of its records have the label of the test."""

    def setUp(self):
        self.gateway = shared()
        self.fault = lambda seen: PASS
        self.proxy = FaultyProxy(self.gateway.url, lambda seen: self.fault(seen))
        self.addCleanup(self.proxy.close)
        self.label = self.id().rpartition(".")[2]

    def producer(self, urls=None, **settings):
        settings = {"delivery_timeout": 1.0, "retry_backoff": 0.02, "retry_backoff_max": 0.1, **settings}
        producer = Producer(urls or self.proxy.url, **settings)
        self.addCleanup(producer.close, 0)
        return producer

    def send(self, producer, numbers, partition=2, **record):
        return [producer.send({"test": self.label, "n": n}, partition=partition, **record) for n in numbers]

    def log(self, partition=2):
        return {record["offset"]: record["value"]["n"] for record in self.gateway.log(partition)
                if isinstance(record.get("value"), dict) and record["value"].get("test") == self.label}

    def outcomes(self, futures):
        """Stored offsets, and the types of errors, in order. Each has to be there."""
        return [type(future.exception(0)) if future.exception(0) else future.result(0).offset for future in futures]

    def check_true(self, futures):
        """What is told as stored is, what is told as not stored is not; none is unknown, the log has them in order."""
        log = self.log()
        self.assertEqual(list(log.values()), sorted(set(log.values())))
        for n, future in enumerate(futures):
            error = future.exception(0)
            if error is None:
                self.assertEqual(log.get(future.result().offset), n)
            else:
                self.assertIsInstance(error, NotStoredError)
                self.assertNotIn(n, log.values())


def appends_of_epoch(epoch, fault):
    return lambda seen: fault if seen.headers.get("Producer-Epoch") == str(epoch) else PASS


class DeliveryTimeOut(FaultCase):

    def test_stored_but_never_answered(self):
        self.fault = appends_of_epoch(0, LOSE_ANSWER)
        producer = self.producer()
        futures = self.send(producer, range(500))
        producer.flush(60)
        self.assertEqual([type(f.exception()) for f in futures[:1]], [type(None)], "a fence found it in the log")
        self.check_true(futures)

    def test_never_arrived(self):
        self.fault = appends_of_epoch(0, LOSE_REQUEST)
        producer = self.producer()
        futures = self.send(producer, range(20))
        producer.flush(60)
        self.assertEqual(self.outcomes(futures), [DeliveryTimeoutError] * 20)
        later = self.send(producer, range(20, 30))
        producer.flush(60)
        self.assertEqual(list(self.log().values()), list(range(20, 30)))
        self.assertEqual([future.result().sequence for future in later], list(range(10)))

    def test_half_of_the_batches_arrived(self):
        self.fault = lambda seen: (PASS if seen.headers.get("Producer-Epoch") != "0" else
                                   LOSE_ANSWER if int(seen.headers["Producer-Seq"]) < 30 else LOSE_REQUEST)
        producer = self.producer(batch_bytes=500)
        futures = self.send(producer, range(60))
        producer.flush(60)
        self.check_true(futures)
        kinds = {type(future.exception()) for future in futures}
        self.assertEqual(kinds, {type(None), DeliveryTimeoutError})

    def test_the_fences_own_answers_are_lost(self):
        lost = []

        def fault(seen):
            if seen.path.endswith("/epoch") and len(lost) < 3:
                lost.append(seen)
                return LOSE_ANSWER
            return LOSE_ANSWER if seen.headers.get("Producer-Epoch") == "0" else PASS

        self.fault = fault
        producer = self.producer(name=self.label, delivery_timeout=5.0)
        futures = self.send(producer, range(100))
        producer.flush(60)
        self.assertEqual(len(lost), 3)
        self.check_true(futures)

    def test_other_partitions_go_on(self):
        self.fault = lambda seen: LOSE_REQUEST if (seen.headers.get("Producer-Epoch"), seen.path) == (
            "0", "/partitions/2/records") else PASS
        producer = self.producer()
        stuck = self.send(producer, range(5))
        others = []
        for n in range(100):
            others += self.send(producer, [n], partition=3)
            time.sleep(0.015)
        producer.flush(60)
        self.assertEqual(self.outcomes(stuck), [DeliveryTimeoutError] * 5)
        self.assertEqual(self.log(3), {future.result().offset: n for n, future in enumerate(others)})

    def test_no_gateway_answers(self):
        self.fault = lambda seen: PASS if seen.path == "/producers" else LOSE_REQUEST
        producer = self.producer()
        begin = time.monotonic()
        futures = self.send(producer, range(3))
        producer.flush(60)
        self.assertEqual(self.outcomes(futures), [UnknownOutcomeError] * 3)
        self.assertGreaterEqual(time.monotonic() - begin, 2.0)
        with self.assertRaises(DeliveryTimeoutError):
            producer.send(1, partition=2)
        self.fault = lambda seen: PASS

        def taken():
            try:
                return self.send(producer, [9])
            except DeliveryTimeoutError:
                return None

        wait_until(taken)
        producer.flush(60)
        self.assertEqual(list(self.log().values()), [9])

    def test_the_producer_cannot_register(self):
        self.fault = lambda seen: LOSE_REQUEST
        producer = self.producer()
        futures = self.send(producer, range(3))
        producer.flush(60)
        self.assertEqual(self.outcomes(futures), [DeliveryTimeoutError] * 3)
        self.fault = lambda seen: PASS
        futures = self.send(producer, range(3))
        producer.flush(60)
        self.assertEqual(self.outcomes(futures), list(self.log()))


class Trickles(FaultCase):
    """A request may take request_timeout, and not each of the bytes of its answer."""

    def trickle_first(self, path_end):
        trickled = []

        def fault(seen):
            if seen.path.endswith(path_end) and not trickled:
                trickled.append(seen)
                return TRICKLE
            return appends_of_epoch(0, LOSE_REQUEST)(seen) if path_end == "/epoch" else PASS

        self.fault = fault
        return trickled

    def test_a_registration(self):
        trickled = self.trickle_first("/producers")
        future, = self.send(self.producer(delivery_timeout=60, request_timeout=1), [1])
        self.assertIsInstance(future.result(15), Receipt)
        self.assertEqual(len(trickled), 1)

    def test_a_fence(self):
        trickled = self.trickle_first("/epoch")
        producer = self.producer(delivery_timeout=6, request_timeout=1)
        future, = self.send(producer, [1])
        self.assertIsInstance(future.exception(18), DeliveryTimeoutError)
        self.assertEqual(len(trickled), 1)
        later, = self.send(producer, [2])
        self.assertIsInstance(later.result(15), Receipt)

    def test_the_number_of_partitions(self):
        """It would take two minutes to come in full."""
        self.fault = lambda seen: TRICKLE if seen.path.endswith("/partitions") else PASS
        begin = time.monotonic()
        with self.assertRaises(DeliveryTimeoutError):
            self.producer(max_block=1.5).send(1, key="k")
        self.assertLess(time.monotonic() - begin, 10)
        producer = self.producer([self.proxy.url, self.gateway.url], request_timeout=1)
        self.assertIsInstance(producer.send(1, key="k").result(15), Receipt, "another gateway has its turn")


class Reported(FaultCase):
    """Failures of records whose futures nobody looks at."""

    def test_by_flush_and_by_close(self):
        self.fault = appends_of_epoch(0, LOSE_REQUEST)
        producer = self.producer()
        self.send(producer, range(20))
        with self.assertLogs("exactly_once_client", "WARNING") as log:
            producer.flush(60)
        self.assertEqual(log.output, ["WARNING:exactly_once_client:20 records have no receipt, as their futures say; "
                                      "the first: DeliveryTimeoutError: The delivery time-out is over."])
        with self.assertNoLogs("exactly_once_client", "WARNING"):
            self.send(producer, range(20, 30))
            producer.flush(60)
        self.fault = lambda seen: problem(415)
        self.send(producer, range(30, 33))
        with self.assertLogs("exactly_once_client", "WARNING") as log:
            producer.close(60)
        self.assertIn("3 records have no receipt", log.output[0])


class Fenced(FaultCase):

    def test_by_a_newer_holder_of_the_name(self):
        old, new = self.producer(name=self.label), self.producer(name=self.label)
        before = self.send(old, range(3))
        old.flush(20)
        after = self.send(new, range(3, 6))
        new.flush(20)
        fenced = self.send(old, range(6, 9))
        old.flush(20)
        self.assertEqual(self.outcomes(fenced), [FencedError] * 3)
        self.assertEqual(fenced[0].exception().problem["code"], "PRODUCER_FENCED")
        with self.assertRaises(FencedError):
            old.send(1, partition=2)
        self.assertEqual(self.outcomes(before + after), list(self.log()))

    def test_an_anonymous_producer_not_by_its_own_fence_that_was_doubled(self):
        """The first of the two raised the epoch, and the answer to the second came."""
        def fault(seen):
            if "epoch" in seen.path and seen.body == b'{"producerEpoch": 0}':
                self.gateway.post(seen.path, json.loads(seen.body))
            return LOSE_REQUEST if seen.headers.get("Producer-Epoch") == "0" else PASS

        self.fault = fault
        producer = self.producer()
        futures = self.send(producer, range(3))
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), [DeliveryTimeoutError] * 3)
        futures = self.send(producer, [3])
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_it_asks_no_more(self):
        old, new = self.producer(name=self.label), self.producer(name=self.label)
        for producer in (old, new, old):
            self.send(producer, range(1))
            producer.flush(60)
        count = len(self.proxy.seen)
        with self.assertRaises(AssertionError, msg="it asks again"):
            wait_until(lambda: len(self.proxy.seen) > count, 0.5)


class Refused(FaultCase):

    def test_a_record_that_is_too_large(self):
        producer = self.producer(delivery_timeout=30)
        futures = self.send(producer, range(5))
        large = producer.send("x" * 9_000_000, partition=2)
        futures += self.send(producer, range(5, 2000))
        producer.flush(60)
        self.assertIsInstance(large.exception(), TooLargeError)
        self.assertEqual(large.exception().problem["code"], "RECORD_BATCH_TOO_LARGE")
        self.assertEqual(self.outcomes(futures), list(self.log()))
        self.assertEqual(list(self.log().values()), list(range(2000)))

    def test_a_batch_that_is_too_large(self):
        self.fault = lambda seen: (problem(413, code="RECORD_BATCH_TOO_LARGE", maxRecords=7)
                                   if seen.body.count(b"\n") > 7 else PASS)
        producer = self.producer(delivery_timeout=30)
        futures = self.send(producer, range(100))
        producer.flush(60)
        self.assertEqual(self.outcomes(futures), list(self.log()))
        self.assertFalse([seen for seen in self.proxy.seen if seen.path.endswith("/epoch")], "needs no fence")

    def test_a_bad_record_among_good_ones(self):
        producer = self.producer(delivery_timeout=30)
        futures = self.send(producer, range(5))
        bad = producer.send({1: "twice", "1": "twice"}, partition=2)
        futures += self.send(producer, range(5, 50))
        producer.flush(60)
        self.assertIsInstance(bad.exception(), RefusedError)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_a_partition_that_is_not_there(self):
        producer = self.producer()
        future = producer.send(1, partition=99)
        self.assertIsInstance(future.exception(20), RefusedError)
        self.send(producer, range(1), partition=None)
        with self.assertRaises(RefusedError):
            producer.send(1, partition=99)

    def test_somebody_else_writes_under_this_id(self):
        producer = self.producer()
        self.send(producer, range(1))
        producer.flush(60)
        mine = self.proxy.appends()[-1].headers
        self.gateway.post("/partitions/2/records", {"producerId": int(mine["Producer-Id"]), "baseSequence": 1,
                                                    "records": [{"value": "another"}]})
        futures = self.send(producer, range(1, 4))
        producer.flush(60)
        self.assertEqual(self.outcomes(futures), [LostError] * 3)
        with self.assertRaises(LostError):
            producer.send(1, partition=2)

    def test_somebody_else_has_written_the_same_sequences(self):
        producer = self.producer()
        self.send(producer, range(1))
        producer.flush(60)
        mine = self.proxy.appends()[-1].headers
        self.gateway.post("/partitions/2/records", {"producerId": int(mine["Producer-Id"]), "baseSequence": 1,
                                                    "records": [{"value": "another"}]})
        self.assertIsInstance(self.send(producer, [1])[0].exception(20), LostError)
        self.assertLess(len(self.proxy.seen), 10)

    def test_one_final_answer_fails_its_records_and_no_others(self):
        """Such as an ingress gives that has another opinion for a moment."""
        for reply in (problem(401, code="UNAUTHENTICATED"), problem(403, code="FORBIDDEN"), (403, [], b"<html>"),
                      (404, [], b"<html>")):
            with self.subTest(status=reply[0]):
                left = [reply]
                self.fault = lambda seen: (left.pop() if seen.path == "/partitions/2/records" and left else PASS)
                producer = self.producer(delivery_timeout=30)
                self.assertIsInstance(self.send(producer, [0])[0].exception(60), RefusedError)
                futures = self.send(producer, range(1, 4)) + self.send(producer, range(4, 7), partition=3)
                producer.flush(60)
                self.assertEqual([future.exception(0) for future in futures], [None] * 6)

    def test_a_registration_that_is_refused_for_a_while(self):
        self.fault = lambda seen: problem(401, code="UNAUTHENTICATED")
        producer = self.producer()
        self.assertIsInstance(self.send(producer, [0])[0].exception(20), RefusedError)
        count = len(self.proxy.seen)
        with self.assertRaises(AssertionError, msg="it asks again with the next record"):
            wait_until(lambda: len(self.proxy.seen) > count, 0.5)
        self.assertIsInstance(self.send(producer, [1])[0].exception(20), RefusedError)
        self.fault = lambda seen: PASS
        futures = self.send(producer, [2])
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_a_202_of_a_proxy(self):
        """It has put the request into a queue perhaps: no gateway has registered the producer, or fenced it."""
        left = {"/producers": 2, "epoch": 2}

        def fault(seen):
            kind = seen.path if seen.path in left else "epoch" if "epoch" in seen.path else None
            if kind and left[kind]:
                left[kind] -= 1
                return 202, [], b'{"status": "queued"}'
            return LOSE_REQUEST if seen.headers.get("Producer-Epoch") == "0" else PASS

        self.fault = fault
        producer = self.producer(name=self.label)
        futures = self.send(producer, range(3))
        producer.flush(20)
        self.assertEqual((left, self.outcomes(futures)), ({"/producers": 0, "epoch": 0}, [DeliveryTimeoutError] * 3))
        futures = self.send(producer, [3])
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_the_next_gateway_is_asked_after_a_202_of_a_proxy(self):
        queue = FaultyProxy(self.gateway.url, lambda seen: (202, [], b"{}"))
        self.addCleanup(queue.close)
        producer = self.producer([queue.url, self.proxy.url])
        futures = self.send(producer, [0])
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_a_fence_that_is_refused_for_a_while(self):
        self.fault = lambda seen: (LOSE_REQUEST if seen.path == "/partitions/2/records"
                                   else problem(403, code="FORBIDDEN") if "epoch" in seen.path else PASS)
        producer = self.producer()
        futures = self.send(producer, range(3))
        others = self.send(producer, range(3), partition=3)
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), [UnknownOutcomeError] * 3)
        self.assertEqual(futures[0].exception().problem["code"], "FORBIDDEN")
        self.assertEqual([future.exception(0) for future in others], [None] * 3)
        with self.assertRaises(DeliveryTimeoutError):
            producer.send(1, partition=2)
        self.fault = lambda seen: PASS
        wait_until(lambda: not producer._sender._dispatcher.blind)
        futures = self.send(producer, [3])
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), list(self.log()))
        self.assertEqual(futures[0].result().sequence, 0)

    def test_an_answer_to_a_fence_that_is_not_the_gateways(self):
        strays = [(404, [], b"<html>"), (400, [], b""), (404, [], b"")]
        self.fault = lambda seen: (strays.pop() if "epoch" in seen.path and strays
                                   else LOSE_REQUEST if seen.headers.get("Producer-Epoch") == "0" else PASS)
        producer = self.producer(name=self.label)
        futures = self.send(producer, range(3))
        producer.flush(20)
        self.assertEqual((strays, self.outcomes(futures)), ([], [DeliveryTimeoutError] * 3))
        futures = self.send(producer, [3])
        producer.flush(20)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_a_token_that_is_not_taken(self):
        self.fault = lambda seen: (PASS if seen.headers.get("Authorization") == "Bearer good"
                                   else problem(401, code="UNAUTHENTICATED", detail="who are you?"))
        refused = self.producer(token="bad")
        self.assertIsInstance(self.send(refused, [0])[0].exception(20), RefusedError)
        tokens = ["bad", "good", "bad", "good", "bad"]
        renewed = self.producer(token=lambda: tokens.pop(0) if tokens else "good")
        futures = self.send(renewed, range(3))
        renewed.flush(20)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_a_tokens_callback_that_ends_its_thread(self):
        """That is one that others wait for: what was raised is no answer."""
        calls = []

        def token():
            calls.append(threading.current_thread())
            if len(calls) <= 2:
                raise SystemExit("no token")
            return "good"

        future, = self.send(self.producer(token=token, delivery_timeout=60), [0])
        self.assertIsInstance(future.result(60), Receipt)
        self.assertGreater(len(calls), 2)


class Storms(FaultCase):

    def test_retry_after_is_honoured(self):
        times = []

        def fault(seen):
            if not seen.path.endswith("/records"):
                return PASS
            times.append(time.monotonic())
            return problem(429, 1, code="OVERLOADED") if len(times) == 1 else PASS

        self.fault = fault
        producer = self.producer(delivery_timeout=20)
        futures = self.send(producer, range(3))
        time.sleep(0.3)
        futures += self.send(producer, range(3, 6))
        producer.flush(60)
        self.assertGreaterEqual(times[1] - times[0], 1.0)
        self.assertEqual(self.outcomes(futures), list(self.log()))

    def test_503_without_an_end_is_not_stored(self):
        self.fault = lambda seen: problem(503) if seen.headers.get("Producer-Epoch") == "0" else PASS
        producer = self.producer()
        futures = self.send(producer, range(50))
        producer.flush(60)
        self.check_true(futures)

    def test_no_more_in_flight_than_allowed(self):
        most, now, lock = [0], [0], threading.Lock()

        def fault(seen):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.05)
            with lock:
                now[0] -= 1
            return PASS

        producer = self.producer(max_in_flight=3, batch_bytes=100, delivery_timeout=30)
        self.send(producer, [0])
        producer.flush(60)
        self.fault = fault
        futures = self.send(producer, range(1, 60))
        producer.flush(30)
        self.assertEqual(most[0], 3)
        self.assertEqual(list(self.log().values()), list(range(60)))
        self.assertEqual([f.result().offset for f in futures], list(self.log())[1:])

    def test_the_first_of_two_gateways_is_away(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            producer = self.producer([f"http://127.0.0.1:{nobody.getsockname()[1]}", self.proxy.url],
                                     delivery_timeout=10)
            futures = self.send(producer, range(10))
            producer.flush(60)
        self.assertEqual(self.outcomes(futures), list(self.log()))


class Closing(FaultCase):

    def workers(self):
        return {thread for thread in threading.enumerate() if thread.name.startswith("exactly-once-request")}

    def test_in_time_with_a_true_outcome_for_each(self):
        self.fault = lambda seen: (LOSE_ANSWER if seen.path.endswith("/records") and
                                   int(seen.headers["Producer-Seq"]) < 20 and seen.headers["Producer-Epoch"] == "0"
                                   else PASS if not seen.path.endswith("/records")
                                   or int(seen.headers["Producer-Seq"]) < 20 else problem(503))
        producer = self.producer(delivery_timeout=60, batch_bytes=400)
        futures = self.send(producer, range(200))
        wait_until(self.proxy.appends)
        begin = time.monotonic()
        producer.close(8.0)
        self.assertLess(time.monotonic() - begin, 8.3)
        self.check_true(futures)
        self.assertIn(ClosedError, self.outcomes(futures))

    def test_in_time_when_nothing_answers(self):
        self.fault = lambda seen: LOSE_REQUEST if seen.headers.get("Producer-Seq") or "epoch" in seen.path else PASS
        producer = self.producer(delivery_timeout=60, batch_bytes=400, max_in_flight=1)
        futures = self.send(producer, range(100))
        wait_until(self.proxy.appends)
        begin = time.monotonic()
        producer.close(1.0)
        self.assertLess(time.monotonic() - begin, 1.5)
        self.assertEqual({type(f.exception(0)) for f in futures}, {UnknownOutcomeError, ClosedError})
        self.assertEqual(self.log(), {})

    def test_it_registers_no_more(self):
        """It would fence the next holder of its name: whatever its token's callback, or the request, waits for."""
        for timeout, kind in ((0.2, DeliveryTimeoutError), (60, ClosedError)):
            with self.subTest(kind=kind.__name__):
                before, asked, token = self.workers(), threading.Event(), threading.Event()
                self.addCleanup(token.set)
                producer = self.producer(name=self.label, delivery_timeout=timeout,
                                         token=lambda: (asked.set(), token.wait(60)) and "token")
                future, = self.send(producer, [1])
                self.assertTrue(asked.wait(30))
                if kind is DeliveryTimeoutError:
                    self.assertIsInstance(future.exception(30), kind)
                producer.close(0)
                self.assertIsInstance(future.exception(0), kind)
                token.set()
                wait_until(lambda: not self.workers() - before)
                self.assertEqual(self.proxy.seen, [])

    def test_a_registration_under_way_ends(self):
        held = threading.Event()
        self.addCleanup(held.set)
        self.fault = lambda seen: held.wait(60) and LOSE_REQUEST
        before = self.workers()
        producer = self.producer(delivery_timeout=60)
        self.send(producer, [1])
        wait_until(lambda: self.proxy.seen)
        producer.close(0)
        wait_until(lambda: not self.workers() - before, 15)
        self.assertEqual(len(self.proxy.seen), 1)

    def test_at_once(self):
        producer = self.producer(linger=10)
        futures = self.send(producer, range(3))
        producer.close(0)
        self.assertEqual(self.outcomes(futures), [ClosedError] * 3)
        producer.close()
        with self.assertRaises(ClosedError):
            producer.send(1, partition=2)


class Killed(unittest.TestCase):

    def test_a_gateway_that_is_killed_twice(self):
        gateway = Gateway()
        self.addCleanup(gateway.close)
        with Producer(gateway.url, batch_bytes=1000, delivery_timeout=400) as producer:
            futures = []
            for n in range(3000):
                if n in (1000, 2000):
                    wait_until(futures[-500].done, 200)
                    gateway.kill()
                    threading.Thread(target=gateway.start).start()
                futures.append(producer.send(n, partition=0))
            producer.flush(200)
        self.assertEqual([future.exception() for future in futures if future.exception()], [])
        self.assertEqual([record["value"] for record in gateway.log(0)], list(range(3000)))
        self.assertEqual([future.result().offset for future in futures], list(range(3000)))


if __name__ == "__main__":
    unittest.main()
