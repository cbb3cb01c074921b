"""Reading all partitions of a topic on the real gateway."""

import asyncio
import json
import threading
import time
import unittest
import uuid
from collections import defaultdict
from datetime import datetime, timedelta, timezone

from exactly_once_client import Producer, ReadError, TopicReader, aio, read

from .gateway import awaited, shared, wait_until
from .proxy import CUT_ANSWER, LOSE_ANSWER, LOSE_REQUEST, PASS, FaultyProxy


class TopicCase(unittest.TestCase):
    """A topic with three partitions. Records are (partition, number)."""

    def setUp(self):
        self.gateway = shared()
        self.topic = f"topic-{uuid.uuid4()}"
        self.grow(3)

    def grow(self, partitions):
        self.gateway.send("PUT", f"/topics/{self.topic}", {"partitions": partitions})

    def fill(self, **counts):
        """``p1=5``: five records more in partition 1."""
        with Producer(self.gateway.url) as producer:
            futures = [producer.send([int(p[1:]), n], topic=self.topic, partition=int(p[1:]))
                       for p, count in counts.items() for n in range(count)]
        return [future.result(0) for future in futures]

    def reader(self, from_="earliest", url=None, **options):
        reader = read(url or self.gateway.url, from_=from_, topic=self.topic, **options)
        self.addCleanup(reader.close)
        in_time = threading.Timer(90, reader.close)  # then next ends the test
        in_time.start()
        self.addCleanup(in_time.cancel)
        return reader

    def taken(self, reader, count):
        """The offsets of the next records, by partition, as they came."""
        offsets = defaultdict(list)
        for _ in range(count):
            record = next(reader)
            self.assertEqual((record.topic, record.value[0]), (self.topic, record.partition))
            offsets[record.partition].append(record.offset)
        return dict(offsets)


class ReadingTopics(TopicCase):

    def test_what_ends_the_last_partition_while_nobody_waits_is_told(self):
        self.fill(p0=1)
        reader = self.reader(refresh=0.2)
        self.taken(reader, 1)
        self.gateway.send("DELETE", f"/topics/{self.topic}")
        wait_until(lambda: reader._reading <= 0)
        with self.assertRaises(ReadError):
            next(reader)
        self.assertEqual(list(reader), [])

    def test_each_partition_in_order(self):
        self.fill(p0=50, p1=20, p2=30)
        reader = self.reader(page=7)
        self.assertIsInstance(reader, TopicReader)
        self.assertEqual(self.taken(reader, 100), {0: list(range(50)), 1: list(range(20)), 2: list(range(30))})
        self.fill(p2=1)
        self.assertEqual(self.taken(reader, 1), {2: [30]}, "it waits for what comes")

    def test_to_the_end_and_no_further(self):
        self.fill(p0=12, p2=5)
        with self.reader(follow=False, page=5) as reader:
            records = list(reader)
            self.assertEqual(reader.positions, {0: 12, 1: 0, 2: 5})
        self.assertEqual([r.offset for r in records if r.partition == 0], list(range(12)))
        self.assertEqual(len(records), 17)

    def test_none_waits_for_another(self):
        self.fill(p0=500, p1=1, p2=1)
        reader = self.reader(page=10)
        first = next(reader).partition
        ready = {0, 1, 2} - ({first} if first else set())
        wait_until(lambda: reader._ready.qsize() == len(ready))
        partitions = [next(reader).partition for _ in range(21 if first == 0 else 11)]
        self.assertEqual(set(partitions), ready)

    def test_it_is_one_page_ahead_and_no_more(self):
        self.fill(p0=500)
        seen = []
        proxy = FaultyProxy(self.gateway.url, lambda request: seen.append(request.path) or PASS)
        self.addCleanup(proxy.close)
        reader = self.reader(url=proxy.url, page=10, wait=1)
        self.taken(reader, 1)
        first = lambda: [path for path in seen if "/partitions/0/" in path]
        wait_until(lambda: len(first()) == 2)
        wait_until(lambda: len(seen) > 10)  # the others have asked again meanwhile
        self.assertEqual(len(first()), 2)

    def test_it_goes_on_where_another_one_was(self):
        self.fill(p0=30, p1=20, p2=10)
        with self.reader(page=4) as reader:
            first = self.taken(reader, 25)
            positions = reader.positions
        self.assertEqual(positions, {p: len(first.get(p, [])) for p in range(3)})
        rest = self.taken(self.reader(positions), 35)
        for partition, count in enumerate((30, 20, 10)):
            self.assertEqual(first.get(partition, []) + rest.get(partition, []), list(range(count)))

    def test_what_the_map_leaves_out_begins_at_the_start(self):
        self.fill(p0=5, p1=5, p2=5)
        reader = self.reader({1: 3})
        self.assertEqual(reader.positions, {0: 0, 1: 3, 2: 0})
        self.assertEqual(self.taken(reader, 12), {0: [0, 1, 2, 3, 4], 1: [3, 4], 2: [0, 1, 2, 3, 4]})

    def test_from_the_end(self):
        self.fill(p0=5, p1=3)
        reader = self.reader("latest")
        self.assertEqual(reader.positions, {0: 5, 1: 3, 2: 0})
        self.fill(p1=1, p2=1)
        self.assertEqual(self.taken(reader, 2), {1: [3], 2: [0]})
        self.assertEqual(reader.positions, {0: 5, 1: 4, 2: 1})

    def test_from_a_time(self):
        self.fill(p0=5, p1=5)
        wait_until(lambda: datetime.now(timezone.utc) > self.last_time() + timedelta(milliseconds=5))
        later = self.fill(p1=2, p2=2)
        reader = self.reader(min(receipt.appended_at for receipt in later))
        self.assertEqual(reader.positions, {0: 5, 1: 5, 2: 0})
        self.assertEqual(self.taken(reader, 4), {1: [5, 6], 2: [0, 1]})

    def test_the_page_that_tells_where_a_time_begins_is_the_first_one(self):
        """Nothing is asked for only to find the start, and nothing twice."""
        self.fill(p0=5, p1=3)
        proxy = FaultyProxy(self.gateway.url, lambda seen: PASS)
        self.addCleanup(proxy.close)
        reader = self.reader(datetime(2026, 1, 1, tzinfo=timezone.utc), proxy.url)
        self.assertEqual(self.taken(reader, 8), {0: list(range(5)), 1: list(range(3))})
        wait_until(lambda: len(proxy.waiting()) >= 3)
        offsets = {seen.path.rpartition("/records?")[2] for seen in proxy.seen if "offset=" in seen.path}
        self.assertEqual(offsets, {"offset=5&limit=500", "offset=3&limit=500", "offset=0&limit=500"})

    def last_time(self):
        with self.reader(follow=False) as reader:
            return max(record.appended_at for record in reader)

    def test_partitions_that_come_while_it_reads(self):
        """From their start, although they have records when it sees them."""
        hidden = []
        proxy = FaultyProxy(self.gateway.url, lambda seen: LOSE_REQUEST if seen.path in hidden else PASS)
        self.addCleanup(proxy.close)
        for start in ("earliest", "latest", {0: 0}):
            with self.subTest(start=start):
                self.setUp()
                reader = self.reader(start, proxy.url, refresh=0.1)
                reader.positions
                hidden.append(f"/topics/{self.topic}/partitions")
                self.grow(5)
                self.fill(p3=10, p4=3, p0=1)
                hidden.clear()
                self.assertEqual(self.taken(reader, 14), {0: [0], 3: list(range(10)), 4: [0, 1, 2]})
                self.assertEqual(reader.positions, {0: 1, 1: 0, 2: 0, 3: 10, 4: 3})

    def test_comes_back_where_it_was(self):
        faults = [PASS, LOSE_REQUEST, PASS, LOSE_ANSWER, CUT_ANSWER, (503, [("Retry-After", "0")], b""), PASS]
        count = iter(range(10**9))
        proxy = FaultyProxy(self.gateway.url, lambda seen: faults[next(count) % len(faults)])
        self.addCleanup(proxy.close)
        self.fill(p0=60, p1=60, p2=60)
        self.assertEqual(self.taken(self.reader(url=proxy.url, page=7), 180), {p: list(range(60)) for p in range(3)})


class Ending(TopicCase):

    def threads(self):
        return {thread for thread in threading.enumerate() if thread.name.startswith("exactly-once-partition")}

    def check_ends(self, before, *readers):
        wait_until(lambda: not self.threads() - before)
        for reader in readers:
            self.assertEqual(list(reader), [])

    def test_closed_while_it_waits(self):
        before = self.threads()
        reader = self.reader("latest")
        reader.positions
        threading.Timer(0.3, reader.close).start()
        begin = time.monotonic()
        self.assertEqual(list(reader), [])
        self.assertLess(time.monotonic() - begin, 5)
        self.check_ends(before, reader)

    def test_closed_with_pages_that_nobody_takes(self):
        before = self.threads()
        self.fill(p0=50, p1=50)
        with self.reader(page=5) as reader:
            self.taken(reader, 1)
            self.assertEqual(len(self.threads() - before), 4)
        self.check_ends(before)

    def test_closed_while_no_gateway_answers(self):
        reader = self.reader(url="http://127.0.0.1:9")
        threading.Timer(0.3, reader.close).start()
        self.assertEqual(list(reader), [])

    def test_what_ends_a_partition_ends_it(self):
        """Such as that the records at its offset are deleted."""
        gone = (410, [("Content-Type", "application/problem+json")],
                json.dumps({"status": 410, "code": "OFFSET_OUT_OF_RANGE", "logStartOffset": 7}).encode())
        deleted = []
        is_gone = lambda seen: deleted and "/partitions/1/rec" in seen.path
        proxy = FaultyProxy(self.gateway.url, lambda seen: gone if is_gone(seen) else PASS)
        self.addCleanup(proxy.close)
        before = self.threads()
        self.fill(p0=3)
        reader = self.reader(url=proxy.url, wait=1)
        self.taken(reader, 3)
        deleted.append(1)
        with self.assertRaises(ReadError) as caught:
            next(reader)
        self.assertEqual(caught.exception.problem["code"], "OFFSET_OUT_OF_RANGE")
        self.check_ends(before, reader)

    def test_a_topic_that_is_deleted(self):
        reader = self.reader(wait=1, refresh=0.2)
        reader.positions
        self.gateway.send("DELETE", f"/topics/{self.topic}")
        with self.assertRaises(ReadError) as caught:
            next(reader)
        self.assertEqual(caught.exception.problem["code"], "UNKNOWN_TOPIC")

    def test_a_topic_or_a_partition_that_is_missing(self):
        with read(self.gateway.url, topic="missing") as reader, self.assertRaises(ReadError) as caught:
            next(reader)
        self.assertEqual(caught.exception.problem["code"], "UNKNOWN_TOPIC")
        with self.assertRaises(ReadError) as caught:
            next(self.reader({7: 0}))
        self.assertEqual(caught.exception.problem["code"], "UNKNOWN_PARTITION")

    def test_starts_that_are_none(self):
        for start, why in ((17, r"An offset belongs to one partition.*\{0: 17\}"), ({"0": 1}, "not '0'"),
                           ({0: -1}, "-1"), ({True: 0}, "True"), ({0: 1.5}, "1.5"), ({0: "earliest"}, "earliest"), ("first", "from_ is"), (None, "from_ is"),
                           (datetime(2026, 1, 1), "time zone")):
            with self.subTest(start=start), self.assertRaisesRegex(ValueError, why):
                read(self.gateway.url, from_=start)
        with self.assertRaisesRegex(ValueError, "leave the partition out"):
            read(self.gateway.url, 0, {0: 1})
        with self.assertRaises(ValueError):
            self.reader(refresh=0)


class Asyncio(TopicCase):

    def test_all_partitions(self):
        self.fill(p0=20, p1=10, p2=5)

        async def run():
            offsets = defaultdict(list)
            async for record in aio.read(self.gateway.url, topic=self.topic, from_={0: 3}, follow=False, page=4):
                offsets[record.partition].append(record.offset)
            return dict(offsets)

        self.assertEqual(asyncio.run(run()), {0: list(range(3, 20)), 1: list(range(10)), 2: list(range(5))})

    def test_cancelled(self):
        proxy = FaultyProxy(self.gateway.url, lambda seen: PASS)
        self.addCleanup(proxy.close)

        async def follow():
            async for _ in aio.read(proxy.url, topic=self.topic):
                pass

        async def run():
            task = asyncio.create_task(follow())
            await awaited(lambda: len(proxy.waiting()) >= 3)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await asyncio.wait_for(task, 5)

        before = set(threading.enumerate())
        asyncio.run(run())
        wait_until(lambda: not [t for t in set(threading.enumerate()) - before if t.name.startswith("exactly-once")])

    def test_an_offset_without_a_partition(self):
        async def run():
            with self.assertRaisesRegex(ValueError, "An offset belongs to one partition"):
                await anext(aio.read(self.gateway.url, from_=5))

        asyncio.run(run())


del TopicCase  # it has no tests

if __name__ == "__main__":
    unittest.main()
