"""Reading on the real gateway: where it starts, how it comes back, how it ends."""

import json
import os
import pickle
import socket
import threading
import time
import unittest
import unittest.mock
from contextlib import closing, suppress
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

from exactly_once_client import LogMismatchError, OffsetOutOfRangeError, Producer, ReadError, RecordReader, read
from exactly_once_client.transport import Transport

from .gateway import shared
from .proxy import CUT_ANSWER, LOSE_ANSWER, LOSE_REQUEST, PASS, TRICKLE, FaultyProxy


class Reading(unittest.TestCase):

    def setUp(self):
        self.gateway = shared()

    def fill(self, count, partition):
        with Producer(self.gateway.url) as producer:
            futures = [producer.send({"n": n}, partition=partition) for n in range(count)]
        return [future.result(0) for future in futures]

    def position_of(self, time):
        with read(self.gateway.url, 2, time) as reader:
            return reader.position

    def values(self, reader, count):
        return [next(reader).value["n"] for _ in range(count)]

    def test_from_an_offset_the_beginning_and_the_end(self):
        end = self.fill(50, 0)[-1].offset + 1
        with read(self.gateway.url, 0, end - 10) as reader:
            self.assertEqual(self.values(reader, 10), list(range(40, 50)))
        with read(self.gateway.url, 0) as reader:
            self.assertEqual((reader.position, next(reader).offset, reader.position), (0, 0, 1))
        with read(self.gateway.url, 0, "latest") as reader:
            self.assertEqual(reader.position, end)
            self.fill(3, 0)
            self.assertEqual(next(reader).offset, end)

    def test_to_the_end_and_no_further(self):
        first = self.fill(25, 1)[0].offset
        with read(self.gateway.url, 1, first, follow=False, page=10) as reader:
            self.assertEqual([record.value["n"] for record in reader], list(range(25)))
            self.assertEqual(list(reader), [])
        with read(self.gateway.url, 1, reader.position, follow=False) as reader:
            self.assertEqual(list(reader), [])

    def test_from_a_time(self):
        receipts = []
        for _ in range(4):
            receipts += self.fill(7, 2)
            time.sleep(0.05)
        for receipt in receipts:
            first = next(r.offset for r in receipts if r.appended_at >= receipt.appended_at)
            self.assertEqual(self.position_of(receipt.appended_at), first)
        self.assertEqual(self.position_of(datetime(2000, 1, 1, tzinfo=timezone.utc)), 0)
        for future in (datetime.now(timezone.utc) + timedelta(days=1), datetime.max.replace(tzinfo=timezone.utc)):
            self.assertEqual(self.position_of(future), receipts[-1].offset + 1)
        just_after = receipts[0].appended_at + timedelta(microseconds=1)
        self.assertEqual(self.position_of(just_after),
                         next(r.offset for r in receipts if r.appended_at >= just_after))
        in_paris = receipts[7].appended_at.astimezone(timezone(timedelta(hours=2)))
        self.assertEqual(self.position_of(in_paris), self.position_of(receipts[7].appended_at))

    def test_retention_that_is_faster_skips_nothing_at_the_start(self):
        """What a start by a word or a time is found at may be deleted before it is read."""
        offset = [0]

        def retention(seen):
            """Each answer is that of a log whose first record is deleted behind it."""
            query = dict(parse_qsl(urlsplit(seen.path).query))
            low, offset[0] = offset[0], offset[0] + 1
            at = int(query["offset"]) if query.get("offset", "").isdigit() else low
            if query and at < low:
                return 410, [], json.dumps({"code": "OFFSET_OUT_OF_RANGE"}).encode()
            record = {"offset": at, "value": at, "appendedAt": "2026-01-01T00:00:00Z"}
            bounds = {"partition": 0, "logStartOffset": low, "logEndOffset": low + 5}
            return 200, [], json.dumps({"records": [record], "nextOffset": at + 1, "partitions": [bounds],
                                        **bounds}).encode()

        proxy = FaultyProxy(self.gateway.url, retention)
        self.addCleanup(proxy.close)
        for start in ("earliest", datetime(2026, 1, 1, tzinfo=timezone.utc)):
            for partition in (0, None):
                with self.subTest(start=start, partition=partition), read(proxy.url, partition, start) as reader:
                    self.assertGreaterEqual(next(reader).offset, 0)

    def test_an_offset_beyond_the_end(self):
        """Nothing of a log that was put back is skipped: the end of a page that is not waited for tells of it."""
        end = self.fill(1, 4)[-1].offset + 1
        for options in ({"follow": False}, {"wait": 60}):
            with read(self.gateway.url, 4, end + 1, **options) as reader, self.assertRaises(LogMismatchError) as caught:
                next(reader)
            error = caught.exception
            self.assertEqual(str(error), f"The log was put back: it ended at {end + 1}, now it ends at {end}.")
            self.assertEqual((error.partition, error.position, error.log_end_offset), (4, end + 1, end))
        with read(self.gateway.url, from_={4: end + 1}) as reader, self.assertRaises(LogMismatchError):
            list(reader)

    def test_comes_back_where_it_was(self):
        faults = [LOSE_REQUEST, PASS, LOSE_ANSWER, CUT_ANSWER, (503, [("Retry-After", "0")], b""), PASS] * 100
        proxy = FaultyProxy(self.gateway.url, lambda seen: faults.pop(0))
        self.addCleanup(proxy.close)
        first = self.fill(60, 3)[0].offset
        with read(proxy.url, 3, first, page=7) as reader:
            self.assertEqual(self.values(reader, 60), list(range(60)))

    def test_an_answer_that_trickles(self):
        """A request has a time, and not each byte of its answer; it has longer where the gateway may wait."""
        receipt, = self.fill(1, 3)
        for path in ("/records", "/partitions"):
            trickled = []

            def fault(seen):
                if path in seen.path and len(trickled) < 2:
                    trickled.append(time.monotonic())
                    return TRICKLE
                return PASS

            with closing(FaultyProxy(self.gateway.url, fault)) as proxy:
                options = {"request_timeout": 1, "wait": 60}
                with (read(proxy.url, **options) if path == "/partitions"
                      else read(proxy.url, 3, receipt.offset, **options)) as reader:
                    self.assertIsNotNone(next(reader))
            self.assertEqual(len(trickled), 2)
            self.assertLess(trickled[1] - trickled[0], 30)

    def test_an_answer_that_trickles_where_the_gateway_may_wait(self):
        receipt, = self.fill(1, 3)
        asked = []

        def fault(seen):
            asked.append((time.monotonic(), "Prefer" in seen.headers))
            if len(asked) == 3:
                reader.close()
            return TRICKLE if len(asked) == 2 else PASS

        with closing(FaultyProxy(self.gateway.url, fault)) as proxy, \
                unittest.mock.patch("exactly_once_client.getter._FRESH", 60):
            with read(proxy.url, 3, receipt.offset, request_timeout=1, wait=3) as reader:
                next(reader)
                self.assertEqual(list(reader), [])
        self.assertEqual([held for _, held in asked], [False, True, False])
        self.assertGreater(asked[2][0] - asked[1][0], 2.5)

    def test_headers_that_trickle(self):
        """They are a part of the answer."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            def trickle():
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 90:
                        connection.send(bytes([byte]))
                        time.sleep(0.1)

            threading.Thread(target=trickle, daemon=True).start()
            transport = Transport(f"http://127.0.0.1:{server.getsockname()[1]}")
            begin = time.monotonic()
            self.assertEqual(transport.request("GET", "/", timeout=0.5).status, 0)
            self.assertLess(time.monotonic() - begin, 30)

    @unittest.skipUnless(hasattr(os, "fork"), "needs a fork")
    def test_after_a_fork(self):
        """It stays the parent's, with its connection: the child has to make one of its own."""
        receipt = self.fill(9, 3)[0]
        for reader, place in ((read(self.gateway.url, 3, receipt.offset, page=3), "position"),
                              (read(self.gateway.url, page=3), "positions")):
            with reader:
                first = next(reader)
                child = os.fork()
                if child == 0:
                    refused = 0
                    try:
                        for act in (lambda: next(reader), reader.next_page, lambda: getattr(reader, place)):
                            try:
                                act()
                            except ReadError:
                                refused += 1
                        reader.close()
                    finally:
                        os._exit(refused != 3)
                self.assertEqual(os.waitpid(child, 0)[1], 0)
                self.assertEqual((next(reader).offset, next(reader).offset), (first.offset + 1, first.offset + 2))
                self.assertIsNotNone(next(reader))

    def test_closed_while_it_waits(self):
        reader = read(self.gateway.url, 0, "latest")
        reader.position
        timer = threading.Timer(0.3, reader.close)
        timer.start()
        begin = time.monotonic()
        self.assertEqual(list(reader), [])
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(list(reader), [])

    def test_asks_again_after_a_pause_where_a_gateway_does_not_wait(self):
        empty = (200, [("Content-Type", "application/json")], b'{"records": [], "nextOffset": 0, "logEndOffset": 0}')
        proxy = FaultyProxy(shared().url, lambda seen: empty)
        self.addCleanup(proxy.close)
        reader = read(proxy.url, 0, from_=0)
        begin = time.monotonic()
        threading.Timer(0.45, reader.close).start()
        self.assertEqual(list(reader), [])
        most = 2 + (time.monotonic() - begin) / 0.1
        self.assertLessEqual(len(proxy.seen), most, "every 100 ms, after the first that does not ask it to")

    def test_closed_while_no_gateway_answers(self):
        reader = read("http://127.0.0.1:9", 0)
        threading.Timer(0.3, reader.close).start()
        self.assertEqual(list(reader), [])

    def test_what_is_refused(self):
        with read(self.gateway.url, 99) as reader, self.assertRaises(ReadError) as caught:
            next(reader)
        self.assertEqual(caught.exception.problem["code"], "UNKNOWN_PARTITION")
        for start in ("first", datetime(2026, 1, 1)):
            with self.assertRaises(ValueError):
                RecordReader(self.gateway.url, 0, start)
        for start in (datetime.min.replace(tzinfo=timezone(timedelta(hours=2))),
                      datetime.max.replace(tzinfo=timezone(timedelta(hours=-2)))):
            for partition in (0, None):
                with self.assertRaisesRegex(ValueError, "^from_ has to be in the years 1 to 9999"):
                    read(self.gateway.url, partition, start)


class Settings(unittest.TestCase):

    def test_what_is_no_start_and_no_setting(self):
        for start in (1.5, None, -1, True, "5", b"earliest", float("inf")):
            with self.subTest(start=start), self.assertRaisesRegex(ValueError, "^from_"):
                read("http://localhost", 0, start)
        for partition in (-1, 1.5, "0", True):
            with self.subTest(partition=partition), self.assertRaisesRegex(ValueError, "^partition"):
                read("http://localhost", partition)
        for name, values in {"page": (0, 2.5, True, None), "wait": (-1, 0.5, True, None),
                             "request_timeout": (0, -1, float("nan"), float("inf"), True, "5"),
                             "refresh": (0, -1, float("nan"), float("inf"), True, "5")}.items():
            for value in values:
                for partition in (None,) if name == "refresh" else (0, None):
                    with self.subTest(name, value=value, partition=partition), self.assertRaisesRegex(ValueError, f"^{name}"):
                        read("http://localhost", partition, **{name: value})


class Scripted(unittest.TestCase):
    """A gateway that has a log of ``end`` records in one partition, and can lose some of them."""

    def setUp(self):
        self.end = 5
        self.instead = []
        """What is answered to the next requests that ``instead_of`` picks."""
        self.instead_of = lambda seen: True
        self.proxy = FaultyProxy("http://127.0.0.1:9", self.answer)
        self.addCleanup(self.proxy.close)

    def answer(self, seen):
        if self.instead and self.instead_of(seen):
            answer = self.instead.pop(0)
            return answer() if callable(answer) else answer
        bounds = {"partition": 0, "logStartOffset": 0, "logEndOffset": self.end}
        start = dict(parse_qsl(urlsplit(seen.path).query)).get("offset", "0")
        offset = int(start) if start.isdigit() else 0
        if "Prefer" in seen.headers and offset >= self.end:
            self.end = offset + 1  # so many records come while the request waits
        records = [{"offset": n, "value": n, "appendedAt": "2026-01-01T00:00:00Z"} for n in range(offset, self.end)]
        return 200, [], json.dumps({"records": records, "nextOffset": max(self.end, offset), "logEndOffset": self.end,
                                    **({} if urlsplit(seen.path).query else {**bounds, "partitions": [bounds]})}).encode()

    def put_back(self, answer):
        """Loses records, and gives another answer meanwhile."""
        def lose():
            self.end = 2
            return answer
        return lose

    def check_notices(self, reader):
        with reader, self.assertRaises(LogMismatchError) as caught:
            next(reader)
        error = caught.exception
        self.assertIsInstance(error, ReadError)
        self.assertEqual((error.partition, error.position, error.log_end_offset), (0, 5, 2))

    def test_a_log_that_is_put_back_while_a_request_waits(self):
        """Nothing of it is skipped: what asks again does not wait, before records have come."""
        self.instead_of = lambda seen: "Prefer" in seen.headers
        for lost in (LOSE_REQUEST, (503, [("Retry-After", "0")], b""), (502, [], b"<html>"), (200, [], b"<html>")):
            for partition in (0, None):
                with self.subTest(lost=lost, partition=partition):
                    self.end, self.instead = 5, [self.put_back(lost)]
                    reader = read(self.proxy.url, partition)
                    self.assertEqual([next(reader).value for _ in range(5)], list(range(5)))
                    self.check_notices(reader)

    def test_a_log_that_is_put_back_while_its_reader_is_busy(self):
        """The connection may be closed then, and no request fails."""
        with unittest.mock.patch("exactly_once_client.getter._FRESH", 0.0):
            reader = read(self.proxy.url, 0)
            self.assertEqual([next(reader).value for _ in range(5)], list(range(5)))
            self.end = 2
            self.check_notices(reader)

    def test_records_that_are_deleted(self):
        gone = {"status": 410, "code": "OFFSET_OUT_OF_RANGE", "detail": "gone", "logStartOffset": 7, "logEndOffset": 12}
        self.instead_of = lambda seen: "offset=3" in seen.path
        for partition, start in ((0, 3), (None, {0: 3})):
            self.instead = [(410, [], json.dumps(gone).encode())]
            with read(self.proxy.url, partition, start) as reader, self.assertRaises(OffsetOutOfRangeError) as caught:
                next(reader)
            for error in (caught.exception, pickle.loads(pickle.dumps(caught.exception))):
                self.assertIsInstance(error, ReadError)
                self.assertEqual((str(error), error.problem, error.partition, error.position, error.log_start_offset,
                                  error.log_end_offset), ("gone", gone, 0, 3, 7, 12))

    def test_an_answer_that_is_not_the_gateways_is_asked_for_again(self):
        for body in (b"<html>Sign in to the network</html>", b"", b"[1]", b"[" * 100_000, b'{"ok": true}',
                     b'{"records": 1, "partitions": 1}', b'{"records": [1], "partitions": [1]}',
                     b'{"records": [], "nextOffset": null, "logEndOffset": null, "partitions": [{"partition": 0}]}'):
            for partition, start in ((0, "earliest"), (0, "latest"), (0, 0), (None, "earliest"), (None, {0: 0})):
                with self.subTest(body=body[:60], partition=partition, start=start):
                    self.end, self.instead = 5, [(200, [], body)]
                    with read(self.proxy.url, partition, start) as reader:
                        self.assertEqual(next(reader).offset, 5 if start == "latest" else 0)
                    self.assertEqual(self.instead, [])

    def test_a_record_that_is_nested_too_deeply_is_told(self):
        deep = b'{"records": [{"offset": 0, "value": ' + b"[" * 50_000 + b"]" * 50_000 + b'}], "nextOffset": 1}'
        for partition, start in ((0, 0), (None, {0: 0})):
            self.end, self.instead, self.instead_of = 5, [(200, [], deep)] * 3, lambda seen: "/records?" in seen.path
            with read(self.proxy.url, partition, start) as reader, self.assertRaisesRegex(ReadError, "nested more deeply"):
                next(reader)

    def test_an_answer_that_is_not_the_gateways_and_says_that_it_is_elsewhere(self):
        self.instead = [(302, [("Location", "/login")], b"")]
        with read(self.proxy.url, 0) as reader, self.assertRaises(ReadError) as caught:
            next(reader)
        self.assertEqual(caught.exception.problem["status"], 302)


if __name__ == "__main__":
    unittest.main()
