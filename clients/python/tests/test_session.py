"""Registration and fences, without a network."""

import json
import math
import unittest
from contextlib import suppress

from exactly_once_client.answers import NO_ANSWER, Answer
from exactly_once_client.errors import FencedError, LostError, RefusedError
from exactly_once_client.session import Session
from exactly_once_client.settings import Settings
from exactly_once_client.topics import TopicPartition


def answer(status, headers=None, **document):
    return Answer(status, headers or {}, json.dumps(document).encode())


def at(partition, topic="records"):
    return TopicPartition(topic, partition)


def producer(epoch, **next_sequences):
    return answer(200, producerId=7, producerEpoch=epoch,
                  partitions=[{"partition": int(p[1:]), "nextSequence": n} for p, n in next_sequences.items()])


def fenced(epoch):
    return answer(403, code="PRODUCER_FENCED", currentEpoch=epoch)


class SessionTest(unittest.TestCase):

    def setUp(self):
        self.session = Session("orders", Settings(retry_backoff=0.1))
        self.now = 0.0

    def asked(self):
        request = self.session.poll(self.now)
        return request and (request.path, json.loads(request.body))

    def answered(self, reply):
        return self.session.answered(reply, self.now)

    def registered(self, epoch):
        self.asked()
        self.answered(producer(epoch))

    def test_registers_under_its_name(self):
        self.assertEqual(self.asked(), ("/producers", {"name": "orders"}))
        self.assertIsNone(self.asked(), "one request at a time")
        self.assertEqual(self.session.wake_at(), math.inf)
        self.assertEqual(self.answered(producer(3, p0=42, p5=1)), {at(0): 42, at(5): 1})
        self.assertTrue(self.session.ready)
        self.assertIsNone(self.asked())
        self.assertEqual(self.session.wake_at(), math.inf)

    def test_registers_without_a_name(self):
        self.session = Session(None, Settings())
        self.assertEqual(self.asked(), ("/producers", {}))

    def test_registers_again_until_there_is_an_answer(self):
        for reply, pause in ((NO_ANSWER, 0.1), (answer(503, {"retry-after": "2"}), 2), (answer(429), 0.4),
                             (Answer(201, {}, b'{"producerId"'), 0.8)):
            self.assertEqual(self.asked(), ("/producers", {"name": "orders"}))
            self.assertIsNone(self.answered(reply))
            self.assertIsNone(self.asked())
            self.assertAlmostEqual(self.session.wake_at(), self.now + pause)
            self.now += pause
        self.assertEqual(self.asked(), ("/producers", {"name": "orders"}))

    def test_a_refused_registration(self):
        """Whatever the refusal: it is asked again, after a pause."""
        for status, code in ((400, "INVALID_REQUEST"), (401, "UNAUTHENTICATED"), (403, "NOT_OWNER"), (404, None),
                             (404, "UNKNOWN_PRODUCER_ID")):
            with self.subTest(code=code):
                self.assertEqual(self.asked(), ("/producers", {"name": "orders"}))
                with self.assertRaises(RefusedError) as caught:
                    self.answered(answer(status, code=code, detail="no"))
                self.assertEqual(caught.exception.problem["code"], code)
                self.assertIsNone(self.asked())
                self.now = self.session.wake_at()
        self.registered(3)
        self.assertTrue(self.session.ready)

    def test_a_certificate_that_is_not_trusted(self):
        """It ends the wait for a registration. What was sent before is left to its fence, for as long as it may take."""
        distrusted = Answer(0, error="not trusted", distrusted=True)
        self.asked()
        with self.assertRaisesRegex(RefusedError, "^not trusted$"):
            self.answered(distrusted)
        self.now = self.session.wake_at()
        self.registered(3)
        self.session.fence()
        self.asked()
        self.assertIsNone(self.answered(distrusted))
        self.now = self.session.wake_at()
        self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 3}))

    def test_each_topic_has_its_sequences(self):
        """An entry that names no topic is that of a gateway that has one."""
        self.asked()
        states = [{"topic": "orders", "partition": 0, "nextSequence": 3}, {"partition": 0, "nextSequence": 42}]
        self.assertEqual(self.answered(answer(201, producerId=7, producerEpoch=0, partitions=states)),
                         {at(0, "orders"): 3, at(0): 42})

    def test_fences_under_the_epoch_it_holds(self):
        self.registered(3)
        self.session.fence()
        self.assertFalse(self.session.ready)
        self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 3}))
        self.assertEqual(self.answered(producer(4, p0=2)), {at(0): 2})
        self.assertEqual(self.session.epoch, 4)

    def test_a_fence_whose_answer_was_lost_is_its_own(self):
        self.registered(3)
        self.session.fence()
        self.asked()
        self.answered(NO_ANSWER)
        self.now += 1
        self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 3}))
        self.assertIsNone(self.answered(fenced(4)))
        self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 4}))
        self.assertEqual(self.answered(producer(5)), {})

    def test_a_fence_that_a_server_on_the_way_refused_may_be_its_own(self):
        """It may have passed the request on."""
        for status in (404, 403):
            with self.subTest(status=status):
                self.setUp()
                self.registered(3)
                self.session.fence()
                self.asked()
                with suppress(RefusedError):
                    self.answered(Answer(status, {}, b"<html>"))
                self.now = self.session.wake_at()
                self.asked()
                self.assertIsNone(self.answered(fenced(4)))
                self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 4}))

    def test_a_lost_answer_explains_one_raise_of_the_epoch(self):
        self.registered(3)
        self.session.fence()
        self.asked()
        self.answered(NO_ANSWER)
        self.now += 1
        self.asked()
        self.answered(fenced(4))
        self.asked()
        with self.assertRaises(FencedError):
            self.answered(fenced(5))

    def test_a_fence_that_a_newer_holder_was_before(self):
        """Each row: whether an answer was lost, the epoch of the 403."""
        for lost, epoch in ((False, 4), (True, 5)):
            with self.subTest(lost=lost):
                self.session = Session("orders", Settings())
                self.registered(3)
                self.session.fence()
                self.asked()
                if lost:
                    self.answered(NO_ANSWER)
                    self.now += 1
                    self.asked()
                with self.assertRaises(FencedError):
                    self.answered(fenced(epoch))

    def test_an_anonymous_producer_is_fenced_by_itself_alone(self):
        """Each row: whether an answer was lost before, the epoch of the 403."""
        for lost, epoch in ((False, 4), (True, 4), (True, 6)):
            with self.subTest(lost=lost, epoch=epoch):
                self.session = Session(None, Settings())
                self.registered(3)
                self.session.fence()
                self.asked()
                if lost:
                    self.answered(NO_ANSWER)
                    self.now += 1
                    self.asked()
                self.assertIsNone(self.answered(fenced(epoch)))
                self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": epoch}))
                self.assertEqual(self.answered(producer(epoch + 1)), {})

    def test_a_log_that_does_not_know_the_producer(self):
        self.registered(3)
        self.session.fence()
        self.asked()
        with self.assertRaises(LostError):
            self.answered(answer(404, code="UNKNOWN_PRODUCER_ID"))

    def test_a_log_that_never_issued_the_epoch(self):
        """It was put back: its own epoch counts. The partitions find out what is lost."""
        self.registered(3)
        self.session.fence()
        self.asked()
        self.assertIsNone(self.answered(answer(400, code="INVALID_REQUEST")))
        self.assertEqual(self.asked(), ("/producers/7/epoch", {}))
        self.assertEqual(self.answered(producer(2, p0=5)), {at(0): 5})
        self.session.fence()
        self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 2}))

    def test_answers_to_a_fence_that_are_not_the_gateways(self):
        """From an ingress that has no gateway behind it, say: the fence is repeated."""
        self.registered(3)
        self.session.fence()
        for reply in (answer(404), Answer(404, {}, b"<html>"), answer(400), answer(405), answer(302), answer(204),
                      answer(404, code="NOT_FOUND"), answer(200)):
            with self.subTest(status=reply.status):
                self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 3}))
                self.assertIsNone(self.answered(reply))
                self.assertIsNone(self.asked())
                self.now = self.session.wake_at()

    def test_a_fence_that_is_not_served(self):
        """It is not allowed any more: who waits is told, and the fence is repeated."""
        self.registered(3)
        self.session.fence()
        for reply in (answer(401, code="UNAUTHENTICATED"), answer(403, code="NOT_OWNER"), Answer(403, {}, b"<html>")):
            self.asked()
            with self.subTest(status=reply.status), self.assertRaises(RefusedError):
                self.answered(reply)
            self.assertIsNone(self.asked())
            self.now = self.session.wake_at()
        self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 3}))
        self.assertEqual(self.answered(producer(4)), {})

    def test_whose_403_it_is(self):
        self.registered(3)
        self.assertFalse(self.session.fenced_by_another(3), "a fence of ours came first")
        self.assertTrue(self.session.fenced_by_another(4))
        self.assertTrue(self.session.fenced_by_another(None))
        self.session.fence()
        self.assertFalse(self.session.fenced_by_another(4), "the fence will tell")


if __name__ == "__main__":
    unittest.main()
