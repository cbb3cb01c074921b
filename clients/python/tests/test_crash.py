"""Processes that end in the midst of anything, even of a write, without a network: by chance, from seeds."""

import json
import os
import random
import tempfile
import unittest
import unittest.mock
from concurrent.futures import Future

from exactly_once_client.answers import NO_ANSWER, Answer
from exactly_once_client.batch import Pending
from exactly_once_client.dispatcher import Dispatcher
from exactly_once_client.errors import ClosedError, NotStoredError
from exactly_once_client.outbox import Outbox
from exactly_once_client.settings import Settings
from exactly_once_client.topics import TopicPartition

PLACE = TopicPartition("records", 0)


class Crash(BaseException):
    """The process ends here."""


class Gateway:
    """One partition and one producer, by the rules, on a network that loses what it likes."""

    def __init__(self, chance):
        self.chance = chance
        self.faulty = True
        self.log = []
        self.epoch = -1
        self.late = []

    def request(self, method, path, *, body, headers, **_):
        call = (path, body, dict(headers))
        fate = self.chance.random() if self.faulty else 1
        if self.late and self.chance.random() < 0.2:
            self.answer(*self.late.pop())
        if fate < 0.1:
            return NO_ANSWER
        if fate < 0.2:
            self.late += [call] if path != "/producers" else []  # it would fence the next process
            return NO_ANSWER
        if fate < 0.3:
            return Answer(self.chance.choice((429, 503)), {}, b'{"code":"BUSY"}')
        answer = self.answer(*call)
        return NO_ANSWER if fate < 0.4 else answer

    def answer(self, path, body, headers):
        if path.endswith("/epoch") and json.loads(body)["producerEpoch"] < self.epoch:
            return reply(403, code="PRODUCER_FENCED", currentEpoch=self.epoch)
        if path.startswith("/producers"):
            self.epoch += 1
            return reply(200, producerId=7, producerEpoch=self.epoch,
                         partitions=[{"partition": 0, "nextSequence": len(self.log)}])
        lines, base = body.splitlines(), int(headers["Producer-Seq"])
        end = base + len(lines)
        if len(body) > 60:
            return reply(413, code="RECORD_BATCH_TOO_LARGE")
        if b"bad" in body:
            return reply(400, code="INVALID_REQUEST")
        if int(headers["Producer-Epoch"]) < self.epoch:
            return reply(403, code="PRODUCER_FENCED", currentEpoch=self.epoch)
        if end <= len(self.log):
            if self.log[base:end] != lines:
                return reply(422, code="SEQUENCE_REUSED")
        elif base != len(self.log):
            return reply(409, code="OUT_OF_ORDER_SEQUENCE_NUMBER", expectedSequence=len(self.log))
        duplicate = end <= len(self.log)
        self.log += [] if duplicate else lines
        return reply(200, topic="records", partition=0, baseSequence=base, lastSequence=end - 1, baseOffset=base,
                     duplicate=duplicate)


def reply(status, **document):
    return Answer(status, {}, json.dumps(document).encode())


class Process:
    """A producer with an outbox, whose time and threads are the test's."""

    def __init__(self, gateway, folder, chance):
        self.chance = chance
        self.tasks, self.events, self.futures, self.order = [], [], {}, []
        self.now = 0.0
        settings = Settings(batch_bytes=45, max_in_flight=3, linger=0, delivery_timeout=chance.choice((3, 1000)))
        self.outbox = Outbox(folder, "p", segment_bytes=300)
        self.left = {}
        recovered = self.outbox.recovered

        def seen():
            found = list(recovered())
            self.left = {line for _, _, lines in found for line in lines}
            return found

        self.outbox.recovered = seen
        self.dispatcher = Dispatcher(gateway, self, settings, "p", self.outbox, self.events.append)

    def run(self, task):
        self.tasks.append(task)

    def send(self, line):
        self.futures[line] = Future()
        self.futures[line].add_done_callback(lambda _: self.order.append(line))
        self.dispatcher.partition(PLACE).add(Pending(line, self.futures[line], self.now, self.now + 3))

    def step(self):
        for partition, batch, outcome in self.dispatcher.advance(self.now, True):
            batch.tell(PLACE, outcome)
            partition.told(batch)
        self.chance.shuffle(self.tasks)
        for _ in range(self.chance.randrange(len(self.tasks) + 1)):
            self.tasks.pop()()
        while self.events:
            self.events.pop(0)(self.now)
        self.now += self.chance.random()

    def told(self, kind):
        return {line for line, future in self.futures.items() if future.done() and isinstance(future.exception(), kind)}


class TheEnd(unittest.TestCase):

    def test_a_thread_that_ends_leaves_nothing_that_it_tells_as_not_stored(self):
        """Of a batch that was frozen, and refused for the moment."""
        chance = random.Random(1)
        gateway = Gateway(chance)
        gateway.faulty = False
        with tempfile.TemporaryDirectory() as folder:
            process = Process(gateway, folder, chance)
            process.send(b"1")
            gateway.answer = lambda path, *request: (
                Answer(429) if path.endswith("/records") else Gateway.answer(gateway, path, *request))
            while not process.dispatcher.partition(PLACE).line.unresolved() or process.tasks:
                process.step()
            for _, batch, outcome in process.dispatcher.give_up(ClosedError("The thread has ended.")):
                batch.tell(PLACE, outcome)
            process.outbox.close()
            self.assertEqual(process.told(NotStoredError), {b"1"})
            self.assertEqual(list(Outbox(folder, "p").recovered()), [])


class Crashes(unittest.TestCase):

    def test_nothing_on_the_disk_is_lost_or_stored_twice(self):
        """What one process has left goes over as many more as there are: none of them may leave less."""
        for seed in range(int(os.environ.get("CRASHES", 150))):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder, \
                    unittest.mock.patch("os.fsync"), self.assertLogs("exactly_once_client") as logs:
                logs.records.append(None)
                self.crash_some(random.Random(seed), folder)

    def crash_some(self, chance, folder):
        gateway = Gateway(chance)
        left, not_stored, stored, count = set(), set(), set(), 0
        for _ in range(chance.randrange(2, 8)):
            process, count = self.live(gateway, folder, chance, count)
            self.assertEqual(process.order, list(process.futures)[: len(process.order)], "outcomes keep their order")
            left |= process.left
            not_stored |= process.told(NotStoredError)
            stored |= process.told(type(None))
        gateway.faulty = False
        last = Process(gateway, folder, chance)
        for _ in range(1000):
            last.step()
            if last.dispatcher.idle():
                break
        last.outbox.close()
        left |= last.left
        numbers = [int(line[9:-1]) for line in gateway.log]
        self.assertEqual(numbers, sorted(set(numbers)), "once, and in order")
        self.assertEqual(not_stored & set(gateway.log), set(), "what was told as not stored is not")
        self.assertEqual({line for line in left | stored if b"bad" not in line} - not_stored - set(gateway.log), set())

    def live(self, gateway, folder, chance, count):
        process = Process(gateway, folder, chance)
        room, write = [chance.choice((10**9, chance.randrange(1, 2000)))], os.write

        def torn(file, data):
            room[0] -= len(data)
            if room[0] < 0:
                write(file, bytes(data)[: room[0]])
                raise Crash()
            return write(file, data)

        try:
            with unittest.mock.patch("os.write", torn):
                for _ in range(chance.randrange(5, 80)):
                    if chance.random() < 0.5:
                        process.send(b'{"value":"bad%d"}' % count if chance.random() < 0.1 else b'{"value":%d}' % count)
                        count += 1
                    process.step()
        except Crash:
            pass
        process.outbox.close()  # its files are closed, and not deleted
        return process, count


if __name__ == "__main__":
    unittest.main()
