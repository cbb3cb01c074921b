"""Registration and fences, without a network."""

import json
import math
import unittest

from exactly_once_client.answers import NO_ANSWER, Answer
from exactly_once_client.errors import FencedError, LostError, RefusedError
from exactly_once_client.session import Session
from exactly_once_client.settings import Settings


def answer(status, headers=None, **document):
    return Answer(status, headers or {}, json.dumps(document).encode())


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
        self.assertEqual(self.answered(producer(3, p0=42, p5=1)), {0: 42, 5: 1})
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
        for status, code in ((400, "INVALID_REQUEST"), (401, "UNAUTHENTICATED"), (403, "NOT_OWNER")):
            with self.subTest(code=code), self.assertRaises(RefusedError) as caught:
                self.session.poll(self.now)
                self.answered(answer(status, code=code, detail="no"))
            self.assertEqual(caught.exception.problem["code"], code)

    def test_fences_under_the_epoch_it_holds(self):
        self.registered(3)
        self.session.fence()
        self.assertFalse(self.session.ready)
        self.assertEqual(self.asked(), ("/producers/7/epoch", {"producerEpoch": 3}))
        self.assertEqual(self.answered(producer(4, p0=2)), {0: 2})
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

    def test_a_fence_in_a_log_that_was_put_back(self):
        for reply in (answer(404, code="UNKNOWN_PRODUCER_ID"), answer(400, code="INVALID_REQUEST")):
            self.session = Session("orders", Settings())
            self.registered(3)
            self.session.fence()
            self.asked()
            with self.subTest(status=reply.status), self.assertRaises(LostError):
                self.answered(reply)

    def test_whose_403_it_is(self):
        self.registered(3)
        self.assertFalse(self.session.fenced_by_another(3), "a fence of ours came first")
        self.assertTrue(self.session.fenced_by_another(4))
        self.assertTrue(self.session.fenced_by_another(None))
        self.session.fence()
        self.assertFalse(self.session.fenced_by_another(4), "the fence will tell")


if __name__ == "__main__":
    unittest.main()
