// What is sent reads back, and a reader goes on where it was.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Producer, read, RefusedError } from "@exactly-once/client";
import { Gateway } from "./support/gateway.mjs";
import { breakingProxy } from "./support/proxy.mjs";

let gateway;
let producer;

before(async () => {
  gateway = await Gateway.start();
  producer = await Producer.open(gateway.url);
});

after(async () => {
  await producer?.close();
  await gateway?.stop();
});

/** The first `count` records, or those that come until the time is over. */
async function take(count, settings, url = gateway.url) {
  const records = [];
  for await (const record of read(url, { signal: AbortSignal.timeout(5_000), ...settings })) {
    if (records.push(record) === count) {
      break;
    }
  }
  return records;
}

test("records read back as they were sent", { timeout: 30_000 }, async () => {
  const bytes = new Uint8Array([0, 255, 128]);
  const sent = [
    { value: { a: [1, null, "ü"] }, key: "k", headers: { b: "c" }, timestamp: new Date("2026-11-23T10:00:00.123Z") },
    { value: null, headers: [["a", "1"], ["a", null], ["b", bytes]] },
    { value: bytes, key: bytes },
    { tombstone: true, key: "" },
    { value: "text" },
  ];
  const receipts = await Promise.all(sent.map((record) => producer.send({ partition: 1, ...record })));
  const records = await take(5, { partition: 1 });
  assert.deepEqual(records.map(({ key, value, tombstone, headers }) => ({ key, value, tombstone, headers })), [
    { key: "k", value: { a: [1, null, "ü"] }, tombstone: false, headers: { b: "c" } },
    { key: null, value: null, tombstone: false, headers: [["a", "1"], ["a", null], ["b", bytes]] },
    { key: bytes, value: bytes, tombstone: false, headers: {} },
    { key: "", value: null, tombstone: true, headers: {} },
    { key: null, value: "text", tombstone: false, headers: {} },
  ]);
  assert.equal(Date.parse(records[0].timestamp), Date.parse("2026-11-23T10:00:00.123Z"));
  const place = ({ topic, partition, offset, sequence, appendedAt }) => [topic, partition, offset, sequence, appendedAt];
  assert.deepEqual(records.map(place), receipts.map(place));
});

test("reads from an offset, the start, a time and the end", { timeout: 60_000 }, async () => {
  const times = [];
  for (let n = 0; n < 6; n++) {
    times.push(Date.parse((await producer.send({ partition: 2, value: n })).appendedAt));
    await sleep(10);
  }
  const values = async (count, from) => (await take(count, { partition: 2, from, pageRecords: 2 })).map((record) => record.value);
  assert.deepEqual(await values(6, "earliest"), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(await values(2, 4), [4, 5]);
  assert.deepEqual(await values(3, new Date(times[3])), [3, 4, 5]);
  assert.deepEqual(await values(2, new Date(times[3] + 1)), [4, 5]);
  assert.deepEqual(await values(1, new Date(0)), [0]);
  const latest = values(2, "latest");
  const future = values(2, new Date(times[5] + 1));
  await sleep(300);
  await producer.send({ partition: 2, value: 6 });
  await producer.send({ partition: 2, value: 7 });
  assert.deepEqual([await latest, await future], [[6, 7], [6, 7]]);
});

test("ends when it is told, while it waits too", { timeout: 30_000 }, async () => {
  const end = new AbortController();
  const ended = take(1, { partition: 3, signal: end.signal });
  await sleep(300);
  const started = performance.now();
  end.abort();
  assert.deepEqual(await ended, []);
  assert.ok(performance.now() - started < 1_000);
  assert.deepEqual(await take(1, { partition: 1, signal: AbortSignal.abort() }), []);
});

test("goes on where it was when connections break", { timeout: 60_000 }, async (t) => {
  const proxy = await breakingProxy(t, gateway.url);
  const reading = take(300, { partition: 4, pageRecords: 7, retryBackoffMs: 5, retryBackoffMaxMs: 20, signal: AbortSignal.timeout(50_000) }, proxy.url);
  for (let n = 0; n < 300; n++) {
    await producer.send({ partition: 4, value: n });
  }
  assert.deepEqual((await reading).map((record) => [record.offset, record.value]), Array.from({ length: 300 }, (_, n) => [n, n]));
  assert.ok(proxy.requests.length > 60);
});

test("a partition that does not exist is refused", { timeout: 30_000 }, async () => {
  await assert.rejects(take(1, { partition: 99 }), (error) => error instanceof RefusedError && error.problem.code === "UNKNOWN_PARTITION");
});
