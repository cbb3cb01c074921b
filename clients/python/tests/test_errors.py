"""What is refused says why by its type: the table, and the real gateway in the mode ``token``."""

import asyncio
import json
import unittest
import urllib.request
from decimal import Decimal

from exactly_once_client import (AuthenticationError, IdReusedError, InvalidRecordError, NotAuthorizedError,
                                 NotFoundError, NotOwnerError, NotStoredError, Producer, RefusedError, TooLargeError)
from exactly_once_client.aio import AsyncProducer
from exactly_once_client.answers import Answer, refusal

from .gateway import Gateway

ADMIN = "the-administrators-key-of-these-tests"


class Table(unittest.TestCase):

    def test_a_number_may_have_more_digits_than_an_int(self):
        digits = "7" * 5000
        self.assertEqual(Answer(200, {}, f'{{"offset": 7, "value": {digits}}}'.encode()).document(),
                         {"offset": 7, "value": Decimal(digits)})

    def test_each_refusal_has_its_type(self):
        for status, code, kind in ((400, "INVALID_REQUEST", InvalidRecordError),
                                   (401, "UNAUTHENTICATED", AuthenticationError), (401, None, AuthenticationError),
                                   (403, "FORBIDDEN", NotAuthorizedError), (403, None, NotAuthorizedError),
                                   (403, "FORBIDDEN_ORIGIN", NotAuthorizedError), (403, "NOT_OWNER", NotOwnerError),
                                   (404, "UNKNOWN_TOPIC", NotFoundError), (404, "UNKNOWN_PARTITION", NotFoundError),
                                   (404, None, NotFoundError), (404, "NOT_OWNER", NotFoundError),
                                   (411, "LENGTH_REQUIRED", InvalidRecordError),
                                   (413, "RECORD_BATCH_TOO_LARGE", TooLargeError),
                                   (415, "UNSUPPORTED_MEDIA_TYPE", InvalidRecordError),
                                   (422, "ID_REUSED", IdReusedError), (422, None, InvalidRecordError),
                                   (302, None, RefusedError), (405, "METHOD_NOT_ALLOWED", RefusedError)):
            with self.subTest(status=status, code=code):
                error = refusal(Answer(status, {}, json.dumps({"code": code, "detail": "why"}).encode()))
                self.assertIs(type(error), kind)
                self.assertIsInstance(error, RefusedError)
                self.assertIsInstance(error, NotStoredError)
                self.assertEqual(str(error), "why")
                self.assertEqual(error.problem, {"status": status, "code": code, "detail": "why"})


class RealGateway(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway("--gateway.security.mode=token", f"--gateway.security.admin-key={ADMIN}")
        cls.addClassCleanup(cls.gateway.close)

    def key(self, name, *rights):
        body = json.dumps({"name": name, "rights": [{"may": rights}]}).encode()
        request = urllib.request.Request(self.gateway.url + "/keys", body, {
            "Content-Type": "application/json", "Authorization": f"Bearer {ADMIN}"})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)["key"]

    def refused(self, kind, code, token, name=None, **record):
        """A record is refused so: by its future, or by ``send`` where a look-up comes first. In both APIs."""
        async def awaited():
            async with AsyncProducer(self.gateway.url, token=token, name=name) as producer:
                await producer.send(1, **record)

        for send in (lambda: self.sent(token, name, record), lambda: asyncio.run(awaited())):
            with self.assertRaises(RefusedError) as caught:
                send()
            self.assertEqual((type(caught.exception), caught.exception.problem["code"]), (kind, code))

    def sent(self, token, name, record):
        with Producer(self.gateway.url, token=token, name=name) as producer:
            return producer.send(1, **record).result(60)

    def test_each_refusal_has_its_type(self):
        orders, billing, reports = self.key("orders", "produce"), self.key("billing", "produce"), self.key("r", "read")
        self.sent(orders, "orders-api", {"partition": 0})
        for where in ({"partition": 0}, {"key": "k"}):
            self.refused(AuthenticationError, "UNAUTHENTICATED", "nobody's", **where)
        self.refused(NotAuthorizedError, "FORBIDDEN", reports, partition=0)
        self.refused(NotOwnerError, "NOT_OWNER", billing, "orders-api", partition=0)
        for where in ({"partition": 0}, {"key": "k"}):
            self.refused(NotFoundError, "UNKNOWN_TOPIC", orders, topic="missing", **where)
        self.refused(NotFoundError, "UNKNOWN_PARTITION", orders, partition=99)
        with Producer(self.gateway.url, token=orders) as producer:
            error = producer.send({1: "twice", "1": "twice"}, partition=0).exception(60)
            self.assertEqual((type(error), error.problem["code"]), (InvalidRecordError, "INVALID_REQUEST"))
            with self.assertRaisesRegex(InvalidRecordError, "^Topic name is invalid"):
                producer.send(1, topic="a/b")
            producer.send(1, key="k").result(60)
            with self.assertRaisesRegex(NotFoundError, "There is no partition 99"):
                producer.send(1, partition=99)


if __name__ == "__main__":
    unittest.main()
