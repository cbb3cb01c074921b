"""The state of a partition without an identity, without a network: at least once, and once by ids."""

import json
import unittest

from exactly_once_client.answers import NO_ANSWER, Answer
from exactly_once_client.batch import Pending, StoredApart
from exactly_once_client.errors import (ClosedError, DeliveryTimeoutError, IdReusedError, InvalidRecordError,
                                        NotFoundError, RefusedError, TooLargeError, UnknownOutcomeError)
from exactly_once_client.queue import Limits
from exactly_once_client.settings import Settings
from exactly_once_client.topics import TopicPartition
from exactly_once_client.unnumbered import UnnumberedPartition

PLACE = TopicPartition("orders", 3)


def answer(status, **document):
    return Answer(status, {}, json.dumps(document).encode())


def placed(*entries, **changed):
    records = [dict(zip(("partition", "offset", "duplicate"), entry)) for entry in entries]
    return answer(201, **{"topic": "orders", "records": records, "appendedAt": "2026-11-23T10:00:00.456Z", **changed})


class UnnumberedCase(unittest.TestCase):

    def setUp(self):
        self.settings = Settings(batch_bytes=32, linger=0, delivery_timeout=10, retry_backoff=0.1)
        self.partition = UnnumberedPartition(PLACE, self.settings, Limits(self.settings))
        self.now = 100.0
        self.count = 0
        self.log = []

    def add(self, count):
        for _ in range(count):
            self.partition.add(Pending(b"r%02d" % self.count, None, self.now, self.now + 10))
            self.count += 1

    def send(self, count):
        self.add(count)
        return self.partition.poll(self.now, True)

    def lines(self, batch):
        return [int(record.line[1:]) for record in batch.records]

    def store(self, batch):
        """As the gateway does."""
        first = len(self.log)
        self.log += self.lines(batch)
        self.partition.answered(batch, placed(*[(3, at, False) for at in range(first, len(self.log))]), self.now)

    def told(self):
        """What became of each record, in order: its offset, or the type of its error."""
        told = []
        for batch, outcome in self.partition.line.release():
            for at, record in enumerate(batch.records):
                stored = isinstance(outcome, StoredApart)
                told.append((int(record.line[1:]), outcome.receipts[at].offset if stored else type(outcome)))
        return told

    def run_against(self, gateway):
        """Sends what there is until nothing is, and returns how many requests that took."""
        requests = 0
        while batches := self.partition.poll(self.now, True):
            self.assertEqual(len(batches), 1)
            requests += 1
            self.assertLess(requests, 1000, "it comes to no end")
            reply = gateway(self.lines(batches[0]))
            self.store(batches[0]) if reply is None else self.partition.answered(batches[0], reply, self.now)
        return requests


class Sending(UnnumberedCase):

    def test_one_batch_is_under_way_at_a_time(self):
        [first] = self.send(20)
        self.assertEqual(self.partition.poll(self.now, True), [])
        self.assertEqual(self.partition.wake_at(True, True), first.deadline)
        self.store(first)
        [second] = self.partition.poll(self.now, True)
        self.store(second)
        self.assertEqual(self.log, list(range(len(self.log))))

    def test_what_is_sent_again_goes_before_what_came_later(self):
        """And nothing spins while its pause is not over."""
        [first] = self.send(8)
        self.partition.answered(first, answer(413, code="RECORD_BATCH_TOO_LARGE"), self.now)
        [half] = self.send(4)
        self.partition.answered(half, NO_ANSWER, self.now)
        self.assertEqual(self.partition.poll(self.now, True), [])
        self.assertGreater(self.partition.wake_at(True, True), self.now)
        self.now = self.partition.wake_at(True, True)
        [again] = self.partition.poll(self.now, True)
        self.assertIs(again, half)
        self.store(again)
        self.run_against(lambda lines: None)
        self.assertEqual(self.log, list(range(12)))
        self.assertEqual(self.told(), [(n, n) for n in range(12)])

    def test_a_duplicate_is_where_it_was_first(self):
        [batch] = self.send(4)
        self.partition.answered(batch, placed((3, 5, False), (0, 7, True), (3, None, True), (3, 6, False)), self.now)
        [(_, outcome)] = self.partition.line.release()
        self.assertEqual([receipt[:5] for receipt in outcome.receipts],
                         [("orders", 3, 5, -1, False), ("orders", 0, 7, -1, True), ("orders", 3, -1, -1, True),
                          ("orders", 3, 6, -1, False)])
        self.assertEqual([receipt.appended_at is None for receipt in outcome.receipts], [False, True, True, False])

    def test_a_batch_without_ids(self):
        [batch] = self.send(3)
        self.partition.answered(batch, answer(201, topic="orders", partition=3, baseOffset=7, lastOffset=9), self.now)
        self.assertEqual(self.told(), [(0, 7), (1, 8), (2, 9)])

    def test_what_is_no_answer_to_the_batch(self):
        for reply in (answer(200), answer(204), answer(202), placed((3, 1, False)), placed(records=7),
                      placed((3, 1, False), (4, 2, False)), placed((3, 1, False), (3, None, False)),
                      placed((3, 1, False), (None, 1, True)), placed((3, 1, False), (3, 2, False), topic="others"),
                      answer(201, topic="orders", partition=3, baseOffset=7, lastOffset=7),
                      answer(201, topic="orders", partition=2, baseOffset=7, lastOffset=8),
                      answer(201, topic="orders", partition=3, baseOffset=None, lastOffset=None)):
            with self.subTest(reply=reply.body):
                self.setUp()
                [batch] = self.send(2)
                self.partition.answered(batch, reply, self.now)
                self.assertEqual(self.told(), [])
                self.now += 1
                self.assertEqual(self.partition.poll(self.now, True), [batch])


class Refusals(UnnumberedCase):

    def test_reused_ids_fail_alone(self):
        for reused in ([0], [7], [3], [3, 4], [0, 7], [1, 3, 6], list(range(8))):
            with self.subTest(reused=reused):
                self.setUp()
                self.add(8)

                def gateway(lines):
                    bad = [at for at, line in enumerate(lines) if line in reused]
                    return answer(422, code="ID_REUSED", firstMismatch=bad[0]) if bad else None

                requests = self.run_against(gateway)
                good = [n for n in range(8) if n not in reused]
                self.assertEqual(self.log, good)
                self.assertEqual(self.told(), [(n, good.index(n) if n in good else IdReusedError) for n in range(8)])
                self.assertLessEqual(requests, 2 * len(reused) + 1)

    def test_a_mismatch_that_is_not_named_is_found(self):
        for first in (None, -1, 8, "3"):
            with self.subTest(first=first):
                self.setUp()
                self.add(8)
                reply = answer(422, code="ID_REUSED", firstMismatch=first)
                self.run_against(lambda lines: reply if 3 in lines else None)
                self.assertEqual(self.log, [0, 1, 2, 4, 5, 6, 7])
                self.assertIn((3, IdReusedError), self.told())

    def test_a_bad_record_fails_alone(self):
        for status, kind in ((400, InvalidRecordError), (413, TooLargeError), (422, InvalidRecordError)):
            with self.subTest(status=status):
                self.setUp()
                self.add(8)
                self.run_against(lambda lines: answer(status, code="NO") if 5 in lines else None)
                self.assertEqual(self.log, [0, 1, 2, 3, 4, 6, 7])
                self.assertEqual(self.told()[5], (5, kind))

    def test_another_refusal_fails_the_batch(self):
        [first] = self.send(12)
        self.partition.answered(first, answer(403, code="FORBIDDEN"), self.now)
        self.run_against(lambda lines: None)
        count = len(first.records)
        self.assertEqual((self.log, count < 12), (list(range(count, 12)), True))

    def test_a_missing_topic_fails_all_that_waits(self):
        [batch] = self.send(12)
        self.partition.answered(batch, answer(404, code="UNKNOWN_TOPIC"), self.now)
        self.assertEqual(self.told(), [(n, NotFoundError) for n in range(12)])

    def test_a_certificate_that_is_not_trusted_is_told_at_once(self):
        [batch] = self.send(2)
        self.partition.answered(batch, Answer(0, error="not trusted", distrusted=True, unsent=True), self.now)
        self.assertEqual(self.told(), [(0, RefusedError), (1, RefusedError)])


class TimeOuts(UnnumberedCase):

    def expired(self, seconds=11):
        self.now += seconds
        self.assertFalse(self.partition.expire(self.now))
        kinds = [kind for _, kind in self.told()]
        self.assertEqual(self.partition.line.unresolved(), [])
        return kinds

    def test_what_may_be_stored_is_unknown(self):
        self.send(1)
        self.assertEqual(self.expired(21), [UnknownOutcomeError], "it is still under way")
        for replies in ([NO_ANSWER], [answer(503)], [NO_ANSWER, answer(429)]):
            with self.subTest(replies=replies):
                self.setUp()
                [batch] = self.send(1)
                for reply in replies:
                    self.partition.answered(batch, reply, self.now)
                self.assertEqual(self.expired(), [UnknownOutcomeError])

    def test_a_request_that_is_under_way_may_be_answered(self):
        for reply, kinds in ((placed((3, 0, False)), [0]), (NO_ANSWER, [UnknownOutcomeError]),
                             (Answer(0, error="refused", unsent=True), [DeliveryTimeoutError])):
            with self.subTest(reply=reply):
                self.setUp()
                [batch] = self.send(1)
                self.now += 11
                self.partition.expire(self.now)
                self.assertEqual((self.told(), self.partition.wake_at(True, True)), ([], batch.deadline + 10))
                self.partition.answered(batch, reply, self.now)
                self.assertEqual(self.expired(0), kinds)

    def test_what_never_left_is_not_stored(self):
        for reply in (Answer(0, error="refused", unsent=True), answer(429, code="OVERLOADED")):
            with self.subTest(reply=reply):
                self.setUp()
                [batch] = self.send(12)
                self.partition.answered(batch, reply, self.now)
                self.assertEqual(self.expired(), [DeliveryTimeoutError] * 12)

    def test_the_next_ones_go_on(self):
        [batch] = self.send(1)
        self.expired(21)
        [later] = self.send(1)
        self.partition.answered(batch, placed((3, 0, False)), self.now)
        self.assertEqual(self.told(), [], "the answer comes too late")
        self.store(later)
        self.assertEqual(self.told(), [(1, 0)])


class TheEnd(UnnumberedCase):

    def test_shut_fails_what_was_not_sent(self):
        [batch] = self.send(12)
        self.partition.shut(ClosedError("closed"))
        self.store(batch)
        count = len(batch.records)
        self.assertEqual(self.told(), [(n, n if n < count else ClosedError) for n in range(12)])

    def test_abandoned(self):
        [batch] = self.send(12)
        self.partition.abandon(ClosedError("closed"))
        count = len(batch.records)
        self.assertEqual(self.told(), [(n, UnknownOutcomeError if n < count else ClosedError) for n in range(12)])


if __name__ == "__main__":
    unittest.main()
