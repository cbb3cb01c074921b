"""Processes that end in the midst of anything, even of a write, without a network: by chance, from seeds."""

import json
import os
import random
import tempfile
import unittest
import unittest.mock
from concurrent.futures import Future
from pathlib import Path

from exactly_once_client.answers import NO_ANSWER, Answer
from exactly_once_client.batch import Pending
from exactly_once_client.dispatcher import Dispatcher
from exactly_once_client.errors import ClosedError, NotStoredError, UnknownOutcomeError
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
        self.producer_id = 7
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
            return Answer(self.chance.choice((429, 503, 401)), {}, b'{"code":"NOT_NOW"}')
        answer = self.answer(*call)
        return NO_ANSWER if fate < 0.4 else answer

    def answer(self, path, body, headers):
        if path.endswith("/epoch") and json.loads(body)["producerEpoch"] < self.epoch:
            return reply(403, code="PRODUCER_FENCED", currentEpoch=self.epoch)
        if path.startswith("/producers"):
            self.epoch += 1
            return reply(200, producerId=self.producer_id, producerEpoch=self.epoch,
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
            differs = [at for at in range(base, end) if self.log[at] != lines[at - base]]
            if differs:
                return reply(422, code="SEQUENCE_REUSED", firstMismatch=differs[0])
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


def lost(folder):
    """What is kept for people: the lines of each file, by its name."""
    return {path.name: path.read_bytes().splitlines() for path in Path(folder).glob("producer-p/lost/records/*.ndjson")}


class TheEnd(unittest.TestCase):

    def test_a_thread_that_ends_leaves_nothing_that_it_tells_as_not_stored(self):
        """Of a batch that was frozen, and refused for the moment. What cannot be struck out is unknown."""
        for error, told, left in ((None, NotStoredError, 0), (ValueError("why it ends"), UnknownOutcomeError, 1)):
            chance = random.Random(1)
            gateway = Gateway(chance)
            gateway.faulty = False
            with self.subTest(told=told), tempfile.TemporaryDirectory() as folder:
                process = Process(gateway, folder, chance)
                process.send(b"1")
                gateway.answer = lambda path, *request: (
                    Answer(429) if path.endswith("/records") else Gateway.answer(gateway, path, *request))
                while not process.dispatcher.partition(PLACE).line.unresolved() or process.tasks:
                    process.step()
                with unittest.mock.patch("os.write", side_effect=error, wraps=os.write):
                    for _, batch, outcome in process.dispatcher.give_up(ClosedError("The thread has ended.")):
                        batch.tell(PLACE, outcome)
                process.outbox.close()
                self.assertEqual(process.told(told), {b"1"})
                self.assertEqual(len(list(Outbox(folder, "p").recovered())), left)


class Lost(unittest.TestCase):
    """What an earlier process left, and the log is not the one that it was left for."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.gateway = Gateway(random.Random(1))
        self.gateway.faulty = False

    def process(self, *lines):
        process = Process(self.gateway, self.folder, random.Random(1))
        self.addCleanup(process.outbox.close)
        for line in lines:
            process.send(line)
        return process

    def left(self, *lines):
        """Leaves records that were frozen, and never arrived."""
        process = self.process(*lines)
        answer = self.gateway.answer
        self.gateway.answer = lambda path, *request: (
            NO_ANSWER if path.endswith("/records") else answer(path, *request))
        while not process.dispatcher.partition(PLACE).line.unresolved():
            process.step()
        process.outbox.close()
        self.gateway.answer = answer

    def finish(self, process):
        try:
            for _ in range(100):
                process.step()
        finally:
            process.outbox.close()

    def test_another_log_that_is_longer(self):
        """Its sequences are those of another producer with this name: all of it is lost, and new ones go there."""
        self.left(b"1", b"2")
        self.gateway.producer_id, self.gateway.log = 8, [b"x"] * 5
        with self.assertLogs("exactly_once_client", "ERROR") as logs:
            self.finish(self.process())
        self.assertIn("the outbox has records of producer 7, the name belongs to producer 8 now", logs.output[0])
        self.assertEqual(lost(self.folder), {"0-0.ndjson": [b"1", b"2"]})
        process = self.process(b"3")
        self.finish(process)
        self.assertEqual((process.left, process.told(type(None)), self.gateway.log[5:]), (set(), {b"3"}, [b"3"]))

    def test_another_volume_has_written_in_its_place(self):
        self.left(b"1", b"2")
        self.gateway.log += [b"x", b"y", b"z"]
        with self.assertLogs("exactly_once_client", "ERROR"):
            self.finish(self.process())
        self.assertEqual(lost(self.folder), {"0-0.ndjson": [b"1", b"2"]})
        self.finish(self.process(b"3"))
        self.assertEqual(self.gateway.log, [b"x", b"y", b"z", b"3"])

    def test_another_volume_has_written_the_same_behind_the_first_difference(self):
        """Each record is in a batch of its own here."""
        beat = b"b" * 40
        self.left(b"1" * 40, beat, beat)
        self.gateway.log += [b"x" * 40, beat, beat]
        with self.assertLogs("exactly_once_client", "ERROR"):
            self.finish(self.process())
        self.assertEqual(lost(self.folder), {"0-0.ndjson": [b"1" * 40, beat, beat]})

    def test_each_time_has_its_own_file(self):
        """Where the log is another one again, the sequences are the same ones."""
        for producer_id, lines in ((8, [b"1"]), (9, [b"1", b"2"])):
            with self.assertLogs("exactly_once_client", "ERROR"):
                self.left(*lines)
                self.gateway.producer_id, self.gateway.log = producer_id, []
                self.finish(self.process())
        self.assertEqual(lost(self.folder), {"0-0.ndjson": [b"1"], "0-0-2.ndjson": [b"1", b"2"]})

    def test_a_crash_before_it_is_void(self):
        """The next process does it again, and people find each record once."""
        for change, write in (({"producer_id": 8}, "own"), ({"log": [b"x"] * 5}, "append")):
            with self.subTest(write=write), self.assertLogs("exactly_once_client", "ERROR"):
                self.setUp()
                self.left(b"1", b"2")
                vars(self.gateway).update(change)
                for _ in range(2):
                    with unittest.mock.patch.object(Outbox, write, side_effect=Crash), self.assertRaises(Crash):
                        self.finish(self.process())
                self.finish(self.process())
                self.assertEqual(lost(self.folder), {"0-0.ndjson": [b"1", b"2"]})
                self.assertEqual(self.process().left, set())


class Crashes(unittest.TestCase):

    def test_nothing_on_the_disk_is_lost_or_stored_twice(self):
        """What one process has left goes over as many more as there are: none of them may leave less. On some hosts
        another one with the same name, and an outbox of its own, has written meanwhile."""
        for seed in range(int(os.environ.get("CRASHES", 100))):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder, \
                    unittest.mock.patch("os.fsync"), self.assertLogs("exactly_once_client") as logs:
                logs.records.append(None)
                self.crash_some(random.Random(seed), [folder, folder if seed % 2 else folder + "/other"])

    def crash_some(self, chance, folders):
        gateway = Gateway(chance)
        left, not_stored, stored, count = set(), set(), set(), 0
        sent = {folder: [] for folder in folders}
        for _ in range(chance.randrange(2, 8)):
            folder = chance.choice(folders)
            process, count = self.live(gateway, folder, chance, count)
            sent[folder] += process.futures
            self.assertEqual(process.order, list(process.futures)[: len(process.order)], "outcomes keep their order")
            left |= process.left
            not_stored |= process.told(NotStoredError)
            stored |= process.told(type(None))
        gateway.faulty = False
        for folder in folders:
            last = Process(gateway, folder, chance)
            for _ in range(1000):
                last.step()
                if last.dispatcher.idle():
                    break
            last.outbox.close()
            left |= last.left
        kept = [line for folder in set(folders) for lines in lost(folder).values() for line in lines]
        self.assertEqual(len(kept), len(set(kept)))
        self.assertEqual({line for line in kept if b"bad" not in line} & set(gateway.log), set(), "lost is lost")
        for lines in sent.values():
            stored_here = [line for line in gateway.log if line in lines]
            self.assertEqual(stored_here, [line for line in lines if line in gateway.log], "once, and in order")
        self.assertEqual(not_stored & set(gateway.log), set(), "what was told as not stored is not")
        self.assertEqual({line for line in left | stored if b"bad" not in line} - not_stored - set(gateway.log),
                         {line for line in kept if b"bad" not in line} - not_stored)

    def live(self, gateway, folder, chance, count):
        process = Process(gateway, folder, chance)
        room, write = [chance.choice((10**9, chance.randrange(1, 2000)))], os.write
        error = chance.choice((Crash, OSError))

        def torn(file, data):
            room[0] -= len(data)
            if room[0] < 0:
                write(file, bytes(data)[: room[0]])
                room[0] += len(data) if chance.random() < 0.5 else 0
                raise error()
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
