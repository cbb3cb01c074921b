"""A gateway with TLS: whom the client trusts, and what it says where it does not."""

import asyncio
import ssl
import threading
import time
import unittest

from exactly_once_client import DeliveryTimeoutError, Producer, ReadError, RefusedError, aio, read

from .certificates import Authority
from .gateway import Gateway

HINT = r'ssl_context=ssl\.create_default_context\(cafile="ca\.pem"\)'


class Tls(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.close)
        cls.gateway = Gateway(*cls.authority.gateway())
        cls.addClassCleanup(cls.gateway.close)
        cls.url = f"https://127.0.0.1:{cls.gateway.port}"

    def producer(self, urls=None, **settings):
        producer = Producer(urls or self.url, **settings)
        self.addCleanup(producer.close, 0)
        return producer

    def trusting(self):
        context = ssl.create_default_context(cafile=self.authority.certificate)
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does
        return context

    def test_the_authority_that_is_given_is_trusted(self):
        context = self.trusting()
        receipts = [self.producer(ssl_context=context).send(n, partition=0).result(60) for n in range(2)]
        with read(self.url, 0, receipts[0].offset, follow=False, ssl_context=context) as records:
            self.assertEqual([record.value for record in records], [0, 1])

    def test_asyncio_trusts_the_authority_that_is_given(self):
        async def send_and_read():
            async with aio.AsyncProducer(self.url, ssl_context=self.trusting()) as producer:
                receipt = await producer.send("aio", partition=1)
            async for record in aio.read(self.url, 1, receipt.offset, ssl_context=self.trusting()):
                return record.value

        self.assertEqual(asyncio.run(send_and_read()), "aio")

    def test_an_unknown_authority_is_refused_at_once(self):
        """Long before the delivery time-out of two minutes; and nothing waits for a time-out at the end."""
        begin = time.monotonic()
        producer = self.producer()
        error = producer.send(1, partition=2).exception(60)
        self.assertIs(type(error), RefusedError)
        self.assertRegex(str(error), rf"certificate of {self.url} is not trusted.*{HINT}")
        with self.assertRaisesRegex(RefusedError, HINT):
            producer.send(1, key="asks for the number of partitions")
        producer.close()
        self.assertLess(time.monotonic() - begin, 20)

    def test_a_reader_says_that_the_authority_is_unknown(self):
        with self.assertRaisesRegex(ReadError, rf"certificate of {self.url} is not trusted.*{HINT}"):
            next(read(self.url, 0))

    def test_the_gateways_name_is_verified(self):
        url = f"https://localhost:{self.gateway.port}"
        with self.assertRaisesRegex(ReadError, rf"certificate of {url} is not trusted.*mismatch") as caught:
            next(read(url, 0, ssl_context=self.trusting()))
        self.assertNotRegex(str(caught.exception), HINT, "the authority is known")

    def test_another_url_that_is_trusted_serves(self):
        urls = [f"https://localhost:{self.gateway.port}", self.url]
        producer = self.producer(urls, ssl_context=self.trusting())
        self.assertEqual(producer.send(1, partition=3).result(60).partition, 3)
        with read(urls, 3, ssl_context=self.trusting(), follow=False) as records:
            self.assertEqual(len(list(records)), 1)

    def test_a_gateway_that_has_answered_may_be_trusted_again(self):
        """Its certificate is renewed, one of several has the old one still: neither ends a reader or a look-up."""
        producer = self.producer(ssl_context=self.trusting())
        offset = producer.send("before", partition=4).result(60).offset
        with read(self.url, 4, offset, ssl_context=self.trusting()) as records:
            self.assertEqual(next(records).value, "before")
            transports = [records._transport, producer._transport]
            for transport in transports:
                transport.close()
                transport._closed = False
                transport._ssl_context = ssl.create_default_context()
            later = producer.send("later", partition=4)
            threading.Timer(2, lambda: [setattr(transport, "_ssl_context", self.trusting())
                                        for transport in transports]).start()
            self.assertEqual(next(records).value, "later")
            self.assertEqual(later.result(60).offset, offset + 1)

    def test_a_tokens_callback_that_trusts_nobody_is_not_the_gateway(self):
        def token():
            raise ssl.SSLCertVerificationError("of another server")
        producer = self.producer(token=token, ssl_context=self.trusting(), delivery_timeout=1)
        self.assertIs(type(producer.send(1, partition=3).exception(60)), DeliveryTimeoutError)

    def test_a_url_that_does_not_answer_may_be_trusted_later(self):
        urls = [f"https://localhost:{self.gateway.port}", "https://127.0.0.1:1"]
        producer = self.producer(urls, ssl_context=self.trusting(), delivery_timeout=1)
        self.assertIs(type(producer.send(1, partition=3).exception(60)), DeliveryTimeoutError)


if __name__ == "__main__":
    unittest.main()
