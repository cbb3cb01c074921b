"""The state of a partition, without a network: what is sent, what each answer means, in which order outcomes leave."""

import asyncio
import json
import unittest
from concurrent.futures import Future
from unittest.mock import Mock

from exactly_once_client.answers import NO_ANSWER, Answer
from exactly_once_client.batch import Batch, Pending, Stored
from exactly_once_client.errors import (ClosedError, DeliveryTimeoutError, FencedError, LostError, RefusedError,
                                        TooLargeError, UnknownOutcomeError)
from exactly_once_client.partition import Partition
from exactly_once_client.queue import Limits
from exactly_once_client.settings import Settings
from exactly_once_client.topics import TopicPartition

PLACE = TopicPartition("records", 0)


def answer(status, headers=None, **document):
    return Answer(status, headers or {}, json.dumps(document).encode())


def receipt(base_offset, count, duplicate=False, **changed):
    """What the gateway answers to a batch that is stored there; ``changed`` says otherwise."""
    def of(batch):
        document = dict(topic="records", partition=0, baseSequence=batch.base, lastSequence=batch.end - 1,
                        baseOffset=base_offset, lastOffset=base_offset + count - 1, duplicate=duplicate,
                        appendedAt="2026-11-23T10:00:00.456Z")
        return answer(200 if duplicate else 201, **{**document, **changed})
    return of


def reused(first):
    return answer(422, code="SEQUENCE_REUSED", firstMismatch=first)


def gap(expected):
    return answer(409, code="OUT_OF_ORDER_SEQUENCE_NUMBER", expectedSequence=expected)


def kind_of(error):
    """Its type; a RefusedError that says why (see test_errors) is one here."""
    refused = isinstance(error, RefusedError) and not isinstance(error, TooLargeError)
    return RefusedError if refused else type(error)


class PartitionCase(unittest.TestCase):
    """A started partition whose batches have two records each, and a clock."""

    def setUp(self):
        self.settings = Settings(batch_bytes=8, max_in_flight=3, linger=0.01, delivery_timeout=10, retry_backoff=0.1)
        self.limits = Limits(self.settings)
        self.partition = Partition(PLACE, self.settings, self.limits)
        self.now = 100.0
        self.count = 0

    def add(self, count):
        for _ in range(count):
            line = b"r%02d" % self.count
            self.partition.add(Pending(line, None, self.now, self.now + self.settings.delivery_timeout))
            self.count += 1

    def sent(self):
        return self.partition.poll(self.now, True)

    def send(self, count):
        self.add(count)
        return self.sent()

    def answered(self, batch, reply):
        self.partition.answered(batch, reply(batch) if callable(reply) else reply, self.now)

    def told(self):
        return [(bytes(record.line), outcome if isinstance(outcome, Stored) else kind_of(outcome))
                for batch, outcome in self.partition.line.release() for record in batch.records]

    def told_kinds(self):
        return [(line.decode(), "stored" if isinstance(outcome, Stored) else outcome) for line, outcome in self.told()]


class Sending(PartitionCase):

    def test_nothing_is_sent_before_the_registration(self):
        self.assertEqual(self.send(2), [])
        self.partition.start(42)
        self.assertEqual([(b.base, b.body) for b in self.sent()], [(42, b"r00\nr01\n")])

    def test_batches_are_frozen_in_order_and_no_more_than_may_be_in_flight(self):
        self.partition.start(0)
        batches = self.send(9)
        self.assertEqual([(b.base, b.body, b.attempt) for b in batches],
                         [(0, b"r00\nr01\n", 1), (2, b"r02\nr03\n", 1), (4, b"r04\nr05\n", 1)])
        self.assertEqual(self.sent(), [])
        self.answered(batches[1], receipt(2, 2))
        self.assertEqual([b.base for b in self.sent()], [6])

    def test_batches_that_wait_for_their_next_attempt_count(self):
        self.partition.start(0)
        for batch in self.send(8):
            self.answered(batch, NO_ANSWER)
        self.assertEqual(self.sent(), [])

    def test_a_record_waits_for_others_as_long_as_the_linger_time(self):
        self.partition.start(0)
        self.add(1)
        self.assertEqual(self.partition.poll(self.now, False), [])
        self.assertAlmostEqual(self.partition.wake_at(False, True), self.now + 0.01)
        self.now += 0.01
        self.assertEqual([len(b.records) for b in self.partition.poll(self.now, False)], [1])

    def test_nothing_is_to_do_while_all_that_may_be_is_in_flight(self):
        self.partition.start(0)
        self.send(9)
        self.assertEqual(self.partition.wake_at(True, True), self.now + 10, "the delivery time-out")
        self.assertEqual(self.partition.line.settled, 0)

    def test_nothing_is_sent_while_the_producer_is_not_ready(self):
        self.partition.start(0)
        self.add(1)
        self.assertEqual(self.partition.wake_at(True, False), self.now + 10)

    def test_a_batch_ends_at_its_bytes_and_its_records(self):
        """Each row: the limits, and how many records of 3 bytes and a line end are in a batch."""
        for size, records, count in ((8, 100, 2), (12, 100, 3), (100, 3, 3)):
            with self.subTest(size=size, records=records):
                self.limits.bytes, self.limits.records = size, records
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(0)
                self.add(count)
                [batch] = self.partition.poll(self.now, False)
                self.assertEqual(len(batch.records), count)
                self.add(count + 1)
                self.assertEqual([len(b.records) for b in self.sent()], [count, 1])
        self.limits.bytes = 10
        self.add(3)
        self.answered(batch, receipt(0, 3))
        self.assertEqual([len(b.records) for b in self.sent()], [2])

    def test_a_full_batch_does_not_wait(self):
        self.partition.start(0)
        self.add(2)
        self.assertEqual([len(b.records) for b in self.partition.poll(self.now, False)], [2])

    def test_add_says_when_the_sender_has_to_look(self):
        record = lambda: Pending(b"r00", None)
        self.assertEqual([self.partition.add(record()) for _ in range(4)], [True, True, False, False])

    def test_a_record_larger_than_a_batch_goes_alone(self):
        self.partition.start(0)
        self.partition.add(Pending(b"x" * 100, None))
        self.add(1)
        self.assertEqual([len(b.records) for b in self.sent()], [1, 1])


class Outcomes(PartitionCase):

    def setUp(self):
        super().setUp()
        self.partition.start(0)

    def test_outcomes_leave_in_the_order_sent(self):
        first, second = self.send(4)
        self.answered(second, receipt(2, 2))
        self.assertEqual(self.told(), [])
        self.answered(first, receipt(0, 2))
        self.assertEqual([(line, o.base_offset) for line, o in self.told()],
                         [(b"r00", 0), (b"r01", 0), (b"r02", 2), (b"r03", 2)])
        self.assertEqual(self.told(), [])
        self.assertEqual(self.partition.line.settled, 4)

    def test_answers_that_ask_for_the_same_again(self):
        for reply in (NO_ANSWER, answer(408), answer(429), answer(500), answer(502), answer(503), answer(504),
                      answer(201), Answer(201, {}, b'{"baseOffset": 1, "lastOff'), answer(204), answer(202),
                      receipt(5, 2, partition=1), receipt(5, 2, topic="other"), receipt(5, 2, baseSequence=6),
                      receipt(5, 2, lastSequence=9), receipt(5, 2, baseOffset=None)):
            with self.subTest(reply=reply):
                partition = self.partition = Partition(PLACE, self.settings, self.limits)
                partition.start(7)
                [batch] = self.send(2)
                body = batch.body
                self.answered(batch, reply)
                self.assertEqual(self.sent(), [])
                self.assertAlmostEqual(partition.wake_at(True, True), self.now + 0.1)
                self.now += 0.1
                self.assertEqual(self.sent(), [batch])
                self.assertEqual((batch.base, batch.body, batch.attempt), (7, body, 2))
                self.assertEqual(batch.doubt, reply != answer(429))
                self.answered(batch, receipt(5, 2, duplicate=True))
                self.assertEqual([o.duplicate for _, o in self.told()], [True, True])

    def test_a_duplicate_that_retention_has_deleted_is_stored(self):
        partition = self.partition = Partition(PLACE, self.settings, self.limits)
        partition.start(0)
        [batch] = self.send(2)
        self.answered(batch, receipt(0, 2, duplicate=True, baseOffset=None, lastOffset=None, appendedAt=None))
        self.assertEqual([(o.base_offset, o.duplicate, o.appended_at) for _, o in self.told()], [(None, True, None)] * 2)
        future = Future()
        Batch(7, [Pending(b"r", future)]).tell(PLACE, Stored(None, True, None))
        self.assertEqual(future.result(0), ("records", 0, -1, 7, True, None))

    def test_a_callback_that_ends_its_thread_keeps_no_outcome_from_the_others(self):
        for error in (SystemExit(1), asyncio.CancelledError()):
            with self.subTest(error=error), self.assertLogs("exactly_once_client", "ERROR"):
                futures = [Future(), Future()]
                futures[0].add_done_callback(Mock(side_effect=error))
                Batch(0, [Pending(b"r", future) for future in futures]).tell(PLACE, Stored(7, False, None))
                self.assertEqual([future.result(0).offset for future in futures], [7, 8])

    def test_pauses_double_up_to_the_longest(self):
        [batch] = self.send(2)
        pauses = []
        for _ in range(6):
            self.answered(batch, NO_ANSWER)
            pauses.append(round(batch.not_before - self.now, 3))
            self.now = batch.not_before
            self.assertEqual(self.sent(), [batch])
        self.assertEqual(pauses, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0])

    def test_retry_after_holds_the_whole_partition(self):
        first, second = self.send(4)
        self.answered(first, answer(429, {"retry-after": "3"}))
        self.answered(second, gap(0))
        self.add(2)
        self.now += 2.9
        self.assertEqual(self.sent(), [])
        self.assertAlmostEqual(self.partition.wake_at(True, True), self.now + 0.1)
        self.now += 0.1
        self.assertEqual([b.base for b in self.sent()], [0, 2, 4])


class Resync(PartitionCase):

    def setUp(self):
        super().setUp()
        self.partition.start(10)

    def test_a_predecessor_is_under_way(self):
        first, second = self.send(4)
        self.answered(second, gap(10))
        self.assertEqual(self.sent(), [])
        self.answered(first, receipt(0, 2))
        self.assertEqual(self.sent(), [second], "goes again as soon as its predecessor is stored")
        self.assertFalse(self.partition.stopped)

    def test_the_predecessors_answer_came_first(self):
        first, second = self.send(4)
        self.answered(first, receipt(0, 2))
        self.answered(second, gap(10))
        self.assertFalse(self.partition.stopped, "it was sent before its predecessor was stored")

    def test_it_was_stored(self):
        [batch] = self.send(2)
        self.answered(batch, gap(12))
        self.now += 1
        self.assertEqual(self.sent(), [batch])
        self.answered(batch, receipt(3, 2, duplicate=True))
        self.assertEqual([o.base_offset for _, o in self.told()], [3, 3])

    def test_somebody_else_writes_under_this_id(self):
        for reply in (gap(11), reused(10)):
            with self.subTest(status=reply.status):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(10)
                [batch] = self.send(2)
                self.add(1)
                self.answered(batch, reply)
                self.assertTrue(self.partition.stopped)
                self.partition.resolve(11, self.now)
                self.assertEqual([kind for _, kind in self.told_kinds()], [LostError] * 3)
                self.assertIsInstance(self.partition.broken, LostError)

    def test_somebody_else_has_written_all_of_a_batch(self):
        """The fence finds the sequences taken, by records of another."""
        for count in (1, 2):
            with self.subTest(count=count):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(10)
                [batch] = self.send(count)
                self.answered(batch, reused(10))
                self.partition.resolve(12, self.now)
                self.assertEqual([kind for _, kind in self.told_kinds()], [LostError] * count)
                self.assertEqual(self.sent(), [])
                self.assertFalse(self.partition.stopped)

    def test_somebody_else_has_written_more_before_the_fence(self):
        """Each row: an answer that stops the partition, while the fence then finds all of the batch's sequences taken."""
        for reply in (gap(11), gap(4), reused(10)):
            with self.subTest(status=reply.status):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(10)
                [batch] = self.send(2)
                self.answered(batch, reply)
                self.partition.resolve(12, self.now)
                self.assertEqual([kind for _, kind in self.told_kinds()], [LostError] * 2)

    def test_somebody_else_has_written_behind_a_part_of_a_batch(self):
        """That part is stored, and is not told as lost."""
        [batch] = self.send(2)
        self.answered(batch, reused(11))
        first, second = self.sent()
        self.answered(first, receipt(3, 1, duplicate=True))
        self.answered(second, reused(11))
        self.partition.resolve(12, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], ["stored", LostError])

    def test_what_a_fence_finds_may_be_anothers(self):
        """It is over its time, the fence finds its sequences taken, and the same again is refused as another's."""
        [batch] = self.send(2)
        self.now += 10
        self.partition.expire(self.now)
        self.partition.resolve(12, self.now)
        self.assertEqual(self.sent(), [], "its last request is still under way")
        self.answered(batch, NO_ANSWER)
        self.now += 0.1
        self.assertEqual(self.sent(), [batch])
        self.answered(batch, reused(10))
        self.partition.resolve(12, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [LostError] * 2)

    def test_the_log_was_put_back(self):
        [batch] = self.send(2)
        self.answered(batch, gap(4))
        self.assertTrue(self.partition.stopped)
        self.partition.resolve(4, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [LostError] * 2)

    def test_a_409_that_asks_for_this_very_batch_is_no_reason_to_stop(self):
        [batch] = self.send(2)
        self.answered(batch, gap(10))
        self.now += 1
        self.assertEqual(self.sent(), [batch])

    def test_a_fence_finds_that_the_log_was_put_back(self):
        first, second = self.send(4)
        self.answered(first, receipt(0, 2))
        self.assertEqual([kind for _, kind in self.told_kinds()], ["stored"] * 2)
        self.now += 10
        self.partition.expire(self.now)
        self.partition.resolve(10, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [LostError] * 2)


class Refusals(PartitionCase):

    def setUp(self):
        super().setUp()
        self.partition.start(0)

    def test_a_batch_that_is_too_large_is_split_under_the_same_sequences(self):
        self.limits.bytes = 1000
        [batch] = self.send(4)
        self.answered(batch, answer(413, code="RECORD_BATCH_TOO_LARGE", maxRecords=3))
        self.assertEqual([(b.base, b.body, b.attempt) for b in self.sent()],
                         [(0, b"r00\nr01\n", 2), (2, b"r02\nr03\n", 2)])
        self.assertFalse(self.partition.stopped)
        self.assertEqual(self.limits.records, 3, "the next batches are smaller from the start")

    def test_a_record_that_is_too_large_leaves_its_sequence_to_the_next(self):
        [batch] = self.send(1)
        self.answered(batch, answer(413, code="RECORD_BATCH_TOO_LARGE"))
        self.assertEqual(self.told_kinds(), [("r00", TooLargeError)])
        self.assertTrue(self.partition.line.moved, "what the outbox has of it is void")
        self.assertEqual([b.base for b in self.send(1)], [0])

    def test_a_record_that_is_too_large_with_others_behind_it(self):
        self.limits.records = 1
        first, second, third = self.send(3)
        self.answered(second, answer(413, code="RECORD_BATCH_TOO_LARGE"))
        self.assertTrue(self.partition.stopped, "the third may still arrive under its old sequence")
        self.assertEqual(self.sent(), [])
        self.answered(first, receipt(0, 1))
        self.partition.resolve(1, self.now)
        self.assertEqual([(b.base, b.body) for b in self.sent()], [(1, b"r02\n")])
        self.assertEqual(self.told_kinds(), [("r00", "stored"), ("r01", TooLargeError)])
        self.answered(third, receipt(7, 1))
        self.assertEqual(self.told(), [], "an answer to what was sent under the old sequence counts no more")
        self.assertTrue(self.partition.add(Pending(b"next", None)), "the queue is empty")

    def test_one_bad_record_fails_alone(self):
        first, second = self.send(4)
        self.answered(first, answer(400, code="INVALID_REQUEST", detail="line 2"))
        batches = self.sent()
        self.assertEqual([(b.base, b.body) for b in batches], [(0, b"r00\n"), (1, b"r01\n")], "halves, without a fence")
        self.answered(batches[0], receipt(0, 1))
        self.answered(batches[1], answer(400, code="INVALID_REQUEST", detail="value: is wrong"))
        self.partition.resolve(1, self.now)
        [last] = self.sent()
        self.assertEqual((last.base, last.body), (1, b"r02\nr03\n"))
        self.answered(last, receipt(1, 2))
        self.assertEqual(self.told_kinds(),
                         [("r00", "stored"), ("r01", RefusedError), ("r02", "stored"), ("r03", "stored")])

    def test_what_a_refusal_stops_keeps_its_turn(self):
        """What waits before the refused one for its next attempt has its outcome first, and what is behind closes up."""
        self.limits.records = 1
        for reply in (answer(413, code="RECORD_BATCH_TOO_LARGE"), answer(400, code="INVALID_REQUEST")):
            with self.subTest(status=reply.status):
                self.partition, self.count = Partition(PLACE, self.settings, self.limits), 0
                self.partition.start(0)
                first, second, third = self.send(3)
                self.add(1)
                self.answered(first, answer(503))
                self.answered(second, reply)
                self.partition.resolve(0, self.now)
                self.assertEqual((self.told(), self.partition.line.moved), ([], (0, [b"r00", b"r02"])))
                again = self.sent()
                self.assertEqual([(b.base, b.body) for b in again], [(0, b"r00\n"), (1, b"r02\n"), (2, b"r03\n")])
                for batch in again:
                    self.answered(batch, receipt(batch.base, 1))
                self.assertEqual([line for line, _ in self.told_kinds()], ["r00", "r01", "r02", "r03"])

    def test_a_log_that_never_issued_the_epoch(self):
        """That is a 400, too: it was put back, which the fence finds."""
        [batch] = self.send(1)
        self.answered(batch, receipt(0, 1))
        [batch] = self.send(1)
        self.answered(batch, answer(400, code="INVALID_REQUEST", detail="producerEpoch: was never issued"))
        self.assertTrue(self.partition.stopped)
        self.partition.resolve(0, self.now)
        self.assertIs(type(self.partition.broken), LostError)
        self.assertEqual(self.told_kinds(), [("r00", "stored"), ("r01", RefusedError)])

    def test_a_refusal_after_a_lost_answer_is_no_outcome_before_the_fence(self):
        for next_sequence in (0, 2):
            with self.subTest(next_sequence=next_sequence):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(0)
                [batch] = self.send(2)
                self.answered(batch, NO_ANSWER)
                self.now += 1
                self.sent()
                self.answered(batch, answer(415, code="UNSUPPORTED_MEDIA_TYPE"))
                self.assertEqual(self.told(), [])
                self.partition.resolve(next_sequence, self.now)
                if next_sequence == 0:
                    self.assertEqual([kind for _, kind in self.told_kinds()], [RefusedError] * 2)
                else:
                    self.assertEqual(self.sent(), [batch], "it is stored: the same again brings the offset")

    def test_a_refusal_of_a_proxy_is_no_outcome_before_the_fence(self):
        """It may have passed the request on."""
        for reply in (answer(302), answer(400), Answer(403, {}, b"<html>"), answer(404)):
            for next_sequence in (0, 1):
                with self.subTest(status=reply.status, next_sequence=next_sequence):
                    self.partition = Partition(PLACE, self.settings, self.limits)
                    self.partition.start(0)
                    [batch] = self.send(1)
                    self.answered(batch, reply)
                    self.assertEqual((self.told(), self.sent()), ([], []))
                    self.assertTrue(self.partition.stopped)
                    self.partition.resolve(next_sequence, self.now)
                    self.assertEqual(self.sent(), [batch] if next_sequence else [], "the same again brings the offset")
                    self.assertEqual(len(self.told()), 1 - next_sequence)

    def test_what_a_proxy_answers_before_it_passes_a_request_on_is_told_at_once(self):
        for status in (401, 407, 413, 431):
            with self.subTest(status=status):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(0)
                [batch] = self.send(1)
                self.answered(batch, Answer(status, {}, b"<html>"))
                self.assertFalse(self.partition.stopped)
                self.assertEqual(len(self.told()), 1)

    def test_there_is_no_such_partition(self):
        """All that waits fails after one fence."""
        for code in ("UNKNOWN_PARTITION", "UNKNOWN_TOPIC"):
            with self.subTest(code=code):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(0)
                first, second, third = self.send(6)
                self.add(2)
                self.answered(second, answer(404, code=code, detail="no"))
                self.assertEqual((self.sent(), self.told(), self.partition.stopped), ([], [], True))
                self.answered(first, answer(404, code=code, detail="no"))
                self.answered(third, NO_ANSWER)
                self.partition.resolve(0, self.now)
                self.assertEqual([kind for _, kind in self.told_kinds()], [RefusedError] * 8)
                self.assertFalse(self.partition.stopped)
                [batch] = self.send(1)
                self.assertEqual(batch.base, 0)


class TimeOuts(PartitionCase):

    def setUp(self):
        super().setUp()
        self.partition.start(0)

    def test_a_time_out_is_resolved_by_a_fence(self):
        """Each row: what the fence says, and what becomes of three batches, none of which was answered."""
        late = DeliveryTimeoutError
        for next_sequence, confirmed, told in ((0, [], [late] * 6), (2, [0], [late] * 4), (4, [0, 2], [late] * 2),
                                               (6, [0, 2, 4], [])):
            with self.subTest(next_sequence=next_sequence):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(0)
                batches = self.send(6)
                for batch in batches:
                    self.answered(batch, NO_ANSWER)
                self.now += 10
                self.assertFalse(self.partition.expire(self.now))
                self.assertTrue(self.partition.stopped)
                self.assertEqual((self.sent(), self.told()), ([], []))
                self.assertFalse(self.partition.line.moved)
                self.partition.resolve(next_sequence, self.now)
                self.assertTrue(self.partition.line.moved, "what the outbox has from there on is void")
                again = self.sent()
                self.assertEqual([b.base for b in again], confirmed)
                self.add(1)
                fresh = self.sent()
                for at, batch in enumerate(again):
                    self.answered(batch, receipt(10 * at, 2, duplicate=True))
                self.assertEqual([b.base for b in fresh + self.sent()], [next_sequence])
                self.assertEqual([kind for _, kind in self.told_kinds()], ["stored"] * 2 * len(confirmed) + told)

    def test_what_is_stored_has_as_long_again_to_tell_its_offset(self):
        [batch] = self.send(2)
        self.answered(batch, NO_ANSWER)
        self.now += 10
        self.partition.expire(self.now)
        self.partition.resolve(2, self.now)
        self.assertEqual(self.sent(), [batch])
        self.now += 9.9
        self.assertFalse(self.partition.expire(self.now))
        self.assertEqual(self.told(), [])
        self.now += 0.1
        self.assertFalse(self.partition.expire(self.now), "the producer knows where it goes on")
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 2)
        self.assertFalse(self.partition.stopped)

    def test_a_topic_that_is_gone_has_lost_what_was_acknowledged(self):
        """And one that is made again, in which a fence finds nothing."""
        for code in ("UNKNOWN_TOPIC", "UNKNOWN_PARTITION"):
            with self.subTest(code=code):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(0)
                [batch] = self.send(2)
                self.answered(batch, receipt(0, 2))
                [batch] = self.send(2)
                self.add(1)
                self.answered(batch, answer(404, code=code))
                self.assertEqual(self.sent(), [])
                self.partition.resolve(0, self.now)
                self.assertEqual([kind for _, kind in self.told_kinds()], ["stored"] * 2 + [LostError] * 3)
                self.assertIsInstance(self.partition.broken, LostError)

    def test_what_is_stored_is_not_confirmed_for_ever(self):
        """Fence after fence finds it, and the same again is never answered by its receipt."""
        [batch] = self.send(2)
        for _ in range(3):
            self.answered(batch, answer(404, code="UNKNOWN_PARTITION"))
            self.partition.resolve(2, self.now)
            self.now += 1
            self.sent()
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 2)

    def test_what_is_stored_is_never_told_as_not_stored(self):
        """Another refusal had stopped the partition; the fence finds a batch of which no request was answered."""
        for end in ("kill", "abandon"):
            with self.subTest(end=end):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.start(0)
                self.send(4)
                self.partition.stop(None)
                self.partition.resolve(2, self.now)
                head = self.partition.line.unresolved()[0]
                head.in_flight = False
                getattr(self.partition, end)(FencedError("newer"))
                self.assertEqual([kind for _, kind in self.told_kinds()][:2], [UnknownOutcomeError] * 2)

    def test_a_refusal_does_not_hide_a_time_out(self):
        """The fence for a refusal gets no answer, and the batch behind it is over its time meanwhile."""
        self.limits.records = 1
        first, second = self.send(2)
        self.answered(first, answer(413, code="RECORD_BATCH_TOO_LARGE"))
        self.answered(second, NO_ANSWER)
        self.now += 10
        self.partition.expire(self.now)
        self.partition.resolve(0, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [TooLargeError, DeliveryTimeoutError])
        self.assertEqual(self.sent(), [])

    def test_a_batch_in_time_is_not_stopped_by_one_that_is_not(self):
        self.send(2)
        self.now += 5
        self.send(2)
        self.now += 5
        self.partition.expire(self.now)
        self.assertAlmostEqual(self.partition.wake_at(True, True), self.now + 10)
        self.now += 10
        self.partition.expire(self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 2)

    def test_what_waits_behind_one_that_is_confirmed_is_over_its_time_all_the_same(self):
        """The first has as long again to learn its offset; nothing is left to do at once, which would be done for ever."""
        first, second = self.send(2) + self.send(2)
        self.partition.stop(None)
        self.partition.resolve(2, self.now + 5)
        self.now += 10
        self.partition.expire(self.now)
        self.assertTrue(self.partition.stopped)
        self.assertAlmostEqual(self.partition.wake_at(True, True), self.now + 5, msg="the first one's time")
        self.now += 5
        self.partition.expire(self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 2)
        self.assertAlmostEqual(self.partition.wake_at(True, True), self.now + 5)

    def test_a_time_that_is_over_while_a_fence_is_under_way(self):
        self.send(2)
        self.partition.stop(None)
        self.assertAlmostEqual(self.partition.wake_at(True, True), self.now + 10, msg="then it fails, if it is not stored")
        self.now += 10
        self.partition.expire(self.now)
        self.partition.resolve(0, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [DeliveryTimeoutError] * 2)

    def test_what_was_never_sent_fails_without_a_fence(self):
        self.partition = Partition(PLACE, self.settings, self.limits)
        self.add(2)
        self.now += 10
        self.partition.expire(self.now)
        self.assertFalse(self.partition.stopped)
        self.assertEqual([kind for _, kind in self.told_kinds()], [DeliveryTimeoutError] * 2)

    def test_what_was_never_sent_is_told_after_what_was(self):
        self.partition._settings = Settings(max_in_flight=1, batch_bytes=8, delivery_timeout=10)
        [batch] = self.send(3)
        self.answered(batch, NO_ANSWER)
        self.now += 10
        self.partition.expire(self.now)
        self.assertEqual(self.told(), [])
        self.partition.resolve(0, self.now)
        self.assertEqual([line for line, _ in self.told_kinds()], ["r00", "r01", "r02"])

    def test_no_gateway_answers_for_as_long_again(self):
        [batch] = self.send(2)
        self.now += 10
        self.assertFalse(self.partition.expire(self.now))
        self.now += 9.9
        self.assertFalse(self.partition.expire(self.now))
        self.now += 0.1
        self.assertTrue(self.partition.expire(self.now))
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 2)
        self.partition.resolve(2, self.now)
        self.assertEqual([b.base for b in self.send(1)], [2], "goes on where the fence says")

    def test_a_stopped_partition_wakes_for_the_last_time_out_alone(self):
        self.send(2)
        self.now += 10
        self.partition.expire(self.now)
        self.assertEqual(self.partition.wake_at(True, True), self.now + 10)

    def test_an_old_epochs_403_sends_the_same_again(self):
        [batch] = self.send(2)
        body = batch.body
        self.partition.resolve(0, self.now)
        self.assertEqual(self.sent(), [], "is still under way")
        self.partition.again(batch, self.now)
        self.assertEqual(self.sent(), [batch])
        self.assertEqual((batch.base, batch.body), (0, body))


class NotServed(PartitionCase):

    def setUp(self):
        super().setUp()
        self.partition.start(0)

    def test_a_fence_that_is_not_served(self):
        """What was refused for good is not stored, what may be is unknown; all else is not stored, as it never was sent."""
        self.limits.records = 1
        first, second, third = self.send(4)[:3]
        self.answered(first, answer(401, code="UNAUTHENTICATED"))
        self.answered(second, NO_ANSWER)
        self.assertTrue(self.partition.stopped)
        self.assertTrue(self.partition.not_fenced(RefusedError("no")))
        self.assertEqual([kind for _, kind in self.told_kinds()],
                         [RefusedError, UnknownOutcomeError, UnknownOutcomeError, RefusedError])
        self.assertEqual(self.send(1), [], "not before a fence")
        self.answered(third, receipt(2, 1))
        self.partition.resolve(0, self.now)
        self.assertEqual([batch.base for batch in self.sent()], [0])

    def test_nothing_is_unknown_if_nothing_may_be_stored(self):
        self.limits.records = 1
        first, second = self.send(2)
        self.answered(first, answer(401, code="UNAUTHENTICATED"))
        self.answered(second, answer(401, code="UNAUTHENTICATED"))
        self.assertFalse(self.partition.not_fenced(RefusedError("no")))
        self.assertEqual([kind for _, kind in self.told_kinds()], [RefusedError] * 2)

    def test_what_comes_later_expires(self):
        self.limits.records = 1
        first, second = self.send(2)
        self.answered(first, answer(401, code="UNAUTHENTICATED"))
        self.answered(second, answer(401, code="UNAUTHENTICATED"))
        self.partition.not_fenced(RefusedError("no"))
        self.assertEqual(len(self.told()), 2)
        self.add(1)
        self.assertEqual(self.partition.wake_at(True, False), self.now + 10)
        self.now += 10
        self.partition.expire(self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [DeliveryTimeoutError])


class TheEnd(PartitionCase):

    def setUp(self):
        super().setUp()
        self.partition.start(0)

    def test_fenced_by_another(self):
        first, second, third = self.send(6)
        self.add(1)
        self.answered(first, NO_ANSWER)
        self.partition.kill(FencedError("newer"))
        self.answered(second, answer(403, code="PRODUCER_FENCED", currentEpoch=9))
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 2 + [FencedError] * 2)
        self.answered(third, receipt(0, 2))
        self.assertEqual([kind for _, kind in self.told_kinds()], ["stored"] * 2 + [FencedError])
        self.now += 100
        self.assertEqual(self.sent(), [])
        self.assertEqual(self.partition.wake_at(True, True), float("inf"))

    def test_closed_in_time(self):
        self.send(6)
        self.add(1)
        self.partition.shut(ClosedError("closed"))
        self.assertTrue(self.partition.stopped)
        self.partition.resolve(0, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], [ClosedError] * 7)

    def test_closed_without_time(self):
        first, second, third = self.send(6)
        self.add(1)
        self.answered(second, gap(0))
        self.partition.abandon(ClosedError("closed"))
        self.assertEqual([kind for _, kind in self.told_kinds()],
                         [UnknownOutcomeError] * 2 + [ClosedError] * 2 + [UnknownOutcomeError] * 2 + [ClosedError])

    def test_an_answer_after_the_outcome(self):
        first, _, third = self.send(6)
        self.partition.abandon(ClosedError("closed"))
        self.answered(third, receipt(4, 2))
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 6)
        self.assertEqual(self.partition.line.settled, 6)


class Restored(PartitionCase):
    """Batches that an earlier process had frozen."""

    def test_what_is_known_to_be_stored_is_dropped_and_the_rest_is_sent_byte_for_byte(self):
        """Each row: what the registration says, all of which was noted, and what is sent."""
        for next_sequence, sent in ((10, [(10, b"a\nb\n"), (12, b"c\nd\n")]), (12, [(12, b"c\nd\n")]), (14, []),
                                    (11, [(11, b"b\n"), (12, b"c\nd\n")])):
            with self.subTest(next_sequence=next_sequence):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.line.stored_before = next_sequence
                self.partition.restore(10, [b"a", b"b"])
                self.partition.restore(12, [b"c", b"d"])
                self.partition.start(next_sequence)
                batches = self.sent()
                self.assertEqual([(b.base, b.body) for b in batches], sent)
                if batches:
                    self.assertEqual(self.send(1), [], "nothing new before that")
                    self.assertEqual(self.partition.wake_at(True, True), self.now + 10)
                for batch in batches:
                    self.answered(batch, receipt(0, len(batch.records)))
                [batch] = self.sent() or self.send(1)
                self.assertEqual(batch.base, 14)

    def test_what_the_log_seems_to_have_is_asked_for_first(self):
        """It was not noted as stored: the log has it, or what somebody else has written with the same name."""
        for next_sequence, sent in ((11, [(10, b"a\n")]), (12, [(10, b"a\nb\n")]), (13, [(10, b"a\nb\n"), (12, b"c\n")])):
            with self.subTest(next_sequence=next_sequence):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.restore(9, [b"0", b"a", b"b"])
                self.partition.restore(12, [b"c", b"d"])
                self.partition.line.stored_before = 10
                self.partition.start(next_sequence)
                for base, body in sent:
                    [batch] = self.sent()
                    self.assertEqual((batch.base, batch.body), (base, body))
                    self.assertEqual((self.sent(), self.partition.line.noted), ([], 10), "nothing is sent behind it")
                    self.answered(batch, receipt(0, len(batch.records), duplicate=True))
                self.assertEqual([b.base for b in self.sent()][:1], [next_sequence])
                self.assertEqual(len(self.told()), next_sequence - 10)
                self.assertEqual(self.partition.line.noted, next_sequence)

    def test_what_somebody_else_has_written_in_its_place(self):
        """It is lost, and so is what is behind it; what the log has of before is not."""
        self.partition.restore(10, [b"a", b"b"])
        self.partition.restore(12, [b"c", b"d"])
        self.partition.restore(14, [b"e"])
        self.add(1)
        self.partition.start(14)
        [first] = self.sent()
        self.answered(first, receipt(0, 2, duplicate=True))
        [second] = self.sent()
        self.answered(second, reused(12))
        self.partition.resolve(14, self.now)
        self.assertEqual([kind for _, kind in self.told_kinds()], ["stored"] * 2 + [LostError] * 4)
        self.assertIsInstance(self.partition.broken, LostError)
        self.assertEqual((self.partition.line.moved, self.partition.line.noted), ((14, []), 14), "it is not asked again")

    def test_what_is_behind_it_is_lost_though_somebody_else_has_written_the_same(self):
        """Such as heartbeats: for them the gateway has a receipt, but of the other one's."""
        for base in range(10, 14):
            self.partition.restore(base, [b"a"])
        self.partition.start(13)
        for reply in (receipt(0, 1, duplicate=True), reused(11)):
            [batch] = self.sent()
            self.answered(batch, reply)
        self.partition.resolve(13, self.now)
        self.assertEqual(self.sent(), [])
        self.assertEqual([kind for _, kind in self.told_kinds()], ["stored"] + [LostError] * 3)

    def test_what_cannot_be_asked_for_now_waits(self):
        """As all does that was restored, for as long as it takes; what the gateway never takes is told apart, and kept."""
        self.partition.restore(10, [b"a", b"b"])
        self.partition.start(12)
        [batch] = self.sent()
        self.answered(batch, answer(403, code="FORBIDDEN"))
        self.now += 1000
        self.partition.expire(self.now)
        self.assertEqual((self.told(), self.sent()), ([], [batch]))
        self.answered(batch, answer(400, code="INVALID_REQUEST"))
        for reply in (receipt(0, 1, duplicate=True), answer(400, code="INVALID_REQUEST")):
            [batch] = self.sent()
            self.answered(batch, reply)
        self.assertEqual(self.told_kinds(), [("a", "stored"), ("b", RefusedError)])
        self.assertFalse(self.partition.stopped)

    def test_another_log(self):
        """It knows the producer's name as another's: what it has below its next sequence is not what was restored."""
        for next_sequence in (0, 10, 20):
            with self.subTest(next_sequence=next_sequence):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.restore(10, [b"a", b"b"])
                self.partition.line.stored_before = 11
                self.add(1)
                self.partition.start(next_sequence, LostError("another one"))
                self.assert_lost(["a", "b"], next_sequence)

    def test_a_note_of_what_is_not_there_any_more_goes(self):
        self.partition.line.stored_before = 7
        self.partition.start(3)
        self.assertEqual((self.partition.line.moved, self.partition.broken), ((3, []), None))

    def test_what_stands_in_one_entry_goes_in_batches(self):
        """After a fence all of a partition does."""
        self.partition.line.stored_before = 4
        self.partition.restore(3, [b"r%02d" % at for at in range(5)])
        self.partition.start(4)
        self.assertEqual([(b.base, len(b.records)) for b in self.sent()], [(4, 1), (5, 2), (7, 1)])
        self.assertEqual(self.partition.accepted - self.partition.released, 4)

    def test_more_batches_than_may_be_in_flight(self):
        for base in range(0, 10, 2):
            self.partition.restore(base, [b"a", b"b"])
        self.partition.start(0)
        batches = self.sent()
        self.assertEqual([b.base for b in batches], [0, 2, 4])
        self.add(2)
        self.answered(batches[0], receipt(0, 2))
        self.assertEqual([b.base for b in self.sent()], [6])
        self.answered(batches[1], receipt(2, 2))
        self.answered(batches[2], receipt(4, 2))
        self.assertEqual([b.base for b in self.sent()], [8])

    def test_what_may_have_been_stored_is_unknown_when_the_producer_ends(self):
        self.partition.restore(0, [b"a", b"b"])
        self.partition.restore(2, [b"c"])
        self.partition.line.stored_before = 1
        self.partition.start(1)
        self.partition.kill(FencedError("newer"))
        self.assertEqual([kind for _, kind in self.told_kinds()], [UnknownOutcomeError] * 2)
        self.assertFalse(self.partition.line.moved, "it stays in the outbox")

    def test_what_is_on_disk_is_not_newly_frozen(self):
        for base in (0, 2):
            self.partition.restore(base, [b"a", b"b"])
        self.partition.start(0)
        self.assertEqual([batch.attempt == 1 for batch in self.sent()], [False, False])

    def test_a_gap_between_log_and_outbox(self):
        self.partition.restore(8, [b"a"])
        self.partition.restore(10, [b"b"])
        self.partition.line.stored_before = 9
        self.add(1)
        self.partition.start(9)
        self.assert_lost(["b"], 9)

    def test_a_log_that_lacks_what_was_stored(self):
        """Its topic was deleted, and made again, and somebody has written one record there."""
        for next_sequence in (0, 1):
            with self.subTest(next_sequence=next_sequence):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.restore(0, [b"a"])
                self.partition.restore(1, [b"b", b"c"])
                self.partition.line.stored_before = 2
                self.add(1)
                self.partition.start(next_sequence)
                self.assert_lost(["a", "b", "c"], next_sequence)

    def assert_lost(self, lines, next_sequence):
        self.assertEqual(self.sent(), [])
        told = list(self.partition.line.release())
        self.assertEqual([record.line.decode() for batch, _ in told for record in batch.records][:-1], lines)
        self.assertEqual({type(outcome) for _, outcome in told}, {LostError})
        for batch, _ in told:
            self.partition.told(batch)
        self.assertEqual(self.partition.released, self.partition.accepted, "nobody waits for ever")
        self.assertEqual((self.partition.line.moved, self.partition.line.next_sequence), ((next_sequence, []), next_sequence))
        self.assertIsInstance(self.partition.broken, LostError)

    def test_what_the_gateway_does_not_take_now_is_kept(self):
        """And nobody waits for it, or behind it. It goes first when it is taken."""
        for reply in (answer(404, code="UNKNOWN_TOPIC"), answer(401), answer(403, code="FORBIDDEN"), answer(404)):
            with self.subTest(reply=reply):
                self.partition = Partition(PLACE, self.settings, self.limits)
                for base in (0, 1):
                    self.partition.restore(base, [b"a"])
                self.partition.start(0)
                batches = self.sent()
                self.add(2)
                for batch in batches:
                    self.answered(batch, reply)
                self.assertEqual([kind for _, kind in self.told_kinds()], [RefusedError] * 2, "the new ones alone")
                self.assertEqual((self.partition.accepted, self.partition.released), (4, 2))
                self.assertFalse(self.partition.stopped or self.partition.line.moved or self.partition.quiet())
                self.partition.shut(ClosedError("closed"))
                self.assertFalse(self.partition.stopped)
                self.now += 1
                self.assertEqual(self.sent(), batches[:1], "one at a time while it is not taken")
                self.answered(batches[0], receipt(0, 1))
                self.assertEqual(self.sent(), batches[1:])
                self.answered(batches[1], receipt(1, 1))
                for batch, _ in self.partition.line.release():
                    self.partition.told(batch)
                self.assertEqual((self.partition.accepted, self.partition.released), (4, 2), "told before")
                self.assertEqual([batch.base for batch in self.send(1)], [2])

    def test_a_fence_leaves_it_its_sequences(self):
        for base in (0, 1):
            self.partition.restore(base, [b"a"])
        self.partition.start(0)
        batches = self.sent()
        self.partition.stop(ClosedError("closed"))
        for batch in batches:
            self.answered(batch, NO_ANSWER)
        self.partition.resolve(0, self.now)
        self.now += 1
        self.assertEqual((self.told(), [(b.base, b.body) for b in self.sent()]), ([], [(0, b"a\n"), (1, b"a\n")]))
        self.assertEqual(self.partition.line.next_sequence, 2)

    def test_more_than_may_be_in_flight_stays_frozen_behind_a_bad_record(self):
        """What was on the disk is there after the fence, all of it, whatever may be sent."""
        for base in range(0, 12, 4):
            self.partition.restore(base, [b"%d" % (base + at) for at in range(4)])
        self.partition.start(0)
        for _ in range(9):
            for batch in self.sent():
                self.answered(batch, receipt(0, 1) if batch.body == b"0\n" else answer(503) if b"1\n" not in batch.body
                              else answer(400, code="INVALID_REQUEST"))
            self.now += 1
        self.partition.resolve(1, self.now)
        self.assertEqual(self.partition.line.moved, (1, [b"%d" % at for at in range(2, 12)]))
        self.assertEqual(self.told_kinds(), [("0", "stored"), ("1", RefusedError)])
        self.partition.kill(FencedError("newer"))
        self.assertEqual(len(self.partition.line.moved[1]), 10, "nor does the end of the producer void it")

    def test_bad_records_leave_one_after_the_other(self):
        """A process that comes after a crash finds each under the sequence that it had for this one."""
        for base in range(3):
            self.partition.restore(base, [b"%d" % base])
        self.partition.start(0)
        for batch, reply in zip(self.sent(), (503, 400, 400)):
            self.answered(batch, answer(reply, code="INVALID_REQUEST"))
        self.partition.resolve(0, self.now)
        self.assertEqual(([], (0, [b"0", b"1", b"2"])), (self.told(), self.partition.line.moved))
        for batch, reply in zip(self.sent(), (receipt(0, 1), answer(400, code="INVALID_REQUEST"),
                                              answer(400, code="INVALID_REQUEST"))):
            self.answered(batch, reply)
        self.partition.resolve(1, self.now)
        self.assertEqual(self.partition.line.moved, (1, [b"2"]))
        self.assertEqual(self.told_kinds(), [("0", "stored"), ("1", RefusedError)])

    def test_a_fence_that_is_not_served_leaves_it(self):
        """It is not unknown, as it goes again after the next one; and nobody waits for it."""
        for base in (0, 1):
            self.partition.restore(base, [b"a"])
        self.partition.start(0)
        self.answered(self.sent()[0], answer(400, code="INVALID_REQUEST"))
        self.assertFalse(self.partition.not_fenced(RefusedError("no")))
        self.assertEqual((self.told(), self.partition.released), ([], self.partition.accepted))
        self.partition.resolve(0, self.now)
        self.assertEqual(self.told_kinds(), [("a", RefusedError)])
        self.assertEqual([b.base for b in self.sent()], [0])

    def test_what_fails_before_the_registration_does_not_wait_for_it(self):
        for fail, kind in ((lambda: self.partition.not_registered(RefusedError("no")), RefusedError),
                           (lambda: self.partition.expire(self.now), DeliveryTimeoutError)):
            with self.subTest(kind=kind):
                self.partition = Partition(PLACE, self.settings, self.limits)
                self.partition.restore(0, [b"a"])
                self.add(1)
                self.now += 10
                fail()
                self.assertEqual([kind for _, kind in self.told_kinds()], [kind])
                self.partition.start(0)
                self.assertEqual([b.body for b in self.sent()], [b"a\n"], "what was restored is still sent")

    def test_nobody_waits_for_what_is_restored_while_the_gateway_refuses(self):
        self.partition.restore(0, [b"a", b"b"])
        self.partition.restore(2, [b"c"])
        for _ in range(2):
            self.partition.not_registered(RefusedError("no"))
            self.assertEqual((self.partition.released, self.partition.accepted), (3, 3))
        self.add(1)
        goal = self.partition.accepted
        self.partition.start(0)
        for batch in self.sent():
            self.answered(batch, receipt(batch.base, len(batch.records)))
        for batch, _ in self.partition.line.release():
            self.partition.told(batch)
        self.assertLess(self.partition.released, goal, "who flushed waits for the new one")
        [batch] = self.sent()
        self.partition.told(batch)
        self.assertEqual(self.partition.released, goal)


if __name__ == "__main__":
    unittest.main()
