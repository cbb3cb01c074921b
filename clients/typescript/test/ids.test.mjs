// Records with ids, and others that are sent without an identity, each on the real gateway behind a proxy.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { DeliveryError, IdReusedError, InvalidRecordError, NotFoundError, NotStoredError, Producer, read, RecordTooLargeError, UnknownOutcomeError } from "@exactly-once/client";
import { CUT_ANSWER, LOSE_ANSWER, LOSE_REQUEST, PASS, random } from "./support/proxy.mjs";
import { stage } from "./support/stage.mjs";

const DELIVERY = { delivery: "at-least-once" };
const QUICK = { ...DELIVERY, deliveryTimeoutMs: 3_000, requestTimeoutMs: 1_000, retryBackoffMs: 20, retryBackoffMaxMs: 100 };

const on = stage("gateway.append.max-batch-records=100", "gateway.append.max-batch-bytes=20000B");
const { open, values } = on;
let ids = 0;
/** Ids are of the topic, which all tests share. */
let id;

beforeEach(() => {
  const prefix = `test-${ids++}`;
  id = (n) => `${prefix}-${n}`;
});

const isAppend = ({ method, url }) => method === "POST" && url.endsWith("/records");
const send = (n, value = n) => on.producer.send({ partition: on.partition, id: id(n), value });
const sendAll = (...numbers) => Promise.allSettled(numbers.map((n) => send(n)));
const appends = () => on.proxy.requests.filter(isAppend).length;

/** In place of each outcome the offset, or the class of the error. */
const told = (outcomes) => outcomes.map(({ value, reason }) => value?.offset ?? reason.constructor);

test("of two producers one stores, and both are told where", { timeout: 30_000 }, async () => {
  open(DELIVERY);
  const other = new Producer(on.gateway.url, DELIVERY);
  const key = "customer-7";
  const elsewhere = on.partition + 1;
  const first = await on.producer.send({ partition: on.partition, id: id(1), key, value: { order: 1 } });
  assert.deepEqual({ ...first, appendedAt: null }, { topic: "records", partition: on.partition, offset: 0, sequence: -1, duplicate: false, appendedAt: null });
  const again = await other.send({ partition: elsewhere, id: id(1), key, value: { order: 1 } });
  assert.deepEqual(again, { ...first, duplicate: true });
  const [known, fresh] = await Promise.all([send(1, { order: 1 }), send(2)].map((sent) => sent.catch((error) => error)));
  assert.ok(known instanceof IdReusedError, "the key is of the payload");
  assert.equal(fresh.offset, 1);
  await other.close();
  const records = [];
  for await (const record of read(on.gateway.url, { partition: on.partition })) {
    if (records.push([record.id, record.producerId]) === 2) {
      break;
    }
  }
  assert.deepEqual(records, [[id(1), null], [id(2), null]]);
  on.partition++;
  assert.deepEqual(await values(), []);
});

test("new and known records go in one request, and each is told its own", { timeout: 30_000 }, async () => {
  open({ ...DELIVERY, lingerMs: 50 });
  await sendAll(1, 2);
  const sent = appends();
  const receipts = await Promise.all([send(2), on.producer.send({ partition: on.partition, value: "no id" }), send(3), send(1)]);
  assert.deepEqual(receipts.map(({ offset, duplicate }) => [offset, duplicate]), [[1, true], [2, false], [3, false], [0, true]]);
  assert.equal(appends(), sent + 1);
  assert.deepEqual(await values(), [1, 2, "no id", 3]);
});

test("lost requests and answers store each record once, in order", { timeout: 60_000 }, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const chance = random(seed);
  const faults = [LOSE_REQUEST, LOSE_ANSWER, LOSE_ANSWER, CUT_ANSWER, { status: 503 }, PASS, PASS];
  on.proxy.fault = () => faults[Math.floor(chance() * faults.length)];
  open({ ...QUICK, batchBytes: 200, deliveryTimeoutMs: 50_000 });
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  const outcomes = await sendAll(...numbers);
  assert.deepEqual(told(outcomes), numbers);
  assert.ok(outcomes.some(({ value }) => value.duplicate));
  assert.deepEqual(await values(), numbers);
});

test("a record whose id is another's fails alone, wherever it is", { timeout: 30_000 }, async () => {
  open({ ...DELIVERY, lingerMs: 50 });
  await sendAll(1, 3, 4);
  const settled = [];
  const sent = [0, 1, 2, 3, 4, 5].map((n) => send(n, `new ${n}`));
  sent.forEach((promise, n) => promise.then(() => settled.push(n), () => settled.push(n)));
  const before = appends();
  const outcomes = await Promise.allSettled(sent);
  assert.deepEqual(told(outcomes), [3, IdReusedError, 4, IdReusedError, IdReusedError, 5]);
  assert.deepEqual([outcomes[1].reason.reason, outcomes[1].reason.problem.code], ["refused", "ID_REUSED"]);
  assert.deepEqual(settled, [0, 1, 2, 3, 4, 5]);
  assert.equal(appends(), before + 4);
  assert.deepEqual(await values(), [1, 3, 4, "new 0", "new 2", "new 5"]);
  await assert.rejects(on.producer.flush(), (error) => error instanceof DeliveryError && error.failed === 3);
});

test("a batch of nothing but reused ids comes to an end, over lost answers too", { timeout: 30_000 }, async () => {
  open({ ...QUICK, lingerMs: 50 });
  await sendAll(1, 2, 3);
  let n = 0;
  on.proxy.fault = (request) => (isAppend(request) && n++ % 2 === 0 ? LOSE_ANSWER : PASS);
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 4].map((each, i) => send(each, `new ${i}`)));
  assert.deepEqual(told(outcomes), [IdReusedError, IdReusedError, IdReusedError, 3, IdReusedError]);
  assert.deepEqual(await values(), [1, 2, 3, "new 3"]);
});

test("an outcome that is unknown becomes known when the record is sent again", { timeout: 30_000 }, async () => {
  let away = true;
  on.proxy.fault = (request) => (isAppend(request) && away ? LOSE_ANSWER : PASS);
  open({ ...QUICK, deliveryTimeoutMs: 1_000 });
  await assert.rejects(send(1), (error) => error instanceof UnknownOutcomeError && error.reason === "timeout");
  away = false;
  assert.deepEqual([(await send(1)).duplicate, await values()], [true, [1]]);
});

test("without an id a record is stored as often as it has to be sent", { timeout: 30_000 }, async () => {
  let lost = 1;
  on.proxy.fault = (request) => (isAppend(request) && lost-- > 0 ? LOSE_ANSWER : PASS);
  open(QUICK);
  const { offset, sequence, duplicate, appendedAt } = await on.producer.send({ partition: on.partition, value: "a" });
  assert.deepEqual([offset, sequence, duplicate, typeof appendedAt], [1, -1, false, "string"]);
  assert.deepEqual(await values(), ["a", "a"]);
  assert.ok(on.proxy.requests.every(({ url, headers }) => isAppend({ method: "POST", url }) && headers["producer-id"] === undefined), "nothing was registered");
});

test("what was refused for a moment is not stored at the delivery time-out", { timeout: 30_000 }, async () => {
  on.proxy.fault = (request) => (isAppend(request) ? { status: 429, headers: { "Retry-After": "1" } } : PASS);
  open({ ...QUICK, batchBytes: 1 });
  const outcomes = await sendAll(1, 2);
  assert.deepEqual(outcomes.map(({ reason }) => [reason.constructor, reason.reason]), Array(2).fill([NotStoredError, "timeout"]));
  const times = on.proxy.requests.filter(isAppend).map(({ at }) => at);
  assert.ok(times.length > 1 && times.every((at, i) => i === 0 || at - times[i - 1] >= 990), "the Retry-After was not kept");
  assert.deepEqual(await values(), []);
});

test("a credential that never comes fails its record at the delivery time-out", { timeout: 30_000 }, async () => {
  const never = new Promise(() => {});
  open({ ...QUICK, deliveryTimeoutMs: 300, token: () => never });
  await assert.rejects(send(1), { reason: "timeout" });
});

test("records over the limits and records that are not valid fail alone", { timeout: 30_000 }, async () => {
  open({ ...DELIVERY, batchBytes: 1_000_000, lingerMs: 50 });
  const small = Array.from({ length: 150 }, (_, n) => n);
  const deep = Array(600).fill(0).reduce((value) => [value], 1);
  const all = [...small, "large", ...small.map((n) => n + 150), "deep", 300];
  const outcomes = await Promise.allSettled(all.map((n) => send(n, n === "large" ? "x".repeat(30_000) : n === "deep" ? deep : n)));
  assert.deepEqual(told(outcomes), [...small, RecordTooLargeError, ...small.map((n) => n + 150), InvalidRecordError, 300]);
  assert.deepEqual(await values(), Array.from({ length: 301 }, (_, n) => n));
});

test("a topic or a partition that does not exist is refused", { timeout: 30_000 }, async () => {
  open(QUICK);
  const refused = (record, code) => assert.rejects(on.producer.send({ value: 1, ...record }), (error) => error instanceof NotFoundError && error.problem.code === code);
  await Promise.all([refused({ partition: 64, id: id(1) }, "UNKNOWN_PARTITION"), refused({ topic: "missing", id: id(1) }, "UNKNOWN_TOPIC"), refused({ topic: "gone", partition: 0 }, "UNKNOWN_TOPIC")]);
  assert.equal((await send(1)).offset, 0);
});

test("close delivers, and ends in its time", { timeout: 30_000 }, async () => {
  open({ ...DELIVERY, lingerMs: 60_000 });
  const sent = send(1);
  await on.producer.close();
  assert.equal((await sent).offset, 0);
  on.proxy.fault = () => ({ delayMs: 3_000 });
  open({ ...DELIVERY, batchBytes: 1, lingerMs: 0 });
  const outcomes = sendAll(2, 3);
  while (appends() < 2) {
    await new Promise(setImmediate);
  }
  const started = performance.now();
  await assert.rejects(on.producer.close({ timeoutMs: 400 }), (error) => error instanceof DeliveryError && error.failed === 2);
  assert.ok(performance.now() - started < 2_000);
  assert.deepEqual((await outcomes).map(({ reason }) => [reason.constructor, reason.reason]), [[UnknownOutcomeError, "closed"], [NotStoredError, "closed"]]);
});

test("with the delivery exactly-once a record has no id", { timeout: 30_000 }, async () => {
  open();
  await assert.rejects(send(1), (error) => error instanceof InvalidRecordError && /needs a producer with \{ delivery: "at-least-once" \}/.test(error.message));
  assert.deepEqual(on.proxy.requests, []);
  assert.throws(() => new Producer(on.gateway.url, { ...DELIVERY, name: "orders-api" }), /a name needs the delivery "exactly-once"/);
  assert.throws(() => new Producer(on.gateway.url, { delivery: "at-most-once" }), RangeError);
  const other = await Producer.open(on.proxy.url, DELIVERY);
  await other.close();
  assert.deepEqual(on.proxy.requests, []);
});
