"""Records as lines, keys and partitions, settings, answers: without a network."""

import base64
import json
import math
import socket
import threading
import time
import traceback
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from exactly_once_client import TOMBSTONE, ClosedError, Producer, Settings, partition_for_key
from exactly_once_client.answers import Action, Answer, action_of
from exactly_once_client.partitioner import StickyPartitioner, murmur2
from exactly_once_client.records import encode, parse_time
from exactly_once_client.settings import LONGEST
from exactly_once_client.transport import Transport

VECTORS = Path(__file__).resolve().parents[2] / "conformance" / "vectors"


class Lines(unittest.TestCase):

    def test_lines(self):
        noon = datetime(2026, 11, 23, 12, 0, 0, 123456, timezone(timedelta(hours=2)))
        for record, line in (
                (dict(value={"a": [1, None, True, "é\n"]}), '{"value":{"a":[1,null,true,"é\\n"]}}'),
                (dict(value=None), '{"value":null}'),
                (dict(value="text"), '{"value":"text"}'),
                (dict(value=b"\0\xff"), '{"valueBase64":"AP8="}'),
                (dict(value=b""), '{"valueBase64":""}'),
                (dict(value=TOMBSTONE), '{"tombstone":true}'),
                (dict(value=1, id="order-1"), '{"id":"order-1","value":1}'),
                (dict(value=1, id="\U0001f600" * 255), f'{{"id":"{chr(0x1f600) * 255}","value":1}}'),
                (dict(value=1, key="k"), '{"key":"k","value":1}'),
                (dict(value=1, key=""), '{"key":"","value":1}'),
                (dict(value=1, key=b"\xff"), '{"keyBase64":"/w==","value":1}'),
                (dict(value=1, key="a\0"), '{"keyBase64":"YQA=","value":1}'),
                (dict(value=1, headers={"a": "1"}), '{"value":1,"headers":{"a":"1"}}'),
                (dict(value=1, headers={}), '{"value":1}'),
                (dict(value=1, headers={"a": b"\1", "b": None}),
                 '{"value":1,"headers":[["a",{"base64":"AQ=="}],["b",null]]}'),
                (dict(value=1, headers=[("a", "1"), ("a", "2")]), '{"value":1,"headers":[["a","1"],["a","2"]]}'),
                (dict(value=1, timestamp=noon), '{"value":1,"timestamp":"2026-11-23T10:00:00.123Z"}')):
            with self.subTest(record=record):
                self.assertEqual(encode(**record).decode(), line)

    def test_what_the_gateway_cannot_take(self):
        for record in (dict(value=math.nan), dict(value=math.inf), dict(value="\ud800"), dict(value=object()),
                       dict(value=1, id=""), dict(value=1, id="x" * 256), dict(value=1, id="a\n"),
                       dict(value=1, id="\x85"), dict(value=1, id="\ud800"), dict(value=1, id=7),
                       dict(value=1, id=b"a"),
                       dict(value=1, key=7), dict(value=1, key="\ud800"), dict(value=1, headers={"a\0": "1"}),
                       dict(value=1, headers={"a": 1}), dict(value=1, timestamp=datetime(2026, 1, 1))):
            with self.subTest(record=record), self.assertRaises((TypeError, ValueError)):
                encode(**record)
        nested = []
        for _ in range(100_000):
            nested = [nested]
        with self.assertRaisesRegex(ValueError, "nested too deeply"):
            encode(nested)

    def test_times_that_have_no_year_in_utc(self):
        for time in (datetime.min.replace(tzinfo=timezone(timedelta(hours=2))),
                     datetime.max.replace(tzinfo=timezone(timedelta(hours=-2)))):
            with self.assertRaisesRegex(ValueError, "^A timestamp has to be in the years 1 to 9999 in UTC"):
                encode(1, timestamp=time)

    def test_times(self):
        self.assertEqual(parse_time("2026-11-23T10:00:00.456Z"),
                         datetime(2026, 11, 23, 10, 0, 0, 456000, timezone.utc))
        self.assertEqual(parse_time("2026-11-23T10:00:00Z"), datetime(2026, 11, 23, 10, tzinfo=timezone.utc))
        self.assertIsNone(parse_time(None))


class Partitions(unittest.TestCase):

    def test_the_vectors(self):
        vectors = json.loads((VECTORS / "partitions.json").read_text())["keys"]
        self.assertGreater(len(vectors), 20)
        for vector in vectors:
            key = base64.b64decode(vector["keyBase64"])
            signed = (murmur2(key) ^ 0x80000000) - 0x80000000
            self.assertEqual(signed, vector["murmur2"], key)
            for count, partition in vector["partitions"].items():
                self.assertEqual(partition_for_key(key, int(count)), partition, key)

    def test_without_a_key_a_partition_gets_a_batch_and_then_another_one(self):
        sticky = StickyPartitioner(100)
        runs = []
        for _ in range(40):
            partition = sticky.partition(25, 3)
            if not runs or runs[-1][0] != partition:
                runs.append([partition, 0])
            runs[-1][1] += 25
        self.assertEqual([size for _, size in runs], [100] * 10)
        self.assertEqual({partition for partition, _ in runs}, {0, 1, 2})
        self.assertEqual({StickyPartitioner(1).partition(9, 1) for _ in range(9)}, {0})


class Answers(unittest.TestCase):

    def test_what_a_client_does_next(self):
        for status, code, action in ((0, None, Action.RETRY), (400, "INVALID_REQUEST", Action.REFUSED),
                                     (401, "UNAUTHENTICATED", Action.REFUSED), (403, "FORBIDDEN", Action.REFUSED),
                                     (403, "NOT_OWNER", Action.REFUSED), (403, "PRODUCER_FENCED", Action.FENCED),
                                     (404, "UNKNOWN_PARTITION", Action.UNKNOWN_PLACE),
                                     (404, "UNKNOWN_TOPIC", Action.UNKNOWN_PLACE),
                                     (404, "UNKNOWN_PRODUCER_ID", Action.LOST), (404, "NOT_FOUND", Action.REFUSED),
                                     (408, "REQUEST_TIMEOUT", Action.RETRY),
                                     (409, "OUT_OF_ORDER_SEQUENCE_NUMBER", Action.RESYNC),
                                     (413, "RECORD_BATCH_TOO_LARGE", Action.SPLIT),
                                     (415, "UNSUPPORTED_MEDIA_TYPE", Action.REFUSED),
                                     (422, "SEQUENCE_REUSED", Action.LOST), (429, "OVERLOADED", Action.RETRY),
                                     (429, "QUOTA_EXCEEDED", Action.RETRY), (500, "INTERNAL_ERROR", Action.RETRY),
                                     (502, None, Action.RETRY), (503, "STORE_UNAVAILABLE", Action.RETRY)):
            with self.subTest(status=status, code=code):
                self.assertIs(action_of(Answer(status, {}, json.dumps({"code": code}).encode())), action)

    def test_retry_after(self):
        for value, seconds in (("3", 3.0), ("", 0.0), ("soon", 0.0), ("\xb2", 0.0),
                               (f"Wed, 21 Oct {10**30} 07:28:00 GMT", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)):
            self.assertEqual(Answer(503, {"retry-after": value}).retry_after(), seconds)
        self.assertGreater(Answer(503, {"retry-after": "Sun, 21 Oct 2125 07:28:00 GMT"}).retry_after(), 1e9)


class Refused(unittest.TestCase):

    def test_settings_out_of_range(self):
        self.assertEqual(Settings(buffer_bytes=64e6).buffer_bytes, 64_000_000)
        sizes = {name: (0, 0.0, 2.5, "5", None, True, float("nan"), float("inf"))
                 for name in ("batch_bytes", "max_in_flight", "buffer_bytes")}
        none = (-1, "5", None, True, float("nan"), float("inf"), 1e300, 10**400, 1j)
        times = {name: none for name in ("linger", "retry_backoff", "retry_backoff_max", "max_block")}
        times_above_0 = {name: (0, *none) for name in ("request_timeout", "delivery_timeout")}
        others = {"wait": (-1, 0.5, True), "delivery": ("at-most-once", None)}
        for name, values in {**sizes, **times, **times_above_0, **others}.items():
            for value in values:
                with self.subTest(name, value=value), self.assertRaisesRegex(ValueError, name):
                    Settings(**{name: value})
        with self.assertRaises(TypeError):
            Producer("http://localhost", linger_ms=5)

    def test_the_longest_times_can_be_waited_for(self):
        longest = Settings(delivery_timeout=LONGEST, request_timeout=LONGEST, max_block=LONGEST)
        came = threading.Event()
        threading.Timer(0.1, came.set).start()
        self.assertTrue(came.wait(longest.patience))

    def test_an_answer_can_be_waited_for_longer_than_32_bits_of_milliseconds(self):
        """In which this is a second and less: the gateway takes two, for an answer and for a handshake of TLS."""
        longer = 2**32 / 1000 + 1.0

        def serve(gateway):
            with gateway.accept()[0] as connection:
                connection.recv(10_000)
                time.sleep(2.0)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        for scheme, told in (("http", (200, "")), ("https", (0, "SSLError"))):
            with self.subTest(scheme), socket.create_server(("127.0.0.1", 0)) as gateway:
                threading.Thread(target=serve, args=(gateway,), daemon=True).start()
                url = f"{scheme}://127.0.0.1:{gateway.getsockname()[1]}"
                transport = Transport(url)
                answer = transport.request("GET", "/", timeout=longer)
                transport.close()
                self.assertEqual((answer.status, answer.error.split(":")[0]), told)

    def test_timeouts(self):
        producer = Producer("http://127.0.0.1:9")
        for wait in (producer.flush, producer.close):
            with self.assertRaisesRegex(ValueError, "NaN"):
                wait(math.nan)
            with self.assertRaises(TypeError):
                wait("5")
        producer.flush(math.inf)
        future = producer.send(1, partition=0)
        with self.assertRaises(TimeoutError):
            producer.flush(0.1)
        threading.Timer(0.3, producer.close, (0,)).start()
        producer.flush(math.inf)
        self.assertIsInstance(future.exception(0), ClosedError)
        producer.close(math.inf)

    def test_urls(self):
        for urls in ("localhost:8080", "ftp://localhost", "http://", "http://localhost?x", "http://localhost:x", []):
            with self.subTest(urls), self.assertRaises(ValueError):
                Transport(urls)
        for url in ("http://user:secret@localhost", "http://user@localhost", "http://@localhost",
                    "user:secret@localhost:8080", "http://user:secret@localhost:x", "http://user:sec/ret@localhost",
                    "http://user:se#secret@localhost", "http://user:secret@[localhost", "http:user:secret@localhost",
                    "http://user:secret\u2100@localhost", "ftp://localhost/user:secret@", "http://localhost?secret",
                    "http://localhost/#secret"):
            with self.subTest(url), self.assertRaisesRegex(ValueError, "no user and no password") as caught:
                Transport(url)
            told = "".join(traceback.format_exception(caught.exception))
            self.assertNotRegex(told, "secret|sec|ret@")
        Transport("http://localhost/a@b")

    def test_an_outbox_without_a_name(self):
        with self.assertRaises(ValueError):
            Producer("http://localhost", outbox_dir="outbox")


if __name__ == "__main__":
    unittest.main()
