// What a producer tells when things go wrong, each against the real gateway behind a proxy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DeliveryError, InvalidRecordError, LostError, NotStoredError, Producer, RefusedError, SequenceReusedError, UnknownOutcomeError } from "@exactly-once/client";
import { LOSE_ANSWER, LOSE_REQUEST, PASS, Proxy } from "./support/proxy.mjs";
import { isAppend, stage, untilTaken } from "./support/stage.mjs";

const QUICK = { deliveryTimeoutMs: 3_000, requestTimeoutMs: 1_000, retryBackoffMs: 20, retryBackoffMaxMs: 100, waitMs: 0 };

const on = stage("gateway.append.max-batch-records=100", "gateway.append.max-batch-bytes=20000B");
const { open, send, sendAll, values } = on;

test("what was stored before the delivery time-out succeeds, with its offset", { timeout: 30_000 }, async () => {
  on.proxy.fault = (request) => (isAppend(request) && request.epoch === 0 ? LOSE_ANSWER : PASS);
  open(QUICK);
  const outcomes = await sendAll("a", "b");
  assert.deepEqual(outcomes.map(({ value }) => [value?.offset, value?.sequence, value?.duplicate]), [[0, 0, true], [1, 1, true]]);
  assert.equal((await send("c")).sequence, 2);
  assert.deepEqual(await values(), ["a", "b", "c"]);
});

test("what is stored and never answered is unknown in the end", { timeout: 30_000 }, async () => {
  on.proxy.fault = (request) => (isAppend(request) ? LOSE_ANSWER : PASS);
  open({ ...QUICK, deliveryTimeoutMs: 1_500 });
  await assert.rejects(send("a"), UnknownOutcomeError);
  assert.deepEqual(await values(), ["a"]);
});

test("what was not stored fails at the delivery time-out, and the partition goes on", { timeout: 30_000 }, async () => {
  let away = true;
  on.proxy.fault = (request) => (isAppend(request) && away ? LOSE_REQUEST : PASS);
  open({ ...QUICK, batchBytes: 1 });
  const outcomes = await sendAll("a", "b", "c");
  assert.deepEqual(outcomes.map(({ reason }) => [reason?.constructor, reason?.reason]), Array(3).fill([NotStoredError, "timeout"]));
  away = false;
  assert.deepEqual([(await send("d")).sequence, await values()], [0, ["d"]]);
});

test("a request that comes after the fence is not stored", { timeout: 30_000 }, async () => {
  on.proxy.fault = (request) => (isAppend(request) && request.epoch === 0 ? { delayMs: 5_000 } : PASS);
  open(QUICK);
  await assert.rejects(send("late"), { reason: "timeout" });
  assert.equal((await send("next")).sequence, 0);
  await sleep(4_000);
  assert.deepEqual(await values(), ["next"]);
  assert.ok(on.proxy.appends.some((request) => request.epoch === 0));
});

test("without any answer outcomes are unknown, and sends are refused until there is one", { timeout: 30_000 }, async () => {
  open({ ...QUICK, batchBytes: 1, deliveryTimeoutMs: 1_500 });
  await send("a");
  let away = true;
  on.proxy.fault = () => (away ? LOSE_ANSWER : PASS);
  await assert.rejects(send("b"), (error) => error instanceof UnknownOutcomeError && error.reason === "timeout");
  await assert.rejects(send("c"), NotStoredError);
  away = false;
  assert.equal((await untilTaken(() => send("d"))).sequence, 2);
  assert.deepEqual(await values(), ["a", "b", "d"]);
});

test("records that were never sent are not stored", { timeout: 30_000 }, async () => {
  on.proxy.fault = () => LOSE_REQUEST;
  open({ ...QUICK, deliveryTimeoutMs: 500 });
  await assert.rejects(send("a"), NotStoredError);
  await assert.rejects(Producer.open(on.proxy.url, { ...QUICK, deliveryTimeoutMs: 500 }), { reason: "timeout" });
});

test("a partition's fence does not disturb the others", { timeout: 30_000 }, async () => {
  const path = `/partitions/${on.partition}/records`;
  on.proxy.fault = (request) => (request.url === path ? LOSE_REQUEST : PASS);
  open({ ...QUICK, batchBytes: 1 });
  const failing = assert.rejects(send("a"), { reason: "timeout" });
  const other = ++on.partition;
  const receipts = [];
  for (let n = 0; n < 100; n++) {
    receipts.push(send(n));
    await sleep(40);
  }
  await failing;
  await Promise.all(receipts);
  assert.deepEqual((await on.gateway.log(other)).map((record) => record.value), Array.from({ length: 100 }, (_, n) => n));
});

test("a batch over the gateway's limits is split, a record over them is refused alone", { timeout: 30_000 }, async () => {
  open({ batchBytes: 1_000_000, lingerMs: 50 });
  const small = Array.from({ length: 450 }, (_, n) => n);
  const outcomes = await sendAll(...small, "x".repeat(30_000), ...small);
  const large = outcomes.splice(450, 1)[0];
  assert.deepEqual([large.reason?.constructor.name, large.reason?.reason], ["RecordTooLargeError", "too-large"]);
  assert.deepEqual(outcomes.filter(({ status }) => status === "rejected").map(({ reason }) => String(reason)), []);
  assert.deepEqual(await values(), [...small, ...small]);
  assert.ok(on.proxy.appends.length > 10, "it was split");
});

test("a Retry-After is kept", { timeout: 30_000 }, async () => {
  let refusals = 2;
  on.proxy.fault = (request) => (isAppend(request) && refusals-- > 0 ? { status: 429, headers: { "Retry-After": "1" } } : PASS);
  open({ batchBytes: 1 });
  await Promise.all([send("a"), send("b"), send("c")]);
  assert.deepEqual(await values(), ["a", "b", "c"]);
  const times = on.proxy.appends.map((request) => request.at);
  const refusedAt = times[1];
  assert.deepEqual(times.slice(2).filter((at) => at > refusedAt + 200 && at < refusedAt + 990), []);
  assert.ok(times.at(-1) - refusedAt >= 990);
});

test("somebody else's record under the same sequence is told, and the partition takes no more", { timeout: 30_000 }, async () => {
  open(QUICK);
  await send("a");
  const { "producer-id": id } = on.proxy.appends[0].headers;
  await append(id, 1, ["theirs"]);
  await assert.rejects(send("b"), (error) => error instanceof SequenceReusedError && error.problem.firstMismatch === 1);
  await assert.rejects(send("c"), LostError);
  assert.deepEqual(await values(), ["a", "theirs"]);
  on.partition++;
  assert.equal((await send("d")).offset, 0);
});

test("a record that is not valid fails alone", { timeout: 30_000 }, async () => {
  open({ ...QUICK, lingerMs: 50 });
  const deep = Array(600).fill(0).reduce((value) => [value], 1);
  const outcomes = await sendAll("a", deep, "c", "d");
  assert.deepEqual(outcomes.map(({ value, reason }) => value?.offset ?? reason.constructor), [0, InvalidRecordError, 1, 2]);
  assert.equal(outcomes[1].reason.problem.code, "INVALID_REQUEST");
  assert.deepEqual(await values(), ["a", "c", "d"]);
});

async function append(id, seq, records, epoch = 0) {
  const headers = { "Content-Type": "application/x-ndjson", "Producer-Id": id, "Producer-Epoch": String(epoch), "Producer-Seq": String(seq) };
  const body = records.map((value) => JSON.stringify({ value })).join("\n");
  const response = await fetch(`${on.gateway.url}/partitions/${on.partition}/records`, { method: "POST", headers, body });
  assert.equal(response.status, 201, await response.text());
}

test("a partition that does not exist is refused, the others go on", { timeout: 30_000 }, async () => {
  open(QUICK);
  await assert.rejects(on.producer.send({ partition: 64, value: 1 }), (error) => error instanceof RefusedError && error.problem.code === "UNKNOWN_PARTITION");
  await send("a");
  await assert.rejects(on.producer.flush(), (error) => error instanceof DeliveryError && error.failed === 1 && error.errors[0] instanceof RefusedError);
  await on.producer.flush();
});

test("the next gateway is tried when one is away", { timeout: 30_000 }, async () => {
  const away = await Proxy.start(on.gateway.url);
  const { url } = away;
  away.stop();
  on.producer = await Producer.open([url, on.proxy.url], QUICK);
  await send("a");
  assert.deepEqual(await values(), ["a"]);
});

test("answers of something else are no receipts", { timeout: 30_000 }, async () => {
  let strange = 3;
  on.proxy.fault = (request) => (isAppend(request) && strange-- > 0 ? { status: 200 } : PASS);
  open(QUICK);
  await send("a");
  assert.deepEqual(await values(), ["a"]);
});
