// The state machine of a partition, by tables: no network, no clock.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FencedError, LostError, NotStoredError, RecordTooLargeError, RefusedError, SequenceReusedError, UnknownOutcomeError } from "@exactly-once/client";
import { Partition } from "../dist/partition.js";

const SETTINGS = { lingerMs: 5, batchBytes: 10, maxInFlight: 3, deliveryTimeoutMs: 1_000, retryBackoffMs: 100, retryBackoffMaxMs: 400 };

/** A partition with `count` records of 10 bytes, which are a batch each, taken at time 0; `told` has their outcomes. */
function partition(count, settings = {}, size = 10) {
  const told = [];
  const of = new Partition(4, 7, { ...SETTINGS, ...settings }, () => 0.5);
  const add = (n, takenAt = 0) =>
    of.add({ line: `"${n}"`, size, takenAt, deadline: takenAt + SETTINGS.deliveryTimeoutMs, settle: (outcome) => told.push([n, outcome]) });
  for (let n = 0; n < count; n++) {
    add(n);
  }
  return { of, told, add };
}

function takeAll(of, now, hurry = false) {
  const batches = [];
  for (let batch = of.take(now, hurry); batch !== undefined; batch = of.take(now, hurry)) {
    batches.push(batch);
  }
  return batches;
}

function stored(batch, { offset = batch.base + 100, duplicate = false } = {}) {
  const last = batch.records.length - 1;
  const receipt = { partition: 4, baseSequence: batch.base, lastSequence: batch.base + last, baseOffset: offset, lastOffset: offset + last, duplicate, appendedAt: "2026-11-23T10:00:00.000Z" };
  return { kind: "stored", receipt };
}

const problem = { status: 409, code: "CODE" };
const again = (inDoubt, retryAfterMs) => ({ kind: "again", inDoubt, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const outOfOrder = (expected) => ({ kind: "out-of-order", expected, problem });
const bodies = (batches) => batches.map((batch) => [batch.base, new TextDecoder().decode(batch.body)]);
const outcomes = (told) => told.map(([n, outcome]) => [n, outcome.offset ?? outcome.constructor]);

describe("batching", () => {
  const cases = [
    { name: "lingers", records: 1, size: 4, now: 4, batches: [] },
    { name: "does not linger longer", records: 1, size: 4, now: 5, batches: [[7, '"0"\n']] },
    { name: "does not linger in a hurry", records: 1, size: 4, now: 0, hurry: true, batches: [[7, '"0"\n']] },
    { name: "does not linger when full", records: 3, size: 4, now: 0, batches: [[7, '"0"\n"1"\n']] },
    { name: "sends what is larger than a batch alone", records: 2, size: 50, now: 0, batches: [[7, '"0"\n'], [8, '"1"\n']] },
    { name: "has no more in flight than it may", records: 9, size: 10, now: 9, batches: [[7, '"0"\n'], [8, '"1"\n'], [9, '"2"\n']] },
    { name: "does not send what is too late", records: 1, size: 10, now: 1_000, batches: [] },
  ];
  for (const { name, records, size, now, hurry, batches } of cases) {
    test(name, () => assert.deepEqual(bodies(takeAll(partition(records, {}, size).of, now, hurry)), batches));
  }
});

describe("an answer to the first of three batches", () => {
  const cases = [
    { name: "stored", answer: (batch) => stored(batch), sendsAt: Infinity },
    { name: "no answer", answer: () => again(true), sendsAt: 100 },
    { name: "Retry-After", answer: () => again(false, 700), sendsAt: 700 },
    { name: "Retry-After below the backoff", answer: () => again(false, 1), sendsAt: 100 },
    { name: "an epoch of one's own", answer: () => ({ kind: "fenced", epoch: 1, problem }), sendsAt: 100 },
    { name: "another batch's receipt", answer: (batch) => stored({ ...batch, base: 8, records: [1] }), sendsAt: 100 },
    { name: "the receipt of a longer batch", answer: (batch) => stored({ base: batch.base, records: [1, 2] }), sendsAt: 100 },
    { name: "the log is ahead: it was stored", answer: () => outOfOrder(8), sendsAt: 100 },
    { name: "the log is behind what it had", answer: () => outOfOrder(6), trouble: LostError },
    { name: "somebody else's record", answer: () => ({ kind: "reused", problem }), trouble: SequenceReusedError },
    { name: "too large, and one record", answer: () => ({ kind: "too-large", problem }), trouble: RecordTooLargeError },
    { name: "refused", answer: () => ({ kind: "refused", problem }), trouble: RefusedError },
    { name: "a credential refused once", answer: () => ({ kind: "unauthenticated", problem }), sendsAt: 0 },
    { name: "the producer is unknown", answer: () => ({ kind: "unknown-producer", problem }), trouble: LostError },
  ];
  for (const { name, answer, sendsAt, trouble } of cases) {
    test(name, () => {
      const { of } = partition(3);
      const [first] = takeAll(of, 0);
      of.answered(first, answer(first), 0);
      assert.equal(of.trouble(0)?.constructor, trouble);
      if (sendsAt !== undefined && sendsAt !== Infinity) {
        assert.equal(of.take(sendsAt - 1, false), undefined);
        assert.equal(of.take(sendsAt, false), first);
      }
      if (sendsAt === Infinity || trouble !== undefined) {
        assert.equal(of.take(900, false), undefined);
      }
    });
  }
});

describe("the same answer twice", () => {
  const cases = [
    { name: "the log is ahead: it was stored", answer: outOfOrder(8), sendsAt: 300 },
    { name: "a credential refused", answer: { kind: "unauthenticated", problem }, trouble: RefusedError },
    { name: "no answer: the backoff doubles", answer: again(true), sendsAt: 300 },
  ];
  for (const { name, answer, trouble, sendsAt } of cases) {
    test(name, () => {
      const { of } = partition(1);
      const batch = of.take(0, false);
      of.answered(batch, answer, 0);
      assert.equal(of.take(100, false), batch);
      of.answered(batch, answer, 100);
      assert.equal(of.trouble(100)?.constructor, trouble);
      assert.equal(of.take(299, false), undefined);
      assert.equal(of.take(300, false), sendsAt === undefined ? undefined : batch);
    });
  }
});

test("outcomes are told in the order of the sequences", () => {
  const { of, told } = partition(3);
  const [a, b, c] = takeAll(of, 0);
  of.answered(c, stored(c), 1);
  of.answered(b, stored(b), 2);
  of.release();
  assert.deepEqual(told, []);
  of.answered(a, stored(a, { duplicate: true }), 3);
  of.release();
  assert.deepEqual(told.map(([n, { partition, offset, sequence, duplicate }]) => [n, partition, offset, sequence, duplicate]), [
    [0, 4, 107, 7, true],
    [1, 4, 108, 8, false],
    [2, 4, 109, 9, false],
  ]);
  assert.ok(of.idle);
});

test("an early batch goes again when a predecessor is stored, or after the backoff", () => {
  const { of } = partition(2);
  const [a, b] = takeAll(of, 0);
  of.answered(b, outOfOrder(7), 0);
  assert.equal(of.take(99, false), undefined);
  of.answered(a, stored(a), 99);
  assert.equal(of.take(99, false), b);
  of.answered(b, outOfOrder(7), 100);
  assert.equal(of.trouble(100)?.constructor, LostError, "no predecessor was under way when it was sent");
});

test("an early answer from before its predecessor's counts for nothing", () => {
  const { of } = partition(2);
  const [a, b] = takeAll(of, 0);
  of.answered(a, stored(a), 1);
  of.answered(b, outOfOrder(7), 2);
  assert.equal(of.trouble(2), undefined);
});

test("a 413 splits a batch, the sequences stay, and later batches are smaller", () => {
  const { of } = partition(9, { batchBytes: 1_000 }, 4);
  const batch = of.take(5, false);
  of.answered(batch, { kind: "too-large", problem }, 5);
  assert.deepEqual(bodies(takeAll(of, 5)), [[7, '"0"\n"1"\n"2"\n"3"\n'], [11, '"4"\n"5"\n"6"\n"7"\n"8"\n']]);
});

test("a batch that was early is stored when the log is ahead", () => {
  const { of } = partition(2);
  const [, b] = takeAll(of, 0);
  of.answered(b, outOfOrder(7), 0);
  assert.equal(of.take(100, false), b);
  of.answered(b, outOfOrder(9), 100);
  assert.equal(of.take(200, false), b);
  of.giveUp(new NotStoredError("time-out", "timeout"));
  assert.equal(b.outcome.constructor, UnknownOutcomeError);
});

test("the log has part of a batch: somebody else writes", () => {
  const { of } = partition(2, {}, 5);
  const batch = of.take(0, true);
  of.answered(batch, outOfOrder(8), 0);
  assert.equal(of.trouble(0)?.constructor, LostError);
});

test("a refused batch is told when those before it have outcomes, and nothing is sent behind it", () => {
  const { of } = partition(4);
  const [a, b, c] = takeAll(of, 0);
  of.answered(b, { kind: "refused", problem }, 0);
  of.answered(c, again(true), 0);
  assert.deepEqual([of.trouble(0), of.take(500, false)], [undefined, undefined]);
  of.answered(a, stored(a), 1);
  assert.ok(of.trouble(1) instanceof RefusedError);
});

describe("after a fence", () => {
  const timeout = new NotStoredError("time-out", "timeout");
  const refused = new RefusedError("refused");
  const lost = new LostError("lost");
  const cases = [
    { name: "nothing was stored", reason: timeout, next: 7, told: [[0, NotStoredError], [1, NotStoredError], [2, NotStoredError]], sent: [[7, '"3"\n']] },
    { name: "one was stored", reason: timeout, next: 8, told: [[0, 107], [1, NotStoredError], [2, NotStoredError]], sent: [[7, '"0"\n']] },
    { name: "all were stored", reason: timeout, next: 10, told: [[0, 107], [1, 108], [2, 109]], sent: [[7, '"0"\n'], [8, '"1"\n'], [9, '"2"\n']] },
    { name: "the log has part of a batch", reason: timeout, next: 8, batchBytes: 20, told: [[0, LostError], [1, LostError], [2, LostError], [3, LostError]], sent: [] },
    { name: "the log lacks what it had acknowledged", reason: timeout, next: 6, told: [[0, LostError], [1, LostError], [2, LostError], [3, LostError]], sent: [] },
    { name: "the log was put back", reason: lost, next: 2, told: [[0, LostError], [1, LostError], [2, LostError], [3, LostError]], sent: [] },
    { name: "the first was refused", reason: refused, next: 7, refused: 0, told: [[0, RefusedError]], sent: [[7, '"1"\n'], [8, '"2"\n'], [9, '"3"\n']] },
    { name: "the first was refused and stored", reason: refused, next: 8, refused: 0, told: [[0, 107]], sent: [[7, '"0"\n'], [8, '"1"\n'], [9, '"2"\n']] },
  ];
  for (const { name, reason, next, refused, batchBytes, told: expected, sent } of cases) {
    test(name, () => {
      const { of, told } = partition(4, batchBytes === undefined ? {} : { batchBytes });
      const batches = takeAll(of, 0);
      batches.forEach((batch) => of.answered(batch, again(true), 0));
      if (refused !== undefined) {
        of.take(100, false);
        of.answered(batches[refused], { kind: "refused", problem }, 100);
      }
      of.stop(reason);
      assert.equal(of.take(900, false), undefined);
      of.resume(next, 900);
      of.expire(900);
      of.release();
      const batchesAfter = takeAll(of, 900);
      assert.deepEqual(bodies(batchesAfter), sent);
      batchesAfter.filter((batch) => batch.end <= next).forEach((batch) => of.answered(batch, stored(batch), 901));
      of.release();
      assert.deepEqual(outcomes(told).slice(0, expected.length), expected);
    });
  }
});

describe("without a fence", () => {
  const cases = [
    { name: "all in doubt", doubt: [true, true, true], told: [UnknownOutcomeError, UnknownOutcomeError, UnknownOutcomeError] },
    { name: "the first never stored", doubt: [false, true, true], told: [NotStoredError, NotStoredError, NotStoredError] },
    { name: "the second never stored", doubt: [true, false, true], told: [UnknownOutcomeError, NotStoredError, NotStoredError] },
  ];
  for (const { name, doubt, told: expected } of cases) {
    test(name, () => {
      const { of, told } = partition(4);
      takeAll(of, 0).forEach((batch, i) => of.answered(batch, again(doubt[i]), 0));
      of.giveUp(new NotStoredError("time-out", "timeout"));
      of.release();
      assert.deepEqual(outcomes(told), expected.map((kind, n) => [n, kind]));
    });
  }

  test("once in doubt is in doubt, in halves, too", () => {
    const { of, told } = partition(2, { batchBytes: 1_000 });
    const batch = of.take(5, false);
    of.answered(batch, again(true), 5);
    of.answered(of.take(105, false), again(false), 105);
    of.answered(of.take(400, false), { kind: "too-large", problem }, 400);
    of.giveUp(new NotStoredError("time-out", "timeout"));
    of.release();
    assert.deepEqual(outcomes(told), [[0, UnknownOutcomeError], [1, UnknownOutcomeError]]);
  });

  test("what is under way is in doubt, what was fenced says so", () => {
    const { of, told } = partition(4);
    takeAll(of, 0);
    const fenced = new FencedError("fenced");
    of.giveUp(fenced);
    of.dropWaiting(fenced);
    of.release();
    assert.deepEqual(outcomes(told), [[0, UnknownOutcomeError], [1, UnknownOutcomeError], [2, UnknownOutcomeError], [3, FencedError]]);
    assert.ok(told.every(([, error]) => error.reason === "fenced"));
  });
});

describe("what a fence found stored, and whose offset does not come", () => {
  const timeout = new NotStoredError("time-out", "timeout");
  const closed = new NotStoredError("closed", "closed");
  const cases = [
    { name: "is unknown without a fence", answer: again(false), end: (of) => of.giveUp(timeout), told: UnknownOutcomeError },
    { name: "is unknown when its time is over once more", answer: again(false), end: (of) => (of.stop(timeout), of.resume(8, 1_900)), told: UnknownOutcomeError },
    { name: "is unknown when it is refused", answer: { kind: "refused", problem }, end: (of) => (of.stop(of.trouble(901)), of.resume(8, 901)), told: UnknownOutcomeError },
    { name: "is asked for again after another fence", answer: again(false), end: (of) => (of.stop(closed), of.resume(8, 901)), told: 107 },
    { name: "is not stored if it is another's", answer: { kind: "reused", problem }, end: (of) => (of.stop(of.trouble(901)), of.resume(8, 901)), told: SequenceReusedError },
    { name: "is not stored if it is another's, without a fence", answer: { kind: "reused", problem }, end: (of) => of.giveUp(timeout), told: SequenceReusedError },
    { name: "is not stored if the log lacks it now", answer: again(true), end: (of) => (of.stop(timeout), of.resume(7, 901)), told: LostError },
  ];
  for (const { name, answer, end, told: expected } of cases) {
    test(name, () => {
      const { of, told } = partition(1);
      of.answered(of.take(0, false), again(true), 0);
      of.stop(timeout);
      of.resume(8, 900);
      of.answered(of.take(900, false), answer, 900);
      end(of);
      const asked = of.take(1_000, false);
      if (asked !== undefined) {
        of.answered(asked, stored(asked), 1_000);
      }
      of.release();
      assert.deepEqual(outcomes(told), [[0, expected]]);
    });
  }
});

test("a fence that finds less than was acknowledged says so", () => {
  const { of, told } = partition(2);
  const [a, b] = takeAll(of, 0);
  of.answered(a, stored(a), 1);
  of.answered(b, again(true), 1);
  of.stop(new NotStoredError("time-out", "timeout"));
  of.resume(7, 900);
  of.release();
  assert.deepEqual(outcomes(told), [[0, 107], [1, LostError]]);
});

describe("a batch of which a record is not valid", () => {
  const invalid = { kind: "invalid", problem: { status: 400, code: "INVALID_REQUEST" } };

  /** Three records in a batch and one behind, the first of which was refused; the producer was fenced. */
  function refused(now) {
    const { of, told } = partition(4, { batchBytes: 15 }, 5);
    const [batch] = takeAll(of, 5, true);
    of.answered(batch, invalid, 5);
    assert.ok(of.trouble(5) instanceof RefusedError);
    of.stop(of.trouble(5));
    of.resume(7, now);
    of.expire(now);
    of.release();
    return { of, told };
  }

  test("is sent one by one", () => {
    const { of, told } = refused(6);
    const alone = takeAll(of, 6, true);
    assert.deepEqual(bodies(alone), [[7, '"0"\n'], [8, '"1"\n'], [9, '"2"\n']]);
    of.answered(alone[0], stored(alone[0]), 7);
    of.answered(alone[1], invalid, 7);
    of.answered(alone[2], again(false), 7);
    of.stop(of.trouble(7));
    of.resume(8, 8);
    of.release();
    const rest = takeAll(of, 8, true);
    assert.deepEqual(bodies(rest), [[8, '"2"\n'], [9, '"3"\n']]);
    rest.forEach((batch) => of.answered(batch, stored(batch), 9));
    of.release();
    assert.deepEqual(outcomes(told), [[0, 107], [1, RefusedError], [2, 108], [3, 109]]);
  });

  test("is told as all when the time is over meanwhile", () => {
    assert.deepEqual(refused(1_000).told.map(([n, { constructor, reason }]) => [n, constructor, reason]), [0, 1, 2, 3].map((n) => [n, NotStoredError, "timeout"]));
  });
});

test("outcomes keep their order where records expire behind a refused batch", () => {
  const { of, told, add } = partition(2, { maxInFlight: 2 });
  const [a, b] = takeAll(of, 0);
  add(2);
  of.answered(a, { kind: "refused", problem }, 1);
  of.answered(b, again(false), 1);
  of.stop(of.trouble(1));
  of.expire(1_000);
  of.resume(7, 1_000);
  of.expire(1_000);
  of.release();
  assert.deepEqual(outcomes(told), [[0, RefusedError], [1, NotStoredError], [2, NotStoredError]]);
});

test("any number of records fails at once", () => {
  const { of, told, add } = partition(0);
  for (let n = 0; n < 200_000; n++) {
    add(n);
  }
  of.dropWaiting(new NotStoredError("closed", "closed"));
  of.release();
  assert.equal(told.length, 200_000);
});

test("the delivery time-out of the first batch is trouble, that of waiting records is not", () => {
  const { of, told, add } = partition(1);
  const batch = of.take(0, false);
  assert.deepEqual([of.trouble(999), of.trouble(1_000)?.reason], [undefined, "timeout"]);
  add(1, 0);
  of.expire(1_000);
  of.release();
  assert.deepEqual(told, [], "those before come first");
  of.answered(batch, stored(batch), 1_000);
  of.release();
  assert.deepEqual(outcomes(told), [[0, 107], [1, NotStoredError]]);
});

describe("wakes up", () => {
  const cases = [
    { name: "for nothing", prepare: () => {}, records: 0, at: Infinity },
    { name: "when it has lingered", prepare: () => {}, records: 1, at: 5 },
    { name: "for the delivery time-out", prepare: (of) => void takeAll(of, 5), records: 1, at: 1_000 },
    { name: "for a retry", prepare: (of) => of.answered(of.take(5, false), again(true), 5), records: 1, at: 105 },
    { name: "for a Retry-After", prepare: (of) => of.answered(of.take(5, false), again(false, 500), 5), records: 1, at: 505 },
    { name: "not while it is stopped", prepare: (of) => (takeAll(of, 5), of.stop(new NotStoredError("", "timeout"))), records: 3, at: Infinity },
    { name: "not for what is behind a refused batch", prepare: (of) => takeAll(of, 5).forEach((batch, i) => i === 1 && of.answered(batch, { kind: "refused", problem }, 5)), records: 5, at: 1_000 },
    { name: "for no new batch when enough are under way", prepare: (of) => void takeAll(of, 5), records: 9, at: 1_000 },
  ];
  for (const { name, prepare, records, at } of cases) {
    test(name, () => {
      const { of } = partition(records);
      prepare(of);
      assert.equal(of.wakeAt(), at);
    });
  }
});
