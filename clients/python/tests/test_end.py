"""What a process still delivers that is told to end, once and twice, before a gateway that is slow to register it."""

import asyncio
import json
import math
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from exactly_once_client import Producer
from exactly_once_client.aio import AsyncProducer


class SlowGateway(ThreadingHTTPServer):
    """Registers producers after ``delay`` seconds, and counts the records that it is sent."""

    daemon_threads = True

    def __init__(self, delay):
        super().__init__(("127.0.0.1", 0), SlowAnswers)
        self.delay = delay
        self.asked = threading.Event()
        self.records = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class SlowAnswers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        return self.answer({"partitions": [0]})

    def do_POST(self):
        lines = self.rfile.read(int(self.headers["Content-Length"])).count(b"\n")
        if self.path == "/producers":
            self.server.asked.set()
            time.sleep(self.server.delay)
            return self.answer({"producerId": 1, "producerEpoch": 0, "partitions": []})
        base = int(self.headers["Producer-Seq"])
        self.server.records += lines
        return self.answer({"topic": "records", "partition": int(re.findall(r"\d+", self.path)[0]),
                            "baseSequence": base, "lastSequence": base + lines - 1, "baseOffset": base,
                            "duplicate": False, "appendedAt": "2026-11-23T10:00:00.000Z"})

    def answer(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


SENDS = """
    import signal, sys
    from exactly_once_client import Producer
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background of a shell
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    """
WITH = """
    with Producer(sys.argv[1]) as producer:
        for n in range(5):
            producer.send(n, partition=0)
        print("sent", flush=True)
    """
CLOSE = """
    producer = Producer(sys.argv[1])
    for n in range(5):
        producer.send(n, partition=0)
    print("sent", flush=True)
    producer.close()
    """


class EndTest(unittest.TestCase):

    def run_until_told(self, script, told, delay=2.0, again=False):
        """Runs a script, which is told to end while it waits to be registered, once or ``again`` and again."""
        gateway = SlowGateway(delay)
        self.addCleanup(gateway.server_close)
        self.addCleanup(gateway.shutdown)
        process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(SENDS) + textwrap.dedent(script),
                                    f"http://127.0.0.1:{gateway.server_port}"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), b"sent\n")
        self.assertTrue(gateway.asked.wait(120))
        while process.poll() is None:
            time.sleep(0.5)
            process.send_signal(told)
            if not again:
                process.wait(120)
        return gateway.records

    def test_a_close_that_is_told_to_end_loses_nothing(self):
        for name, script in (("with", WITH), ("close", CLOSE)):
            for one in (signal.SIGTERM, signal.SIGINT):
                with self.subTest(name, signal=one):
                    self.assertEqual(self.run_until_told(script, one), 5)

    def test_a_producer_that_cannot_be_closed_keeps_no_other_from_delivering(self):
        self.assertGreaterEqual(self.run_until_told("""
            closes, close_really = [], Producer.close

            def close(producer, timeout):
                closes.append(producer)
                if len(closes) == 1:
                    raise OSError("Input/output error")
                close_really(producer, timeout)

            Producer.close = close
            producers = [Producer(sys.argv[1]) for _ in range(2)]
            for producer in producers:
                producer.send(1, partition=0)
            print("sent", flush=True)
            """, 0), 1)

    def test_being_told_again_ends_it(self):
        """And not the delivery, which would take as long as the gateway does."""
        self.assertEqual(self.run_until_told(WITH, signal.SIGINT, delay=120, again=True), 0)

    def test_a_close_in_no_time_that_there_is_closes_nothing(self):
        gateway = SlowGateway(0)
        self.addCleanup(gateway.server_close)
        self.addCleanup(gateway.shutdown)
        url = f"http://127.0.0.1:{gateway.server_port}"

        async def send_after_closes():
            async with AsyncProducer(url) as producer:
                for timeout, error in wrong:
                    with self.assertRaises(error):
                        await producer.close(timeout)
                return await producer.send(1)

        wrong = ((math.nan, ValueError), ("5", TypeError))
        with Producer(url) as producer:
            for timeout, error in wrong:
                with self.assertRaises(error):
                    producer.close(timeout)
            self.assertEqual(producer.send(1).result(60).partition, 0)  # it asks how many partitions there are
        self.assertEqual(asyncio.run(send_after_closes()).partition, 0)


if __name__ == "__main__":
    unittest.main()
