"""Each record stored once, in order, and each future true: on the real gateway, behind a proxy that cuts 60 % of the
requests. RECORDS says how many records (2000)."""

import os
import random
import unittest
from collections import defaultdict

from exactly_once_client import Producer

from .gateway import shared
from .proxy import CUT_ANSWER, LOSE_ANSWER, LOSE_REQUEST, PASS, FaultyProxy

RECORDS = int(os.environ.get("RECORDS", "2000"))


class ExactlyOnce(unittest.TestCase):

    def setUp(self):
        self.gateway = shared()
        dice = random.Random(7)
        faults = [LOSE_REQUEST] * 20 + [LOSE_ANSWER] * 20 + [CUT_ANSWER] * 20 + [PASS] * 40
        self.proxy = FaultyProxy(self.gateway.url, lambda seen: dice.choice(faults))
        self.addCleanup(self.proxy.close)

    def of_this_test(self, partition, member):
        return [record for record in self.gateway.log(partition)
                if isinstance(record.get("value"), dict) and member in record["value"]]

    def check_bytes(self):
        """The same producer, partition and sequence: the same bytes."""
        bodies = defaultdict(set)
        for seen in self.proxy.appends():
            bodies[seen.headers["Producer-Id"], seen.path, seen.headers["Producer-Seq"]].add(seen.body)
        self.assertEqual([key for key, different in bodies.items() if len(different) > 1], [])
        self.assertGreater(len(self.proxy.appends()), len(bodies), "there were retries")

    def test_one_partition(self):
        with Producer(self.proxy.url, retry_backoff=0.01, retry_backoff_max=0.05, batch_bytes=1024) as producer:
            futures = [producer.send({"one": n}, partition=1) for n in range(RECORDS)]
            producer.flush(120)
            self.assertTrue(all(future.done() for future in futures))
        log = {record["offset"]: record["value"]["one"] for record in self.of_this_test(1, "one")}
        self.assertEqual(list(log.values()), list(range(RECORDS)))
        self.assertEqual([future.result().offset for future in futures], list(log))
        self.assertTrue(any(future.result().duplicate for future in futures))
        self.check_bytes()

    def test_keys(self):
        with Producer(self.proxy.url, retry_backoff=0.01, retry_backoff_max=0.05, batch_bytes=512) as producer:
            futures = [producer.send({"k": n}, key=f"key-{n % 40}") for n in range(RECORDS)]
        log = {(partition, record["offset"]): record["value"]["k"] for partition in range(8)
               for record in self.of_this_test(partition, "k")}
        self.assertEqual(sorted(log.values()), list(range(RECORDS)))
        receipts = [future.result() for future in futures]
        self.assertEqual([log[receipt.partition, receipt.offset] for receipt in receipts], list(range(RECORDS)))
        by_partition = defaultdict(list)
        for receipt in receipts:
            by_partition[receipt.partition].append(receipt.offset)
        self.assertEqual([offsets for offsets in by_partition.values() if offsets != sorted(offsets)], [])
        self.check_bytes()


if __name__ == "__main__":
    unittest.main()
