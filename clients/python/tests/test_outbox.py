"""The outbox: its files without a network, and clients that are killed with -9 on the real gateway."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import unittest.mock
from contextlib import ExitStack, contextmanager
from pathlib import Path

from exactly_once_client import LostError, OutboxError, Producer, RefusedError, UnknownOutcomeError
from exactly_once_client.entries import parse
from exactly_once_client.outbox import Outbox
from exactly_once_client.topics import TopicPartition

from .gateway import shared, wait_until
from .proxy import LOSE_ANSWER, LOSE_REQUEST, PASS, FaultyProxy


P0, P1, P3 = (TopicPartition("records", number) for number in (0, 1, 3))


@contextmanager
def full_disk(room, cuts=True):
    """A disk that has room for so many bytes; without ``cuts`` no file can be made shorter either."""
    left, write = [room], os.write

    def limited(file, data):
        if not left[0]:
            raise OSError("No space left on device")
        written = write(file, bytes(data)[:left[0]])
        left[0] -= written
        return written

    with ExitStack() as patches:
        patches.enter_context(unittest.mock.patch("os.write", limited))
        if not cuts:
            patches.enter_context(unittest.mock.patch("os.ftruncate", side_effect=OSError("Input/output error")))
        yield


class Files(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def outbox(self, name="orders", **options):
        outbox = Outbox(self.folder, name, **options)
        self.addCleanup(outbox.close)
        return outbox

    def after(self, *steps, **options):
        """What the next process finds after these steps of an outbox."""
        outbox = self.outbox(**options)
        for step in steps:
            step(outbox)
        outbox.close()
        return self.found(options.get("name", "orders"))

    def found(self, name="orders"):
        outbox = self.outbox(name)
        try:
            return list(outbox.recovered())
        finally:
            outbox.close()

    def segments(self):
        return sorted(Path(self.folder).glob("*/*.log"))

    def test_what_was_appended_is_found(self):
        found = self.after(lambda o: o.append([(P0, 10, b"a\nb\n"), (P3, 0, b"x\n")]),
                           lambda o: o.append([(P0, 12, b"c\n")]))
        self.assertEqual(found, [(P0, 10, [b"a", b"b"]), (P0, 12, [b"c"]), (P3, 0, [b"x"])])
        self.assertEqual(self.found(), found, "until it is settled")

    def test_topics_are_kept_apart(self):
        orders, longest = TopicPartition("orders", 0), TopicPartition("x" * 249, 2**60)
        found = self.after(lambda o: o.append([(P0, 10, b"a\n"), (orders, 3, b"b\n"), (longest, 0, b"c\n")]),
                           lambda o: (o.append([(orders, 4, b"d\n")]), o.append([(orders, 4, b"")])))
        self.assertEqual(found, [(P0, 10, [b"a"]), (orders, 3, [b"b"]), (longest, 0, [b"c"])])

    def test_what_was_written_before_there_were_topics_is_of_records(self):
        self.outbox().close()
        self.segments()[0].write_bytes(bytes.fromhex("e10b454f00000006e52ffdee6f7264657273e10b454f00000014392cded8"
                                                     "00000000000000030000000000000007610a620a"))
        self.assertEqual(self.found(), [(P3, 7, [b"a", b"b"])])
        self.after(lambda o: o.append([(P3, 9, b"c\n")]))
        self.assertEqual(self.found(), [(P3, 7, [b"a", b"b"]), (P3, 9, [b"c"])])

    def test_what_is_void_is_not_found(self):
        """Each row: what follows two batches of two, and what is left of them."""
        first, second = (P0, 10, [b"a", b"b"]), (P0, 12, [b"c", b"d"])
        for then, found in ((lambda o: o.append([(P0, 12, b"")]), [first]), (lambda o: o.append([(P0, 10, b"")]), []),
                            (lambda o: o.append([(P0, 14, b"")]), [first, second]), (lambda o: o.append([(P1, 0, b"")]), [first, second]),
                            (lambda o: o.append([(P0, 13, b"")]), [first, (P0, 12, [b"c"])]),
                            (lambda o: o.append([(P0, 12, b"e\n")]), [first, (P0, 12, [b"e"])]),
                            (lambda o: (o.append([(P0, 10, b"")]), o.append([(P0, 10, b"e\n")])), [(P0, 10, [b"e"])])):
            with tempfile.TemporaryDirectory() as self.folder:
                self.assertEqual(self.after(lambda o: o.append([(P0, 10, b"a\nb\n"), (P0, 12, b"c\nd\n")]), then), found)

    def test_settled_segments_are_deleted_oldest_first(self):
        outbox = self.outbox(segment_bytes=50)
        for base in range(0, 10, 2):
            outbox.append([(P0, base, b"a" * 40 + b"\nb\n")])
        self.assertEqual(len(self.segments()), 5)
        outbox.settle({P0: 3}.__getitem__)
        self.assertEqual(len(self.segments()), 4)
        outbox.settle({P0: 10}.__getitem__)
        self.assertEqual(len(self.segments()), 1, "the one that is written stays")
        outbox.close()
        self.assertEqual(self.found(), [(P0, 8, [b"a" * 40, b"b"])])

    def test_what_is_void_holds_up_no_segment(self):
        """Sequences of a topic that is made again begin at 0: those of before would never be settled."""
        outbox = self.outbox(segment_bytes=50)
        for base in (700, 702):
            outbox.append([(P0, base, b"a" * 40 + b"\nb\n")])
        outbox.append([(P0, 0, b"")])
        for base in (0, 1):
            outbox.append([(P0, base, b"c" * 40 + b"\n")])
        outbox.settle({P0: 0}.__getitem__)
        self.assertEqual(len(self.segments()), 2, "what is not settled stays")
        outbox.close()
        outbox = self.outbox()
        outbox.settle({P0: 2}.__getitem__)
        self.assertEqual(len(self.segments()), 1, "nor does it in the next process")

    def test_marks(self):
        """Below which sequence all was stored, until what is there is void."""
        orders = TopicPartition("orders", 2)
        found = self.after(lambda o: o.append([(P0, 0, b"a\n"), (orders, 5, b"b\n")]), lambda o: o.mark({P0: 1}),
                           lambda o: o.mark({orders: 5, P1: 3}), lambda o: (o.mark({P1: 4}), o.append([(P1, 2, b"")])))
        self.assertEqual(found, [(P0, 0, [b"a"]), (orders, 5, [b"b"])])
        self.assertEqual(self.outbox().stored, {P0: 1, orders: 5, P1: 2})

    def test_versions_without_topics_refuse_the_folder(self):
        """They take the first entry of a segment for the producer's name, and compare."""
        self.outbox().close()
        payloads, _ = parse(self.segments()[0].read_bytes())
        self.assertNotEqual(payloads[0], b"orders")

    def test_a_broken_tail_is_cut(self):
        self.after(lambda o: o.append([(P0, 0, b"a\n")]), lambda o: o.append([(P0, 1, b"b\n")]))
        whole = self.segments()[0].read_bytes()
        self.segments()[1].unlink()
        for length in range(len(whole) - 1, len(whole) - 29, -1):
            self.segments()[0].write_bytes(whole[:length])
            self.assertEqual(self.found(), [(P0, 0, [b"a"])], length)
            for later in self.segments()[1:]:
                later.unlink()
        self.segments()[0].write_bytes(whole[:-1] + b"?")
        self.assertEqual(self.found(), [(P0, 0, [b"a"])])

    def test_a_broken_middle_is_an_error(self):
        self.after(lambda o: o.append([(P0, 0, b"a\n")]), lambda o: o.append([(P0, 1, b"b\n")]))
        segment = self.segments()[0]
        self.segments()[1].unlink()
        whole = segment.read_bytes()
        for at in range(len(whole) - 30):
            segment.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1:])
            with self.assertRaises(OutboxError, msg=at):
                self.outbox()
            self.assertEqual(len(segment.read_bytes()), len(whole), "nothing is cut")

    def test_a_tail_is_cut_on_the_disk_before_a_segment_follows(self):
        """Else a power cut may bring it back, and then it is a broken middle."""
        outbox = Outbox(self.folder, "worker")
        outbox.append([(P0, 0, b"a\n")])
        outbox.close()
        segment, = Path(self.folder).glob("*/*.log")
        whole = segment.stat().st_size
        with open(segment, "ab") as file:
            file.write(b"\0\0")
        synced, fsync = [], os.fsync

        def watched(file):
            synced.append((os.fstat(file).st_ino, segment.stat().st_size, len(list(segment.parent.glob("*.log")))))
            fsync(file)

        with unittest.mock.patch("os.fsync", watched):
            Outbox(self.folder, "worker").close()
        self.assertEqual(synced[0], (segment.stat().st_ino, whole, 1))

    def synced(self, act):
        """What is synced meanwhile: the inodes of files and folders, each with the number of segments at that time."""
        seen, fsync = [], os.fsync

        def watched(file):
            seen.append((os.fstat(file).st_ino, len(self.segments())))
            fsync(file)

        with unittest.mock.patch("os.fsync", watched):
            act()
        return seen

    def test_folders_and_segments_are_on_the_disk_before_something_is_in_them(self):
        """Of a new outbox, of a new segment, and of one that an earlier process has ended: a mark may not be there yet."""
        above = os.stat(self.folder).st_ino
        self.assertIn((above, 0), self.synced(lambda: self.outbox().close()))
        first, = self.segments()
        folder = os.stat(first.parent).st_ino
        seen = self.synced(lambda: self.outbox().close())
        self.assertLess(seen.index((first.stat().st_ino, 1)), seen.index((folder, 2)))
        outbox = self.outbox(segment_bytes=50)
        outbox.append([(P0, 0, b"a" * 40 + b"\n")])

        def failing():
            with full_disk(0), self.assertRaises(OSError):
                outbox.append([(P0, 1, b"b\n")])

        self.assertIn((folder, 4), self.synced(failing), "also if nothing can be written there yet")

    def test_a_segment_that_cannot_be_ended_goes_on(self):
        outbox = self.outbox(segment_bytes=100)
        outbox.append([(P0, 0, b"a" * 40 + b"\n")])
        outbox.mark({P0: 1})
        for error in (OSError("Input/output error"), None):
            failing = unittest.mock.Mock(side_effect=[error, *[None] * 9])
            with unittest.mock.patch("os.fsync", failing), ExitStack() as raised:
                if error:
                    raised.enter_context(self.assertRaises(OSError))
                outbox.append([(P0, 1, b"b\n")])
        outbox.close()
        self.assertEqual(self.found(), [(P0, 0, [b"a" * 40]), (P0, 1, [b"b"])])

    def test_what_is_deleted_stays_so(self):
        """A segment that came back without the later one that says what of it is void would be sent."""
        outbox = self.outbox(segment_bytes=50)
        for base in range(3):
            outbox.append([(P0, base, b"a" * 40 + b"\n")])
        folder = self.segments()[0].parent.stat().st_ino
        self.assertEqual([seen for seen in self.synced(lambda: outbox.close(settled=True)) if seen[0] == folder],
                         [(folder, 2), (folder, 1), (folder, 0)])

    def test_what_another_producer_has_left_is_void(self):
        outbox = self.outbox(segment_bytes=50)
        outbox.own(7)
        outbox.append([(P0, 0, b"a" * 40 + b"\n")])
        outbox.append([(P0, 1, b"b\n")])
        outbox.mark({P0: 1})
        outbox.close()
        outbox = self.outbox()
        self.assertEqual((outbox.owner, outbox.stored), (7, {P0: 1}))
        outbox.own(8)
        outbox.settle({P0: 0}.__getitem__)
        self.assertEqual(len(self.segments()), 1, "nor does it hold up a segment")
        outbox.append([(P0, 0, b"c\n")])
        outbox.close()
        outbox = self.outbox()
        self.assertEqual((outbox.owner, outbox.stored, list(outbox.recovered())), (8, {}, [(P0, 0, [b"c"])]))

    def test_what_was_left_before_there_was_an_owner_is_kept(self):
        """Nobody knows it as another producer's: it is that of the first one that registers."""
        outbox = self.outbox()
        outbox.append([(P0, 0, b"a\n")])
        outbox.close()
        outbox = self.outbox()
        self.assertIsNone(outbox.owner)
        outbox.own(7)
        outbox.settle({P0: 0}.__getitem__)
        outbox.close()
        outbox = self.outbox()
        self.assertEqual((outbox.owner, list(outbox.recovered())), (7, [(P0, 0, [b"a"])]))

    def test_what_a_full_disk_took_a_part_of_is_cut_off_and_it_goes_on(self):
        """In the middle of a segment, and at its beginning, where the name of its producer stands."""
        for segment_bytes in (1000, 50):
            for room in (0, 1, 20, 50):
                with self.subTest(segment_bytes=segment_bytes, room=room), tempfile.TemporaryDirectory() as self.folder:
                    outbox = self.outbox(segment_bytes=segment_bytes)
                    outbox.append([(P0, 0, b"a" * 40 + b"\n")])
                    with full_disk(room), self.assertRaises(OSError):
                        outbox.append([(P0, 1, b"b" * 40 + b"\n")])
                    outbox.append([(P0, 1, b"c\n")])
                    outbox.close()
                    self.assertEqual(self.found(), [(P0, 0, [b"a" * 40]), (P0, 1, [b"c"])])

    def test_what_is_cut_off_is_so_on_the_disk(self):
        """A batch that was told as not stored must not come back with a power cut; nor may a mark be broken by one."""
        outbox = self.outbox()
        outbox.append([(P0, 0, b"a\n")])
        size = self.segments()[0].stat().st_size
        outbox.mark({P0: 1})
        synced, fsync = [], os.fsync

        def failing(file):
            synced.append(os.fstat(file).st_size)
            if len(synced) == 1:
                raise OSError("Input/output error")
            fsync(file)

        with unittest.mock.patch("os.fsync", failing), self.assertRaises(OSError):
            outbox.append([(P0, 1, b"b\n")])
        self.assertEqual(synced[1:], [size])
        outbox.append([(P0, 1, b"c\n")])
        outbox.close()
        self.assertEqual(self.found(), [(P0, 0, [b"a"]), (P0, 1, [b"c"])])

    def test_nothing_is_written_behind_what_cannot_be_cut_off(self):
        for segment_bytes, room in ((1000, 20), (50, 10), (50, 50)):
            with self.subTest(segment_bytes=segment_bytes, room=room), tempfile.TemporaryDirectory() as self.folder:
                outbox = self.outbox(segment_bytes=segment_bytes)
                outbox.append([(P0, 0, b"a" * 40 + b"\n")])
                with full_disk(room, cuts=False), self.assertRaises(OSError):
                    outbox.append([(P0, 1, b"b" * 40 + b"\n")])
                for write in (lambda: outbox.append([(P0, 1, b"c\n")]), lambda: outbox.append([(P0, 1, b"")]),
                              lambda: outbox.mark({P0: 1})):
                    with self.assertRaisesRegex(OSError, "not written in full"):
                        write()
                outbox.close()
                self.assertEqual(self.found(), [(P0, 0, [b"a" * 40])])

    def test_an_older_segment_with_a_broken_tail_is_an_error(self):
        self.after(lambda o: o.append([(P0, 0, b"a\n")]))
        os.truncate(self.segments()[0], 40)
        with self.assertRaises(OutboxError):
            self.outbox()

    def test_one_owner(self):
        self.outbox()
        with self.assertRaises(OutboxError):
            self.outbox()
        self.outbox("another name")

    def test_a_folder_that_cannot_be_made_or_read(self):
        at = Path(self.folder) / "file"
        at.touch()
        with self.assertRaisesRegex(OutboxError, "cannot be opened: .*file"):
            Producer("http://localhost", name="worker", outbox_dir=at / "outbox")
        with unittest.mock.patch("os.open", side_effect=OSError("Input/output error")):
            with self.assertRaisesRegex(OutboxError, "Input/output error"):
                Producer("http://localhost", name="worker", outbox_dir=self.folder)

    def test_names_that_are_no_file_names(self):
        for name in ("..", "a/b", "ü \n", "producer-"):
            self.outbox(name).close()
        self.assertEqual(len(os.listdir(self.folder)), 4)

    def test_long_names(self):
        """A producer's name may have 255 characters."""
        names = ["x" * 255, "я" * 255, "я" * 254 + "ю", "ü" * 41, "\U0001f600" * 255]
        for name in names:
            self.assertEqual(self.after(lambda o: o.append([(P0, 7, b"a\n")]), name=name), [(P0, 7, [b"a"])])
            self.outbox(name)
            with self.assertRaises(OutboxError):
                self.outbox(name)
        self.assertEqual(len(os.listdir(self.folder)), len(names))


class Killed(unittest.TestCase):
    """Processes that are killed with -9 while they send, and one that comes after them."""

    SCRIPT = """
        import sys, time
        from exactly_once_client import Producer
        url, name, folder, first, topic = sys.argv[1:]
        producer = Producer(url, name=name, outbox_dir=folder, batch_bytes=300, linger=0, retry_backoff=0.02)
        for n in range(int(first), int(first) + 100_000):
            if topic:
                producer.send(n, topic=topic, partition=0)
            producer.send(n, partition=1).add_done_callback(lambda done: print(done.result().offset, flush=True))
            time.sleep(0.0005)
        """

    def setUp(self):
        self.gateway = shared()
        self.fault = lambda seen: PASS
        self.proxy = FaultyProxy(self.gateway.url, lambda seen: self.fault(seen))
        self.addCleanup(self.proxy.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.name = f"outbox-{time.time()}"

    def kill_one(self, first, until, topic=""):
        """Kills it after so many requests, and not before something of its own is in the outbox.

        Its requests may all be those that another process has left. While those get no answer they may be all that
        it may have under way; so a fault that hides what was left would keep its own records out of the outbox.
        """
        before = len(self.proxy.appends())
        process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(self.SCRIPT), self.proxy.url, self.name,
                                    self.folder, str(first), topic], env={**os.environ, "PYTHONPATH": "src"},
                                   stdout=subprocess.PIPE, text=True)
        try:
            wait_until(lambda: len(self.proxy.appends()) - before >= until and self.is_frozen(first + 1), 60)
        finally:
            process.send_signal(signal.SIGKILL)
            told = process.communicate()[0].split()
        return [int(offset) for offset in told]

    @staticmethod
    def is_since(seen, first):
        """Whether a request appends records of a process that began to count here."""
        return seen.path.endswith("/records") and int(seen.body.split(b'{"value":', 1)[1].split(b"}")[0]) >= first

    def is_frozen(self, value):
        """Whether a record with this value is in the outbox, or was: its number stands in the log, or on the disk."""
        text = b'{"value":%d' % value
        return any(text in seen.body for seen in self.proxy.appends()) or any(
            text in path.read_bytes() for path in Path(self.folder).glob("*/*.log") if path.exists())

    def log(self):
        producer, = self.gateway.get(f"/producers?name={self.name}")["producers"]
        return [record["value"] for record in self.gateway.log(1) if record["producerId"] == producer["producerId"]]

    def test_what_was_frozen_is_stored_once_by_the_next_process(self):
        """Whatever became of the requests: each process leaves the beginning of what it sent, without a hole."""
        for at, fault in enumerate((PASS, LOSE_ANSWER, LOSE_REQUEST)):
            first = at * 1_000_000
            self.fault = lambda seen: fault if self.is_since(seen, first) else PASS
            self.kill_one(first, 6)
        self.fault = lambda seen: PASS
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            last = producer.send("last", partition=1)
            producer.flush(60)
        log = self.log()
        self.assertEqual(log[-1], "last")
        self.assertEqual(last.result(0).sequence, len(log) - 1)
        for at in range(3):
            mine = [value for value in log[:-1] if value // 1_000_000 == at]
            self.assertEqual(mine, list(range(at * 1_000_000, at * 1_000_000 + len(mine))))
            self.assertGreater(len(mine), 0, "what was on disk is in the log")
        self.assertEqual(log[:-1], sorted(log[:-1]))

    def test_the_bytes_are_the_same(self):
        self.fault = lambda seen: LOSE_REQUEST if seen.path.endswith("/records") else PASS
        self.kill_one(0, 6)
        before = {seen.headers["Producer-Seq"]: seen.body for seen in self.proxy.appends()}
        self.fault = lambda seen: PASS
        self.proxy.seen.clear()
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            producer.flush(60)
        after = {seen.headers["Producer-Seq"]: seen.body for seen in self.proxy.appends()
                 if seen.headers["Producer-Epoch"] == "1"}  # the killed one's last requests may come late
        self.assertEqual({sequence: after.get(sequence) for sequence in before}, before)

    def test_what_was_told_as_not_stored_is_not_sent_by_the_next_process(self):
        self.fault = lambda seen: LOSE_REQUEST if seen.headers.get("Producer-Epoch") == "0" else PASS
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder, delivery_timeout=0.5) as producer:
            futures = [producer.send(n, partition=1) for n in range(10)]
            producer.flush(60)
        self.assertEqual({type(future.exception(0)).__name__ for future in futures}, {"DeliveryTimeoutError"})
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            producer.send("next", partition=1)
        self.assertEqual(self.log(), ["next"])

    def test_what_is_left_after_close(self):
        """Nothing, if every record has its outcome; else what is in doubt, for the next process to find out."""
        for fault, left in ((PASS, 0), (LOSE_ANSWER, 1)):
            self.fault = lambda seen: fault if seen.headers.get("Producer-Seq") or "epoch" in seen.path else PASS
            producer = Producer(self.proxy.url, name=self.name, outbox_dir=self.folder, linger=0)
            self.proxy.seen.clear()
            producer.send("left", partition=1)
            wait_until(self.proxy.appends, 60)
            producer.close(60 if fault is PASS else 0.2)
            self.assertEqual(len(list(Path(self.folder).glob("*/*.log"))), left)
        self.fault = lambda seen: PASS
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            producer.flush(60)
        self.assertEqual(self.log(), ["left", "left"])
        self.assertEqual(list(Path(self.folder).glob("*/*.log")), [])

    def test_a_producer_that_was_fenced_leaves_all_that_is_in_doubt(self):
        """Several segments are in doubt: none may go without those before it, or the outbox fits no log any more."""
        self.fault = lambda seen: LOSE_REQUEST if seen.path.endswith("/records") and seen.body > b'{"value":1' else PASS
        old = Producer(self.proxy.url, name=self.name, outbox_dir=self.folder, linger=0, retry_backoff=0.02)
        self.addCleanup(old.close, 0)
        old._outbox._segment_bytes = 50
        self.assertEqual(old.send(0, partition=1).result(60).sequence, 0)
        for n in range(1, 5):
            doubtful = old.send(n, partition=1)
            wait_until(lambda: len({seen.body for seen in self.proxy.appends()}) > n, 60)
        self.assertGreater(len(list(Path(self.folder).glob("*/*.log"))), 3)
        self.gateway.post("/producers", {"name": self.name})
        self.fault = lambda seen: PASS
        self.assertIsInstance(doubtful.exception(60), UnknownOutcomeError)
        old.close(10)
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            producer.send("last", partition=1).result(60)
        self.assertEqual(self.log(), [0, 1, 2, 3, 4, "last"])

    def test_a_gateway_that_refuses_the_producer(self):
        """Nobody waits for what is in the outbox, and it stays there."""
        self.fault = lambda seen: LOSE_REQUEST if seen.path.endswith("/records") else PASS
        self.kill_one(0, 2)
        self.fault = lambda seen: (401, [], b"")
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            self.assertIsInstance(producer.send("refused", partition=1).exception(20), RefusedError)
            producer.flush(20)
            begin = time.monotonic()
        self.assertLess(time.monotonic() - begin, 5)
        self.fault = lambda seen: PASS
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            producer.send("last", partition=1).result(60)
        self.assertEqual(self.log(), list(range(len(self.log()) - 1)) + ["last"])
        self.assertGreater(len(self.log()), 1)

    def test_what_is_left_asks_again_by_itself(self):
        """After a registration that was refused, with pauses that grow, until the gateway takes it. Nobody sends."""
        self.fault = lambda seen: LOSE_REQUEST if seen.path.endswith("/records") else PASS
        self.kill_one(0, 2)
        for status in (401, 403):
            with self.subTest(status=status):
                self.fault = lambda seen: (status, [], b"")
                self.proxy.seen.clear()
                begin = time.monotonic()
                with self.assertLogs("exactly_once_client", "WARNING") as logs:
                    with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
                        wait_until(lambda: len(self.proxy.seen) >= 4)
                        self.assertGreater(time.monotonic() - begin, 0.5, "0.1, 0.2 and 0.4 s, less a fifth")
                        producer.flush(0)
                        if status == 403:
                            self.fault = lambda seen: PASS
                            wait_until(self.log)
                self.assertEqual(len(logs.output), 1, "told once")
                self.assertIn("that an earlier process left wait, and stay in the outbox", logs.output[0])
                self.assertEqual({seen.path for seen in self.proxy.seen if "/producers" in seen.path}, {"/producers"})
        self.assertEqual(self.log(), list(range(len(self.log()))))
        self.assertEqual(list(Path(self.folder).glob("*/*.log")), [])

    def topic(self):
        topic = f"topic-{time.time()}"
        self.gateway.send("PUT", f"/topics/{topic}", {"partitions": 1})
        return topic

    def delete(self, topic):
        self.gateway.send("DELETE", f"/topics/{topic}")

    def test_a_topic_that_was_deleted_meanwhile(self):
        """And made again: what it had does not come back, people find it, and the others go on."""
        for again in (False, True):
            with self.subTest(again=again):
                topic, self.name = self.topic(), f"outbox-{time.time()}"
                self.kill_one(0, 20, topic)
                self.delete(topic)
                if again:
                    self.gateway.send("PUT", f"/topics/{topic}", {"partitions": 1})
                with self.assertLogs("exactly_once_client", "ERROR") as logs:
                    with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
                        self.assertEqual(producer.send("last", partition=1).result(60).topic, "records")
                        with self.assertRaises(LostError):
                            producer.send("lost", topic=topic, partition=0)
                self.assertIn(f"left for partition 0 of topic {topic} cannot be stored", logs.output[0])
                self.assertEqual(self.log(), list(range(len(self.log()) - 1)) + ["last"])
                [kept] = Path(self.folder).glob(f"*{self.name}/lost/*/*")
                self.assertEqual((kept.parent.name, kept.suffix), (topic, ".ndjson"))
                if again:
                    with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
                        self.assertEqual(producer.send("new", topic=topic, partition=0).result(60).offset, 0)

    def test_what_waits_for_a_topic_is_kept(self):
        """Over a process that finds it missing, until it is there."""
        topic = self.topic()
        self.fault = lambda seen: LOSE_REQUEST if topic in seen.path else PASS
        self.kill_one(0, 6, topic)
        self.delete(topic)
        self.fault = lambda seen: PASS
        with self.assertLogs("exactly_once_client", "WARNING") as logs:
            with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
                producer.send("other", partition=1)
                producer.flush(60)
        self.assertIn("stay in the outbox", logs.output[0])
        self.gateway.send("PUT", f"/topics/{topic}", {"partitions": 1})
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder) as producer:
            producer.flush(60)
            self.assertGreater(producer.send("last", topic=topic, partition=0).result(60).offset, 0)

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs Linux")
    def test_a_disk_that_is_full(self):
        producer = Producer(self.proxy.url, name=self.name, outbox_dir=self.folder)
        self.addCleanup(producer.close, 0)
        producer.send(0, partition=1).result(60)
        full = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, full)
        os.dup2(full, producer._outbox._file)
        error = producer.send(1, partition=1).exception(60)
        self.assertIsInstance(error, UnknownOutcomeError, "what is on the disk may be sent by the next process")
        self.assertIsInstance(error.cause, OutboxError)
        with self.assertRaises(OutboxError):
            producer.send(2, partition=1)
        begin = time.monotonic()
        producer.close()
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(self.log(), [0], "nothing is sent that is not on the disk")

    def test_two_producers_on_one_outbox(self):
        with Producer(self.proxy.url, name=self.name, outbox_dir=self.folder):
            with self.assertRaises(OutboxError):
                Producer(self.proxy.url, name=self.name, outbox_dir=self.folder)


if __name__ == "__main__":
    unittest.main()
