// Topics beside "records", on the real gateway.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { LostError, NotAuthorizedError, partitionOf, Producer, read, RefusedError } from "@exactly-once/client";
import { LOSE_REQUEST, PASS } from "./support/proxy.mjs";
import { isAppend, isFence, stage } from "./support/stage.mjs";

const QUICK = { deliveryTimeoutMs: 2_000, requestTimeoutMs: 1_000, retryBackoffMs: 20, retryBackoffMaxMs: 100, waitMs: 0 };
const KEYS = Array.from({ length: 20 }, (_, n) => `key-${n}`);

const on = stage();
const { open } = on;
let one;
let two;

beforeEach(async () => {
  one = `one-${on.partition}`;
  two = `two-${on.partition}`;
  assert.deepEqual([await on.gateway.make(one, 3), await on.gateway.make(two, 20)], [201, 201]);
});

async function valuesOf(settings) {
  const values = [];
  for await (const { topic, value } of read(on.gateway.url, { ...settings, signal: AbortSignal.timeout(1_000) })) {
    values.push([topic, value]);
  }
  return values;
}

test("each has offsets and sequences of its own", { timeout: 30_000 }, async () => {
  open();
  for (let n = 0; n < 3; n++) {
    for (const topic of [one, two]) {
      const { appendedAt: _, ...receipt } = await on.producer.send({ topic, partition: 1, value: n });
      assert.deepEqual(receipt, { topic, partition: 1, offset: n, sequence: n, duplicate: false });
    }
  }
  assert.deepEqual(await valuesOf({ topic: two, partition: 1, from: 1 }), [[two, 1], [two, 2]]);
});

test("a key chooses among the partitions of its topic", { timeout: 30_000 }, async () => {
  open();
  for (const [topic, partitions] of [[one, 3], [two, 20], ["records", 64]]) {
    const receipts = await Promise.all(KEYS.map((key) => on.producer.send({ topic, key, value: 1 })));
    assert.deepEqual(receipts.map(({ partition }) => partition), KEYS.map((key) => partitionOf(new TextEncoder().encode(key), partitions)));
  }
});

test("one that is missing is refused until it is made", { timeout: 30_000 }, async () => {
  const topic = `missing-${on.partition}`;
  const isMissing = (error) => error instanceof RefusedError && error.problem.code === "UNKNOWN_TOPIC";
  open(QUICK);
  const others = [1, 2, 3].map((value) => on.producer.send({ value }));
  const inMany = Array.from({ length: 50 }, (_, n) => on.producer.send({ topic, partition: n % 5, value: "x".repeat(10_000) }));
  await Promise.all(inMany.map((sent) => assert.rejects(sent, isMissing)));
  await assert.rejects(on.producer.send({ topic, key: "k", value: 1 }), isMissing);
  await assert.rejects(on.producer.send({ topic, partition: 0, value: 1 }), isMissing);
  await Promise.all(others);
  const fences = on.proxy.requests.filter(isFence).length;
  assert.ok(fences <= 5, `${fences} fences, for as many partitions`);
  await on.gateway.make(topic, 1);
  assert.equal((await on.producer.send({ topic, key: "k", value: 1 })).sequence, 0);
  assert.equal((await on.producer.send({ topic, partition: 0, value: 1 })).sequence, 1);
});

test("one that is not shown is refused, and asked for again when it may be", { timeout: 30_000 }, async () => {
  const isList = (request) => request.method === "GET" && request.url === `/topics/${two}/partitions`;
  let hidden = true;
  on.proxy.fault = (request) => (isList(request) && hidden ? { status: 200, body: JSON.stringify({ partitions: [] }) } : PASS);
  open(QUICK);
  const isHidden = (error) => error instanceof NotAuthorizedError && error.message.includes(two);
  for (const key of [undefined, "k"]) {
    await assert.rejects(on.producer.send({ topic: two, key, value: 1 }), isHidden);
  }
  assert.deepEqual(on.proxy.appends, []);
  hidden = false;
  const receipts = await Promise.all(KEYS.map((key) => on.producer.send({ topic: two, key, value: 1 })));
  assert.deepEqual(receipts.map(({ partition }) => partition), KEYS.map((key) => partitionOf(new TextEncoder().encode(key), 20)));
});

test("one that is deleted, or made again, has lost what was stored", { timeout: 30_000 }, async () => {
  open(QUICK);
  const key = KEYS.find((each) => partitionOf(new TextEncoder().encode(each), 3) === 2);
  for (const topic of [one, two]) {
    await on.producer.send({ topic, partition: 0, value: "gone" });
    await on.producer.send({ topic, key, value: "gone" });
    assert.equal(await on.gateway.delete(topic), 204);
  }
  await on.gateway.make(two, 1);
  const lost = [one, two].map((topic) => assert.rejects(on.producer.send({ topic, partition: 0, value: "after" }), LostError));
  await Promise.all(lost);
  await assert.rejects(on.producer.send({ topic: two, key, value: "after" }), LostError);
  await on.producer.send({ value: "elsewhere" });
  const other = new Producer(on.gateway.url);
  assert.deepEqual((await other.send({ topic: two, partition: 0, value: "new" })).offset, 0);
  await other.close();
});

test("a fence finds each, and partitions of one number in two topics are two", { timeout: 30_000 }, async () => {
  let away = false;
  proxyFault(() => away);
  open(QUICK);
  await Promise.all([1, 2, 3].map((value) => on.producer.send({ topic: one, partition: 0, value })));
  await Promise.all([1, 2, 3, 4, 5].map((value) => on.producer.send({ topic: two, partition: 0, value })));
  away = true;
  await assert.rejects(on.producer.send({ topic: one, partition: 0, value: "lost" }), { reason: "timeout" });
  away = false;
  assert.equal((await on.producer.send({ topic: one, partition: 0, value: 4 })).sequence, 3);
  assert.equal((await on.producer.send({ topic: two, partition: 0, value: 6 })).sequence, 5);
  assert.ok(on.proxy.appends.some(({ epoch }) => epoch === 1));
});

function proxyFault(isAway) {
  on.proxy.fault = (request) => (isAppend(request) && isAway() && request.url.startsWith(`/topics/${one}/`) ? LOSE_REQUEST : PASS);
}

test("a name that is none is refused before it is a path", { timeout: 30_000 }, async () => {
  open();
  await assert.rejects(on.producer.send({ topic: "..", partition: 0, value: 1 }), /^RefusedError: Topic name is invalid: '..' is not allowed/);
  await assert.rejects(read(on.gateway.url, { topic: "a/b", partition: 0 }).next(), /Topic name is invalid: 'a\/b' contains/);
  await assert.rejects(read(on.gateway.url, { topic: "missing", partition: 0 }).next(), (error) => error instanceof RefusedError && error.problem.code === "UNKNOWN_TOPIC");
  assert.deepEqual(on.proxy.requests, []);
});
