// Pure logic, by tables.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { AuthenticationError, InvalidRecordError, murmur2, NotAuthorizedError, NotFoundError, NotOwnerError, NotStoredError, OffsetOutOfRangeError, partitionOf, RefusedError } from "@exactly-once/client";
import { Admission } from "../dist/admission.js";
import { answerOf } from "../dist/answer.js";
import { backoff } from "../dist/backoff.js";
import { fromBase64, toBase64 } from "../dist/base64.js";
import { Ledger } from "../dist/ledger.js";
import { receiptsOf } from "../dist/receipts.js";
import { encode } from "../dist/record.js";
import { recordsRefusedBy, refusedBy } from "../dist/refusals.js";
import { complete } from "../dist/settings.js";
import { invalidTopic } from "../dist/topics.js";
import { retryAfter } from "../dist/transport.js";

test("keys choose partitions as Kafka's Java producer does", () => {
  const { keys } = JSON.parse(readFileSync(new URL("../../conformance/vectors/partitions.json", import.meta.url), "utf8"));
  assert.ok(keys.length > 10);
  for (const { keyBase64, murmur2: hash, partitions } of keys) {
    const key = fromBase64(keyBase64);
    assert.equal(murmur2(key), hash, keyBase64);
    Object.entries(partitions).forEach(([count, partition]) => assert.equal(partitionOf(key, Number(count)), partition, `${keyBase64} of ${count}`));
  }
});

describe("a record's line", () => {
  const bytes = new Uint8Array([0, 255, 128]);
  const cases = [
    [{ value: { a: 1.5 } }, '{"value":{"a":1.5}}'],
    [{ value: null, key: "" }, '{"key":"","value":null}'],
    [{ value: "ü\n", key: "k", topic: "records" }, '{"key":"k","value":"ü\\n"}'],
    [{ value: bytes, key: bytes }, '{"keyBase64":"AP+A","valueBase64":"AP+A"}'],
    [{ tombstone: true, key: "k" }, '{"key":"k","tombstone":true}'],
    [{ value: 1, headers: { a: "b" } }, '{"headers":{"a":"b"},"value":1}'],
    [{ value: 1, headers: [["a", "b"], ["a", null], ["c", bytes]] }, '{"headers":[["a","b"],["a",null],["c",{"base64":"AP+A"}]],"value":1}'],
    [{ value: 1, headers: null, timestamp: null, key: null }, '{"value":1}'],
    [{ value: 1, timestamp: 0 }, '{"timestamp":"1970-01-01T00:00:00.000Z","value":1}'],
    [{ value: 1, timestamp: new Date("2026-11-23T10:00:00.123Z") }, '{"timestamp":"2026-11-23T10:00:00.123Z","value":1}'],
    [{ value: [null, {}, { 0: 1 }, undefined] }, '{"value":[null,{},{"0":1},null]}'],
    [{ value: new Date(0) }, '{"value":"1970-01-01T00:00:00.000Z"}'],
    [{ value: "\\ud800" }, '{"value":"\\\\ud800"}'],
  ];
  for (const [record, line] of cases) {
    test(line, () => {
      const encoded = encode(record);
      assert.deepEqual([encoded.line, encoded.size], [line, Buffer.byteLength(line) + 1]);
    });
  }
});

describe("is refused", () => {
  const circle = {};
  circle.circle = circle;
  const cases = {
    "the name of no topic": { value: 1, topic: "../records" },
    "no text as a topic": { value: 1, topic: 7 },
    "a text for a record": "value",
    "no record": undefined,
    "a text for headers": { value: 1, headers: "a: b" },
    "a partition as text": { value: 1, partition: "1" },
    "a partition below 0": { value: 1, partition: -1 },
    "half a partition": { value: 1, partition: 0.5 },
    "no value": {},
    "a function": { value: () => 1 },
    "a big integer": { value: 1n },
    "no number": { value: [{ a: NaN }] },
    infinity: { value: -Infinity },
    "a map": { value: { a: new Map([["a", 1]]) } },
    "a set": { value: new Set([1]) },
    "a buffer": { value: new ArrayBuffer(2) },
    "bytes in a value": { value: { photo: new Uint8Array([1, 2]) } },
    "numbers of a fixed size": { value: new Float64Array([1.5]) },
    "a circle": { value: circle },
    "a tombstone with a value": { value: 1, tombstone: true },
    "half of a pair in a value": { value: ["\ud800"] },
    "half of a pair behind backslashes": { value: "\\\\\udfff" },
    "half of a pair in a key": { value: 1, key: "\udc00" },
    "U+0000 in a key": { value: 1, key: "a\0" },
    "a number as a header": { value: 1, headers: { a: 1 } },
    "a number in a list of headers": { value: 1, headers: [["a", 1]] },
    "a time that is none": { value: 1, timestamp: new Date("never") },
    "a time beyond the year 9999": { value: 1, timestamp: Date.UTC(10_000, 0) },
    "a time before the year 0": { value: 1, timestamp: new Date(-8.64e15) },
  };
  for (const [name, record] of Object.entries(cases)) {
    test(name, () => assert.throws(() => encode(record), RefusedError));
  }
});

describe("a record's id", () => {
  const long = "\u{1f600}".repeat(255);
  test("is in its line", () => {
    assert.equal(encode({ id: "order-1", key: "k", value: 1 }, "at-least-once").line, '{"id":"order-1","key":"k","value":1}');
    assert.equal(encode({ id: long, value: 1 }, "at-least-once").line, `{"id":"${long}","value":1}`);
  });
  const cases = [["", /1 to 255 characters, not 0/], [`${long}x`, /1 to 255 characters, not 256/], ["a\n", /without control characters/], ["a\u0085", /without control characters/], [7, /A record's id is text, not of type number/], [null, /A record's id is text, not null/], ["\ud800", /surrogate/]];
  for (const [id, message] of cases) {
    test(`${JSON.stringify(id)?.slice(0, 10)} is none`, () => assert.throws(() => encode({ id, value: 1 }, "at-least-once"), (error) => error instanceof InvalidRecordError && message.test(error.message)));
  }
});

describe("what is refused has an error of its own", () => {
  const cases = [
    [400, "INVALID_REQUEST", RefusedError, InvalidRecordError],
    [401, "UNAUTHENTICATED", AuthenticationError],
    [403, "FORBIDDEN", NotAuthorizedError],
    [403, "FORBIDDEN_ORIGIN", NotAuthorizedError],
    [403, "NOT_OWNER", NotOwnerError],
    [404, "UNKNOWN_TOPIC", NotFoundError],
    [404, undefined, NotFoundError],
    [405, "METHOD_NOT_ALLOWED", RefusedError],
    [410, "OFFSET_OUT_OF_RANGE", OffsetOutOfRangeError],
    [415, "UNSUPPORTED_MEDIA_TYPE", RefusedError, InvalidRecordError],
  ];
  for (const [status, code, ofRequest, ofRecords = ofRequest] of cases) {
    test(`${status} ${code ?? ""}`, () => {
      const problem = { status, code };
      const errors = [refusedBy("request", problem), recordsRefusedBy(problem)];
      assert.deepEqual(errors.map((error) => error.constructor), [ofRequest, ofRecords]);
      errors.forEach((error) => assert.deepEqual([error instanceof RefusedError, error.reason, error.problem, error.name], [true, "refused", problem, error.constructor.name]));
    });
  }
  test("not to own a name is not to be authorized", () => assert.ok(refusedBy("request", { status: 403, code: "NOT_OWNER" }) instanceof NotAuthorizedError));
});

describe("the receipts of records without an identity", () => {
  const place = { topic: "orders", partition: 3 };
  const time = "2026-11-29T10:00:00.456Z";
  const of = (offset, more) => ({ ...place, offset, sequence: -1, duplicate: false, appendedAt: time, ...more });
  const plain = { ...place, baseSequence: null, baseOffset: 7, lastOffset: 8, duplicate: false, appendedAt: time };
  const ids = (...records) => ({ topic: "orders", records, duplicate: false, appendedAt: time });
  const fresh = { partition: 3, offset: 7, duplicate: false };
  const known = { partition: 0, offset: 4, duplicate: true };
  const cases = [
    ["places of a batch", plain, 2, [of(7), of(8)]],
    ["places of new records", ids(fresh, { ...fresh, offset: 9 }), 2, [of(7), of(9)]],
    ["the time of one is its own", ids(known), 1, [of(4, { partition: 0, duplicate: true })]],
    ["the time is the latest of several", ids(known, fresh), 2, [of(4, { partition: 0, duplicate: true, appendedAt: null }), of(7, { appendedAt: null })]],
    ["a duplicate that is deleted", { ...ids({ ...known, offset: null }), appendedAt: null }, 1, [of(-1, { partition: 0, duplicate: true, appendedAt: null })]],
    ["another topic's", { ...plain, topic: "records" }, 2, undefined],
    ["another partition's", { ...plain, partition: 4 }, 2, undefined],
    ["those of more records", plain, 1, undefined],
    ["those of fewer records", ids(fresh), 2, undefined],
    ["a new record without an offset", ids({ ...fresh, offset: null }), 1, undefined],
    ["something else", { ok: true }, 1, undefined],
    ["nothing", undefined, 1, undefined],
    ["null", null, 1, undefined],
    ["a list of null", ids(null), 1, undefined],
  ];
  for (const [name, body, count, expected] of cases) {
    test(name, () => assert.deepEqual(receiptsOf(body, place, count), expected));
  }
});

test("a key that is no text is told as that", () => {
  assert.throws(() => encode({ value: 1, key: 7 }), /A key is text or bytes, not of type number/);
  assert.throws(() => encode({ value: 1, key: "a\0" }), /without U\+0000/);
});

describe("an answer", () => {
  const code = (value, more) => ({ code: value, ...more });
  const receipt = { baseSequence: 1, baseOffset: 2 };
  const cases = [
    [200, receipt, { kind: "stored" }],
    [201, receipt, { kind: "stored" }],
    [200, { ...receipt, baseOffset: null, duplicate: true }, { kind: "stored" }],
    [201, { ...receipt, baseOffset: null, duplicate: false }, { kind: "again", inDoubt: true }],
    [201, undefined, { kind: "again", inDoubt: true }],
    [200, { hello: "world" }, { kind: "again", inDoubt: true }],
    [408, code("REQUEST_TIMEOUT"), { kind: "again", inDoubt: true }],
    [429, code("OVERLOADED"), { kind: "again", inDoubt: false, retryAfterMs: 2_000 }],
    [500, code("INTERNAL_ERROR"), { kind: "again", inDoubt: true }],
    [502, undefined, { kind: "again", inDoubt: true }],
    [503, code("STORE_UNAVAILABLE"), { kind: "again", inDoubt: true, retryAfterMs: 2_000 }],
    [409, code("OUT_OF_ORDER_SEQUENCE_NUMBER", { expectedSequence: 4 }), { kind: "out-of-order", expected: 4 }],
    [403, code("PRODUCER_FENCED", { currentEpoch: 3 }), { kind: "fenced", epoch: 3 }],
    [403, code("NOT_OWNER"), { kind: "refused" }],
    [404, code("UNKNOWN_PRODUCER_ID"), { kind: "unknown-producer" }],
    [404, code("UNKNOWN_TOPIC"), { kind: "not-there" }],
    [404, code("UNKNOWN_PARTITION"), { kind: "not-there" }],
    [404, undefined, { kind: "refused" }],
    [401, code("UNAUTHENTICATED"), { kind: "unauthenticated" }],
    [413, code("RECORD_BATCH_TOO_LARGE"), { kind: "too-large" }],
    [422, code("SEQUENCE_REUSED"), { kind: "reused" }],
    [400, code("INVALID_REQUEST"), { kind: "invalid" }],
    [307, undefined, { kind: "refused" }],
    [202, {}, { kind: "again", inDoubt: true }],
    [204, undefined, { kind: "again", inDoubt: true }],
  ];
  for (const [status, body, expected] of cases) {
    test(`${status} ${body?.code ?? ""}`, () => {
      const answer = answerOf({ status, body, retryAfterMs: "retryAfterMs" in expected ? 2_000 : undefined });
      assert.deepEqual({ ...answer, ...expected }, answer);
      assert.equal("retryAfterMs" in answer, "retryAfterMs" in expected);
    });
  }
});

test("Retry-After is seconds or a date", () => {
  assert.deepEqual([retryAfter("3"), retryAfter(" 0 "), retryAfter(null), retryAfter("soon")], [3_000, 0, undefined, undefined]);
  const wait = retryAfter(new Date(Date.now() + 10_000).toUTCString());
  assert.ok(wait > 8_000 && wait <= 10_000, String(wait));
  assert.equal(retryAfter("Mon, 23 Nov 2020 10:00:00 GMT"), 0);
});

test("the backoff doubles up to its limit, and varies by a fifth", () => {
  assert.deepEqual([0, 1, 2, 9, 5_000].map((retries) => backoff(retries, 100, 1_000, () => 0.5)), [100, 200, 400, 1_000, 1_000]);
  assert.deepEqual([backoff(0, 100, 1_000, () => 0), Math.round(backoff(0, 100, 1_000, () => 1))], [80, 120]);
});

test("base64 is as it was, also of much", () => {
  const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => i * 7);
  assert.equal(toBase64(bytes), Buffer.from(bytes).toString("base64"));
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
});

test("settings have Kafka's defaults, and are numbers in their range", () => {
  const { token, fetch, name, ...rest } = complete({});
  assert.deepEqual(rest, {
    delivery: "exactly-once", requestTimeoutMs: 30_000, retryBackoffMs: 100, retryBackoffMaxMs: 1_000, lingerMs: 5, batchBytes: 16_384, maxInFlight: 5,
    deliveryTimeoutMs: 120_000, bufferBytes: 33_554_432, maxBlockMs: 60_000, waitSeconds: 2,
  });
  for (const settings of [{ maxInFlight: 0 }, { maxInFlight: 2.5 }, { bufferBytes: 1.5 }, { lingerMs: -1 }, { batchBytes: NaN }, { waitMs: "2" }, { waitMs: true }, { bufferBytes: -Infinity }, { maxBlockMs: NaN }]) {
    assert.throws(() => complete(settings), RangeError, JSON.stringify(settings));
  }
  for (const name of ["waitMs", "requestTimeoutMs", "deliveryTimeoutMs", "retryBackoffMs", "retryBackoffMaxMs"]) {
    assert.throws(() => complete({ [name]: Infinity }), { name: "RangeError", message: new RegExp(`^${name} is a finite number from [01] on, not Infinity$`) });
  }
  for (const name of ["lingerMs", "batchBytes", "maxInFlight", "bufferBytes", "maxBlockMs"]) {
    assert.equal(complete({ [name]: Infinity })[name], Infinity);
  }
});

test("records are let in in order, when there is room and the number of partitions is known", async () => {
  let lookUps = 0;
  const admission = new Admission(10, 60_000, () => lookUps++);
  const log = [];
  const enter = (name, size, topic) => admission.enter(size, topic ?? "known", topic !== undefined, () => log.push(name), (error) => log.push(`${name} ${error.reason}`));
  enter("a", 4);
  enter("b", 4, "orders");
  enter("c", 2);
  enter("d", 11);
  assert.deepEqual([log, lookUps], [["a", "c", "d too-large"], 1]);
  await admission.vacancy();
  enter("e", 4, "orders");
  enter("f", 1);
  let vacant = false;
  const vacancy = admission.vacancy().then(() => (vacant = true));
  admission.know("other", 3);
  admission.leave(2);
  assert.deepEqual([log.length, lookUps], [3, 1]);
  admission.know("orders", 8);
  assert.deepEqual(log.slice(3), ["b"]);
  await Promise.resolve();
  assert.equal(vacant, false);
  admission.leave(4);
  assert.deepEqual(log.slice(4), ["e", "f"]);
  await vacancy;
  enter("g", 4);
  admission.refuse(new NotStoredError("closed", "closed"));
  assert.deepEqual(log.slice(6), ["g closed"]);
});

test("who waits for room does not wait for what comes later, nor for topics that are asked for", { timeout: 10_000 }, async () => {
  const admission = new Admission(10, 60_000, () => {});
  let refused = 0;
  const enter = (size, topic) => admission.enter(size, topic ?? "known", topic !== undefined, () => {}, () => refused++);
  enter(2, "missing");
  await admission.vacancy();
  enter(4);
  enter(4);
  enter(4);
  for (let n = 0; n < 10; n++) {
    const vacancy = admission.vacancy();
    enter(4);
    admission.leave(4);
    await vacancy;
  }
  assert.equal(refused, 0);
  admission.refuse(new NotStoredError("closed", "closed"));
  assert.equal(refused, 2, "the one of the topic, and the last");
});

test("nobody who waits for the room of before is refused, whoever's topic is asked for", { timeout: 10_000 }, async () => {
  const admission = new Admission(10, 60_000, () => {});
  let open = 0;
  const leave = () => (open--, admission.leave(6));
  const admitted = [];
  const sending = (async () => {
    for (let n = 0; n < 20; n++) {
      open++;
      admission.enter(6, "orders", true, () => (admitted.push(n), setImmediate(leave)), () => assert.fail("refused"));
      await admission.vacancy();
      assert.ok(open <= 1, `${open} records in the room of one`);
    }
  })();
  setTimeout(() => admission.know("orders", 3), 20);
  await sending;
  assert.deepEqual(admitted, Array.from({ length: 20 }, (_, n) => n));
});

test("a record that has its partition does not overtake one of its topic that has to ask, in room and behind those that wait for it", () => {
  const admission = new Admission(10, 60_000, () => {});
  const log = [];
  const enter = (name, size, topic, asks) => admission.enter(size, topic, asks, () => log.push(name), (error) => log.push(`${name} ${error.reason}`));
  enter("a", 10, "known", false);
  enter("b", 4, "orders", true);
  enter("c", 4, "orders", false);
  admission.leave(10);
  enter("d", 2, "orders", false);
  assert.deepEqual(log, ["a"]);
  admission.know("orders", 3);
  assert.deepEqual(log, ["a", "b", "c", "d"]);
});

test("records of a topic keep their order, in room and behind those that wait for it, and give back their room when they are refused", () => {
  const admission = new Admission(10, 60_000, () => {});
  const log = [];
  const enter = (name, size, topic) => admission.enter(size, topic ?? "known", topic !== undefined, () => (log.push(name), admission.leave(size)), (error) => log.push(`${name} ${error.reason}`));
  enter("a", 4, "orders");
  enter("b", 4, "orders");
  enter("c", 4, "orders");
  enter("d", 4, "orders");
  admission.know("orders", 3);
  assert.deepEqual(log, ["a", "b", "c", "d"]);
  enter("e", 10, "missing");
  enter("f", 10);
  admission.refuseTopic("missing", new RefusedError("no"));
  assert.deepEqual(log.slice(4), ["e refused", "f"]);
});

test("a topic that has to be asked for holds up no other, and is asked for again if it was forgotten", async () => {
  const asked = [];
  const admission = new Admission(100, 60_000, (topic) => asked.push(topic));
  const log = [];
  const enter = (name, topic) => admission.enter(1, topic ?? "known", topic !== undefined, () => log.push(name), (error) => log.push(`${name} ${error.reason}`));
  enter("a", "missing");
  enter("b", "orders");
  enter("c", "missing");
  enter("d", undefined);
  admission.refuseTopic("missing", new RefusedError("no"));
  assert.deepEqual([log, asked], [["d", "a refused", "c refused"], ["missing", "orders"]]);
  admission.know("orders", 3);
  assert.deepEqual(log.slice(3), ["b"]);
  admission.forget("orders");
  enter("e", "orders");
  assert.deepEqual(asked.slice(2), ["orders"]);
  admission.refuse(new NotStoredError("closed", "closed"));
  assert.deepEqual(log.slice(4), ["e closed"]);
  await admission.vacancy();
});

test("a topic that is forgotten while its records wait for room is asked for", () => {
  const asked = [];
  const admission = new Admission(10, 60_000, (topic) => asked.push(topic));
  const log = [];
  const enter = (name, topic) => admission.enter(10, topic ?? "known", topic !== undefined, () => log.push(name), (error) => log.push(`${name} ${error.reason}`));
  admission.know("orders", 3);
  enter("a", undefined);
  enter("b", "orders");
  admission.forget("orders");
  admission.leave(10);
  assert.deepEqual([log, asked], [["a"], ["orders"]]);
  admission.know("orders", 4);
  assert.deepEqual(log, ["a", "b"]);
});

test("those who wait are refused when their time is over, for room and for topics", async () => {
  const admission = new Admission(10, 20, () => {});
  const enter = (topic, size) => new Promise((resolve) => admission.enter(size, topic ?? "known", topic !== undefined, () => resolve("in"), (error) => resolve(error.message)));
  assert.equal(await enter(undefined, 9), "in");
  assert.deepEqual(await Promise.all([enter("orders", 1), enter(undefined, 9)]), ["No gateway said how many partitions topic orders has for 20 ms.", "The buffer was full for 20 ms."]);
  await admission.vacancy();
});

test("a topic that was missing is asked for before any record of it is let in", () => {
  const admission = new Admission(10, 60_000, () => {});
  assert.equal(admission.awaits("orders"), false);
  admission.forget("orders");
  assert.equal(admission.awaits("orders"), true);
  admission.know("orders", 3);
  assert.equal(admission.awaits("orders"), false);
});

test("names of topics are Kafka's", () => {
  for (const name of ["records", "a.b-c_D9", "...", "x".repeat(249)]) {
    assert.equal(invalidTopic(name), undefined, name);
  }
  for (const name of ["", ".", "..", "a/b", "a b", "ü", "a\n", "x".repeat(250), null]) {
    assert.match(invalidTopic(name) ?? "", /^Topic name is invalid: /, String(name));
  }
});

test("any number of records may leave as soon as they are let in", () => {
  const admission = new Admission(30_000, 60_000, () => {});
  let entered = 0;
  admission.enter(30_000, "known", false, () => {}, () => {});
  for (let n = 0; n < 30_000; n++) {
    admission.enter(1, "known", false, () => (entered++, admission.leave(1)), () => {});
  }
  admission.leave(30_000);
  assert.equal(entered, 30_000);
});

test("a flush waits for what came before it, and reports failures once", async () => {
  const ledger = new Ledger();
  const [first, second] = [ledger.enter(), ledger.enter()];
  let settled = false;
  const report = ledger.report(true);
  const flush = ledger.settled().then(() => (settled = true));
  const later = ledger.enter();
  const flushAll = ledger.settled();
  second(new NotStoredError("no", "timeout"));
  await new Promise(setImmediate);
  assert.equal(settled, false);
  first();
  await flush;
  assert.throws(report, { failed: 1 });
  ledger.report(true)();
  later();
  await flushAll;
});

test("reports that overlap tell all that failed, the first hundred by name", () => {
  const ledger = new Ledger();
  const fail = (count) => Array(count).fill().forEach(() => ledger.enter()(new NotStoredError("no", "timeout")));
  const [one, two, close] = [ledger.report(true), ledger.report(true), ledger.report(false)];
  fail(60);
  assert.throws(close, { failed: 60 });
  assert.throws(one, { failed: 60 });
  const late = ledger.report(true);
  fail(60);
  assert.throws(two, ({ failed, errors }) => failed === 120 && errors.length === 100);
  assert.throws(late, { failed: 60 });
  ledger.report(false)();
});
