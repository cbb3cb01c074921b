// What becomes of records after a fence, and without one, by tables: no network, no clock.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FencedError, InvalidRecordError, LostError, NotAuthorizedError, NotFoundError, NotStoredError, RefusedError, SequenceReusedError, UnknownOutcomeError } from "@exactly-once/client";
import { again, bodies, outcomes, partition, problem, stored, takeAll } from "./support/partition.mjs";

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

  for (const [whose, problem, expected] of [["a gateway", { status: 403, code: "FORBIDDEN" }, NotAuthorizedError], ["a proxy", { status: 403 }, UnknownOutcomeError], ["a proxy that passed nothing on", { status: 407 }, RefusedError]]) {
    test(`what ${whose} has refused is ${expected.name}`, () => {
      const { of, told } = partition(1);
      of.answered(of.take(0, false), { kind: "refused", problem }, 0);
      of.giveUp(new RefusedError("the fence is refused, too"));
      of.release();
      assert.deepEqual(outcomes(told), [[0, expected]]);
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
    assert.deepEqual(outcomes(told), [[0, 107], [1, InvalidRecordError], [2, 108], [3, 109]]);
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

describe("outcomes keep their order where an innocent batch is sent again", () => {
  const closed = new NotStoredError("closed", "closed");
  const refused = { kind: "refused", problem };
  const cases = [
    { name: "before one that was refused, too", act: (of, [, , c]) => of.answered(c, refused, 1), told: [[0, RefusedError], [1, 107], [2, RefusedError], [3, 108]] },
    { name: "before waiting records that fail meanwhile", act: (of) => (of.stop(of.trouble(1)), of.dropWaiting(closed)), told: [[0, RefusedError], [1, 107], [2, 108], [3, NotStoredError]] },
    { name: "before one of which a record is not valid", size: 5, act: (of, [, , c]) => of.answered(c, { kind: "invalid", problem }, 1), told: [[0, RefusedError], [1, RefusedError], [2, 107], [3, 108], [4, 109], [5, 110], [6, 111]] },
  ];
  for (const { name, size, act, told: expected } of cases) {
    test(name, () => {
      const { of, told } = partition(size === undefined ? 4 : 7, {}, size);
      const batches = takeAll(of, 0, true);
      of.answered(batches[0], refused, 1);
      of.answered(batches[1], again(true), 1);
      act(of, batches);
      of.stop(of.trouble(1) ?? of.stoppedFor);
      of.resume(7, 2);
      for (let sent = takeAll(of, 2, true); sent.length > 0; sent = takeAll(of, 2, true)) {
        sent.reverse().forEach((batch) => of.answered(batch, stored(batch), 2));
        of.release();
      }
      assert.deepEqual(outcomes(told), expected);
    });
  }
});

describe("a partition that is not there", () => {
  const notThere = { kind: "not-there", problem: { status: 404, code: "UNKNOWN_TOPIC" } };
  test("is left after one fence", () => {
    const { of, told, add } = partition(4);
    of.startAt(0);
    const [first, second] = takeAll(of, 0);
    of.answered(second, notThere, 0);
    of.release();
    assert.deepEqual([told, takeAll(of, 900)], [[], []]);
    assert.equal(of.trouble(0) instanceof RefusedError, true);
    of.answered(first, notThere, 0);
    of.stop(of.trouble(0));
    of.resume(0, 900);
    of.release();
    assert.deepEqual(outcomes(told), [0, 1, 2, 3].map((n) => [n, NotFoundError]));
    assert.equal(of.unused, true);
    add(4);
    assert.deepEqual([of.trouble(900), bodies(takeAll(of, 900))], [undefined, [[0, '"4"\n']]]);
  });

  test("is lost if anything was acknowledged", () => {
    const { of, told } = partition(3);
    of.startAt(0);
    const [first, second, third] = takeAll(of, 0);
    of.answered(first, stored(first), 0);
    of.answered(second, notThere, 0);
    assert.notEqual(of.trouble(0), undefined);
    of.stop(of.trouble(0));
    of.answered(third, notThere, 0);
    of.resume(0, 1);
    of.release();
    assert.deepEqual(outcomes(told), [[0, 100], [1, LostError], [2, LostError]]);
    assert.equal(of.unused, false);
  });
});
