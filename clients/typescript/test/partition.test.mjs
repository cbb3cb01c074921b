// The state machine of a partition, by tables: no network, no clock.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LostError, NotStoredError, RecordTooLargeError, RefusedError, SequenceReusedError, UnknownOutcomeError } from "@exactly-once/client";
import { again, bodies, outOfOrder, outcomes, partition, problem, stored, takeAll } from "./support/partition.mjs";

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
    { name: "the receipt of another topic", answer: (batch) => ({ kind: "stored", receipt: { ...stored(batch).receipt, topic: "records" } }), sendsAt: 100 },
    { name: "there is no such topic", answer: () => ({ kind: "not-there", problem }), trouble: RefusedError },
    { name: "the receipt of a longer batch", answer: (batch) => stored({ base: batch.base, records: [1, 2] }), sendsAt: 100 },
    { name: "the log is ahead: it was stored", answer: () => outOfOrder(8), sendsAt: 100 },
    { name: "the log expects it", answer: () => outOfOrder(7), sendsAt: 100 },
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

test("a duplicate that retention has deleted is stored, at no offset", () => {
  const { of, told } = partition(1);
  const [batch] = takeAll(of, 10);
  const { receipt } = stored(batch);
  of.answered(batch, { kind: "stored", receipt: { ...receipt, baseOffset: null, lastOffset: null, duplicate: true, appendedAt: null } }, 10);
  of.release();
  assert.deepEqual(told, [[0, { topic: "orders", partition: 4, offset: -1, sequence: 7, duplicate: true, appendedAt: null }]]);
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
