"""The producer on the real gateway: what users rely on when nothing goes wrong, and around a process's life."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

from exactly_once_client import (TOMBSTONE, ClosedError, DeliveryTimeoutError, NotAuthorizedError, Producer,
                                 RefusedError, TooLargeError, partition_for_key, read)
from exactly_once_client.outbox import Outbox
from exactly_once_client.topics import TopicPartition

from .gateway import shared, wait_until
from .proxy import LOSE_REQUEST, PASS, FaultyProxy


class ProducerCase(unittest.TestCase):

    def setUp(self):
        self.gateway = shared()

    def producer(self, url=None, **settings):
        producer = Producer(url or self.gateway.url, **settings)
        self.addCleanup(producer.close, 0)
        return producer

    def stored(self, receipt):
        with read(self.gateway.url, receipt.partition, receipt.offset) as reader:
            return next(reader)


class Sending(ProducerCase):

    def test_what_is_sent_reads_back(self):
        noon = datetime(2026, 11, 23, 12, 0, 0, 123000, timezone.utc)
        for record in (dict(value={"a": [1, 2.5, None, True, "é"]}), dict(value=None), dict(value="text"),
                       dict(value=b"\0\xff"), dict(value=b""), dict(value=TOMBSTONE), dict(value=1, key="k"),
                       dict(value=1, key=b"\xff\0"), dict(value=1, headers={"a": "1"}),
                       dict(value=1, headers=[("a", "1"), ("a", None), ("b", b"\1")]),
                       dict(value=1, timestamp=noon)):
            with self.subTest(record=record):
                receipt = self.producer().send(**record).result(60)
                stored = self.stored(receipt)
                key = record.get("key")
                self.assertEqual(stored.value, record["value"])
                self.assertEqual(stored.key, key.encode() if isinstance(key, str) else key)
                self.assertEqual(stored.headers, record.get("headers", {}))
                self.assertEqual(stored.timestamp, record.get("timestamp", stored.appended_at))
                self.assertEqual(stored.sequence, receipt.sequence)
                self.assertEqual(stored.appended_at, receipt.appended_at)

    def test_a_key_chooses_the_partition_as_in_kafka(self):
        producer = self.producer()
        for key in ("customer-7", "é", "", b"\xff"):
            data = key.encode() if isinstance(key, str) else key
            self.assertEqual(producer.send(1, key=key).result(60).partition, partition_for_key(data, 8))
        self.assertEqual(producer.send(1, key="customer-7", partition=3).result(60).partition, 3)

    def test_without_a_key_records_are_spread(self):
        producer = self.producer(batch_bytes=200)
        futures = [producer.send({"n": n}) for n in range(500)]
        self.assertGreater(len({future.result(60).partition for future in futures}), 4)

    def test_callbacks_run_in_order_before_flush_returns(self):
        producer = self.producer(batch_bytes=300)
        told = []
        for n in range(1000):
            producer.send(n, partition=4).add_done_callback(lambda future, n=n: told.append((n, future.result().offset)))
        producer.flush(60)
        self.assertEqual([n for n, _ in told], list(range(1000)))
        offsets = [offset for _, offset in told]
        self.assertEqual(offsets, sorted(offsets))

    def test_a_callback_may_send_but_not_flush(self):
        producer = self.producer()
        second, failed = Future(), Future()

        def then(_):
            producer.send("second", partition=4).add_done_callback(lambda done: second.set_result(done.result()))
            try:
                producer.flush()
            except RuntimeError as error:
                failed.set_result(error)

        producer.send("first", partition=4).add_done_callback(then)
        self.assertEqual(self.stored(second.result(60)).value, "second")
        self.assertIsInstance(failed.result(60), RuntimeError)

    def test_a_future_cannot_be_cancelled(self):
        future = self.producer(linger=0.2).send(1, partition=4)
        self.assertFalse(future.cancel())
        self.assertEqual(future.result(60).partition, 4)

    def test_threads(self):
        producer = self.producer(batch_bytes=500)
        futures = [[] for _ in range(4)]

        def work(mine, name):
            for n in range(300):
                mine.append(producer.send({"thread": name, "n": n}, partition=5))

        threads = [threading.Thread(target=work, args=(mine, at)) for at, mine in enumerate(futures)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        producer.flush(60)
        for mine in futures:
            offsets = [future.result(0).offset for future in mine]
            self.assertEqual(offsets, sorted(offsets))
        self.assertEqual(len({future.result(0).offset for mine in futures for future in mine}), 1200)

    def test_the_names_sequences_go_on(self):
        name = f"resumed-{time.time()}"
        for first in (0, 10):
            with Producer(self.gateway.url, name=name) as producer:
                futures = [producer.send(n, partition=6) for n in range(10)]
            self.assertEqual([future.result(0).sequence for future in futures], list(range(first, first + 10)))


class Refusing(ProducerCase):

    def test_what_cannot_be_sent(self):
        producer = self.producer(buffer_bytes=10_000)
        for error, arguments in ((RefusedError, dict(value=1, topic="orders")),
                                 (ValueError, dict(value=1, partition=-1)), (ValueError, dict(value=1, partition=True)), (ValueError, dict(value=float("nan"))),
                                 (TypeError, dict(value=1, key=1)), (TooLargeError, dict(value="x" * 10_000))):
            with self.subTest(arguments=str(arguments)[:60]), self.assertRaises(error):
                producer.send(**arguments)

    def test_a_full_buffer_holds_the_sender_up_and_then_refuses(self):
        fault = [LOSE_REQUEST]
        proxy = FaultyProxy(self.gateway.url, lambda seen: fault[0])
        self.addCleanup(proxy.close)
        producer = self.producer(proxy.url, buffer_bytes=20_000, max_block=0.2)
        taken = []
        begin = time.monotonic()
        with self.assertRaises(DeliveryTimeoutError):
            while True:
                taken.append(producer.send("x" * 1000, partition=4))
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertGreater(len(taken), 5)
        fault[0] = PASS
        producer.flush(60)
        self.assertEqual([future.exception(0) for future in taken], [None] * len(taken))
        producer.send("x", partition=4).result(60)

    def test_send_waits_once_for_all_it_waits_for(self):
        heal = [time.monotonic() + 60]
        proxy = FaultyProxy(self.gateway.url, lambda seen: (LOSE_REQUEST if seen.method == "POST" or
                                                            time.monotonic() < heal[0] else PASS))
        self.addCleanup(proxy.close)
        producer = self.producer(proxy.url, buffer_bytes=3000, max_block=3, retry_backoff_max=0.2)
        producer.send("x" * 2000, partition=4)
        begin = time.monotonic()
        heal[0] = begin + 2
        with self.assertRaisesRegex(DeliveryTimeoutError, "buffer is full"):
            producer.send("x" * 2000, key="k")
        self.assertLess(time.monotonic() - begin, 4.5, "3 s for the number of partitions and for memory")

    def test_a_topic_of_which_no_partition_is_shown(self):
        """A gateway shows none to whom has no right to them. It may have been given a moment later."""
        fault = [(200, [("Content-Type", "application/json")], b'{"partitions": []}')]
        proxy = FaultyProxy(self.gateway.url, lambda seen: fault[0])
        self.addCleanup(proxy.close)
        producer = self.producer(proxy.url, max_block=5)
        with self.assertRaisesRegex(NotAuthorizedError, "no partition of topic records"):
            producer.send(1, key="k")
        self.assertEqual(len(proxy.seen), 1)
        fault[0] = PASS
        producer.send(1, key="k").result(60)

    def test_a_closed_producer_asks_for_no_topic(self):
        proxy = FaultyProxy(self.gateway.url, lambda seen: LOSE_REQUEST)
        self.addCleanup(proxy.close)
        producer = self.producer(proxy.url, max_block=10)
        producer.close()
        with self.assertRaises(ClosedError):
            producer.send(1, key="k")
        self.assertEqual(proxy.seen, [])

    def test_close_wakes_who_asks_for_a_topic(self):
        answers = threading.Event()
        self.addCleanup(answers.set)
        for fault in (lambda: LOSE_REQUEST, lambda: answers.wait(60)):
            proxy = FaultyProxy(self.gateway.url, lambda seen: fault())
            self.addCleanup(proxy.close)
            producer = self.producer(proxy.url, max_block=20)
            with ThreadPoolExecutor(1) as executor:
                sent = executor.submit(producer.send, 1, key="k")
                wait_until(lambda: proxy.seen)
                begin = time.monotonic()
                producer.close(0)
                self.assertIsInstance(sent.exception(30), ClosedError)
                self.assertLess(time.monotonic() - begin, 10)

    def test_flush_ends_in_time(self):
        proxy = FaultyProxy(self.gateway.url, lambda seen: LOSE_REQUEST)
        self.addCleanup(proxy.close)
        producer = self.producer(proxy.url)
        producer.send(1, partition=4)
        with self.assertRaises(TimeoutError):
            producer.flush(0.2)


class ProcessLife(ProducerCase):

    def run_script(self, script):
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(script), self.gateway.url], text=True,
                              capture_output=True, timeout=120, env={**os.environ, "PYTHONPATH": "src"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split()

    def test_a_program_that_forgets_to_close_delivers_at_its_end(self):
        name, = self.run_script("""
            import sys, time
            from exactly_once_client import Producer
            name = f"forgetful-{time.time()}"
            producer = Producer(sys.argv[1], name=name)
            for n in range(2000):
                producer.send(n, partition=7)
            print(name)
            """)
        producer, = self.gateway.get(f"/producers?name={name}")["producers"]
        self.assertEqual(producer["partitions"][0]["nextSequence"], 2000)

    def test_forgotten_producers_end_together(self):
        """What earlier processes left keeps each waiting for a gateway that does not answer."""
        with socket.socket() as nobody, tempfile.TemporaryDirectory() as folder:
            nobody.bind(("127.0.0.1", 0))
            for name in "abc":
                outbox = Outbox(folder, name)
                outbox.append([(TopicPartition("records", 0), 0, b'{"value":1}\n')])
                outbox.close()
            begin = time.monotonic()
            self.run_script(f"""
                from exactly_once_client import Producer
                producers = [Producer("http://127.0.0.1:{nobody.getsockname()[1]}", name=name, outbox_dir="{folder}",
                                      delivery_timeout=0.1) for name in "abc"]
                """)
            self.assertLess(time.monotonic() - begin, 18, "10.2 s, and not once for each")
            self.assertEqual(len(list(Path(folder).glob("*/*.log"))), 6, "nothing of it is lost")

    def test_a_callback_that_does_not_end_holds_close_up_for_a_while(self):
        producer = self.producer()
        end, begun = threading.Event(), threading.Event()
        producer.send(1, partition=4).add_done_callback(lambda _: (begun.set(), end.wait(30)))
        self.assertTrue(begun.wait(60))
        begin = time.monotonic()
        producer.close(0.5)
        end.set()
        self.assertLess(time.monotonic() - begin, 6)

    def test_a_fork(self):
        out = self.run_script("""
            import os, sys
            from exactly_once_client import ClosedError, Producer
            producer = Producer(sys.argv[1])
            first = producer.send(1, partition=7)
            child = os.fork()
            if child == 0:
                try:
                    producer.send("child", partition=7)
                except ClosedError:
                    with Producer(sys.argv[1]) as own:
                        print("own", type(own.send("own", partition=7).result(60)).__name__, flush=True)
                os._exit(0)
            os.waitpid(child, 0)
            producer.send(2, partition=7).result(60)
            print("parent", first.result(0).sequence)
            """)
        self.assertEqual(out, ["own", "Receipt", "parent", "0"])

    def test_an_interrupted_flush_loses_nothing(self):
        # it is ignored where the tests run in the background of a shell
        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.default_int_handler))
        fault = [LOSE_REQUEST]
        proxy = FaultyProxy(self.gateway.url, lambda seen: fault[0])
        self.addCleanup(proxy.close)
        producer = self.producer(proxy.url)
        future = producer.send(1, partition=4)
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            producer.flush()
        fault[0] = PASS
        producer.flush(60)
        self.assertEqual(future.result(0).sequence, 0)

    def test_threads_end(self):
        before = threading.active_count()
        with Producer(self.gateway.url) as producer:
            producer.send(1)
        wait_until(lambda: threading.active_count() == before)


if __name__ == "__main__":
    unittest.main()
