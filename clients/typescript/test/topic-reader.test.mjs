// All partitions of a topic by one reader, on the real gateway.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { NotFoundError, OffsetOutOfRangeError, Producer, read, RefusedError } from "@exactly-once/client";
import { Gateway } from "./support/gateway.mjs";
import { breakingProxy } from "./support/proxy.mjs";

let gateway;
let producer;
let topic;
let topics = 0;

before(async () => {
  gateway = await Gateway.start("gateway.retention-interval=1s");
  producer = await Producer.open(gateway.url);
});

after(async () => {
  await producer?.close();
  await gateway?.stop();
});

beforeEach(async () => {
  topic = `orders-${topics++}`;
  assert.equal(await gateway.make(topic, 3), 201);
});

/** Sends values to partitions, as in { 0: ["a", "b"] }. */
async function send(values) {
  await Promise.all(Object.entries(values).flatMap(([partition, list]) => list.map((value) => producer.send({ topic, partition: Number(partition), value }))));
}

/** The values by partition of the first `count` records, or of those that come until the time is over; `each` is called with each. */
async function take(count, settings = {}, { url = gateway.url, each = async () => {} } = {}) {
  const partitions = {};
  let taken = 0;
  for await (const record of read(url, { topic, signal: AbortSignal.timeout(20_000), ...settings })) {
    assert.equal(record.topic, topic);
    (partitions[record.partition] ??= []).push(record.value);
    await each(record);
    if (++taken === count) {
      break;
    }
  }
  return partitions;
}

const numbers = (count) => Array.from({ length: count }, (_, n) => n);

/** A fetch that knows which requests are under way. */
function counting() {
  const of = { underWay: new Set(), most: 0 };
  of.fetch = (input, init) => {
    const request = fetch(input, init).finally(() => of.underWay.delete(request));
    of.underWay.add(request);
    of.most = Math.max(of.most, of.underWay.size);
    return request;
  };
  return of;
}

test("all partitions are read, each in order, and what comes", { timeout: 60_000 }, async () => {
  await send({ 0: numbers(50), 1: ["a"], 2: numbers(20) });
  const late = async ({ value }) => (value === "a" ? send({ 1: ["b", "c"], 0: [50] }) : undefined);
  assert.deepEqual(await take(74, { pageRecords: 7 }, { each: late }), { 0: numbers(51), 1: ["a", "b", "c"], 2: numbers(20) });
});

test("a long partition does not keep the others from their turn", { timeout: 60_000 }, async () => {
  await send({ 0: numbers(600), 1: ["a"], 2: ["b"] });
  const first = await take(100, { pageRecords: 10 });
  assert.deepEqual([first[1], first[2]], [["a"], ["b"]]);
});

test("it waits in all partitions at a time", { timeout: 60_000 }, async () => {
  const next = { 2: 0, 0: 1, 1: 2 };
  const each = ({ partition }) => send({ [next[partition]]: ["next"] });
  await send({ 1: ["first"] });
  const started = performance.now();
  const values = await take(12, {}, { each });
  assert.deepEqual(Object.values(values).map((list) => list.length), [4, 4, 4]);
  assert.ok(performance.now() - started < 8_000, "no record waited for another partition's long poll");
});

test("partitions that it grows by are read from their start", { timeout: 60_000 }, async () => {
  await send({ 0: ["a"] });
  const grow = async ({ value }) => {
    if (value === "a") {
      assert.equal(await gateway.make(topic, 5), 200);
      await send({ 3: ["d", "e"], 4: ["f"] });
    }
  };
  assert.deepEqual(await take(4, { metadataMaxAgeMs: 50 }, { each: grow }), { 0: ["a"], 3: ["d", "e"], 4: ["f"] });
});

test("goes on from an offset of each partition", { timeout: 60_000 }, async () => {
  const values = { 0: numbers(10), 1: numbers(10), 2: numbers(10) };
  await send(values);
  const offsets = {};
  const first = await take(17, { pageRecords: 3 }, { each: async ({ partition, offset }) => void (offsets[partition] = offset + 1) });
  const rest = await take(13, { from: JSON.parse(JSON.stringify(offsets)) });
  for (const partition of [0, 1, 2]) {
    assert.deepEqual([...(first[partition] ?? []), ...(rest[partition] ?? [])], values[partition]);
  }
  assert.deepEqual(await take(14, { from: new Map([[0, 8], [1, 8]]) }), { 0: [8, 9], 1: [8, 9], 2: numbers(10) });
  assert.deepEqual(await take(2, { partition: 1, from: { 1: 8 } }), { 1: [8, 9] });
});

test("starts at the end, or at a time, in all partitions", { timeout: 60_000 }, async () => {
  await send({ 0: ["old"], 1: ["old"] });
  const seen = counting();
  const latest = take(3, { from: "latest", metadataMaxAgeMs: 50, fetch: seen.fetch });
  while (seen.most < 3) {
    await new Promise(setImmediate);
  }
  assert.equal(await gateway.make(topic, 4), 200);
  await send({ 0: ["new"], 2: ["new"], 3: ["new"] });
  assert.deepEqual(await latest, { 0: ["new"], 2: ["new"], 3: ["new"] });
  const { appendedAt } = await producer.send({ topic, partition: 1, value: "last" });
  await send({ 2: ["last"] });
  const since = await take(2, { from: new Date(Date.parse(appendedAt)) });
  assert.equal(since[1].at(-1), "last");
  assert.ok(!since[1].includes("old") && since[0] === undefined);
});

test("it ends as it is told, and no request goes on", { timeout: 60_000 }, async () => {
  await send({ 0: ["a"] });
  for (const signal of [undefined, new AbortController()]) {
    const seen = counting();
    const started = performance.now();
    const taken = take(signal === undefined ? 1 : 2, { fetch: seen.fetch, ...(signal && { signal: signal.signal }) });
    if (signal !== undefined) {
      while (seen.underWay.size < 3) {
        await new Promise(setImmediate);
      }
      signal.abort();
    }
    await taken;
    await Promise.allSettled([...seen.underWay]);
    assert.equal(seen.underWay.size, 0);
    assert.ok(performance.now() - started < 5_000, "a long poll takes 10 s");
  }
});

test("no more requests are under way than it may have, and all partitions are read", { timeout: 60_000 }, async () => {
  assert.equal(await gateway.make(topic, 9), 200);
  await send(Object.fromEntries(numbers(9).map((n) => [n, numbers(30)])));
  const seen = counting();
  const values = await take(270, { maxRequests: 2, pageRecords: 10, fetch: seen.fetch });
  assert.deepEqual(values, Object.fromEntries(numbers(9).map((n) => [n, numbers(30)])));
  assert.ok(seen.most <= 3, `${seen.most} requests, of which one asks for partitions`);
});

test("Node has nothing to warn of where there are many partitions", { timeout: 60_000 }, async (t) => {
  const warnings = [];
  const listener = ({ message }) => void warnings.push(message);
  process.on("warning", listener);
  t.after(() => process.off("warning", listener));
  assert.equal(await gateway.make(topic, 20), 200);
  await send({ 0: ["a"] });
  const seen = counting();
  const each = async () => {
    while (seen.underWay.size < 20) {
      await new Promise(setImmediate);
    }
    await send({ 19: ["b"] });
  };
  await take(2, { fetch: seen.fetch }, { each });
  assert.deepEqual(warnings, []);
});

test("goes on where it was when connections break", { timeout: 60_000 }, async (t) => {
  const proxy = await breakingProxy(t, gateway.url);
  await send({ 0: numbers(100), 1: numbers(100), 2: numbers(100) });
  const settings = { pageRecords: 7, retryBackoffMs: 5, retryBackoffMaxMs: 20, metadataMaxAgeMs: 20, signal: AbortSignal.timeout(50_000) };
  assert.deepEqual(await take(300, settings, { url: proxy.url }), { 0: numbers(100), 1: numbers(100), 2: numbers(100) });
  assert.ok(proxy.requests.length > 45);
});

test("what ends the reader of a partition ends that of the topic", { timeout: 60_000 }, async () => {
  await send({ 0: ["a"] });
  await assert.rejects(take(9, { from: { 7: 0 } }), (error) => error instanceof NotFoundError && error.problem.code === "UNKNOWN_PARTITION");
  await assert.rejects(take(9, { topic: "missing" }), (error) => error instanceof NotFoundError && error.problem.code === "UNKNOWN_TOPIC");
  const deleted = take(9, { metadataMaxAgeMs: 50 }, { each: () => gateway.delete(topic) });
  await assert.rejects(deleted, (error) => error instanceof NotFoundError && error.problem.code === "UNKNOWN_TOPIC");
});

test("records that are deleted are told, and the earliest is what is there", { timeout: 60_000 }, async () => {
  for (const value of [0, 1, 2]) {
    await producer.send({ topic, partition: 1, value });
  }
  const headers = { "Content-Type": "application/json" };
  await fetch(`${gateway.url}/topics/${topic}`, { method: "PUT", headers, body: JSON.stringify({ partitions: 3, retentionBytes: 1 }) });
  const start = async () => (await (await fetch(`${gateway.url}/topics/${topic}/partitions/1`)).json()).logStartOffset;
  while ((await start()) < 2) {
    await sleep(100);
  }
  await assert.rejects(take(1, { from: { 1: 0 } }), (error) => error instanceof OffsetOutOfRangeError && error.problem.logStartOffset === 2);
  assert.deepEqual(await take(1), { 1: [2] });
});

test("an offset is that of one partition", { timeout: 60_000 }, async () => {
  await assert.rejects(take(1, { from: 17 }), (error) => error instanceof RefusedError && /Offset 17 is that of one partition/.test(error.message));
  await assert.rejects(take(1, { partition: -1 }), (error) => error instanceof RefusedError && /A partition is a whole number/.test(error.message));
});
