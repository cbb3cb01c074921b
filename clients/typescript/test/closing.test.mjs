// The buffer and its end: what waits for room, and what close and the signal tell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DeliveryError, NotStoredError, UnknownOutcomeError } from "@exactly-once/client";
import { LOSE_REQUEST, PASS } from "./support/proxy.mjs";
import { isAppend, stage } from "./support/stage.mjs";

const QUICK = { deliveryTimeoutMs: 2_000, requestTimeoutMs: 1_000, retryBackoffMs: 20, retryBackoffMaxMs: 100, waitMs: 0 };

const on = stage();
const { open, send, sendAll, values } = on;

test("the buffer is bounded, and the order of sends is kept", { timeout: 30_000 }, async () => {
  open({ bufferBytes: 400, batchBytes: 100, maxBlockMs: 10_000 });
  const records = Array.from({ length: 200 }, (_, n) => n);
  let most = 0;
  let open_ = 0;
  for (const n of records) {
    open_++;
    void send(n).finally(() => open_--);
    await on.producer.ready();
    most = Math.max(most, open_);
  }
  await on.producer.flush();
  assert.deepEqual(await values(), records);
  assert.ok(most <= 40, `${most} records of 12 bytes and more in 400 bytes`);
});

test("send waits for room no longer than maxBlockMs", { timeout: 30_000 }, async () => {
  on.proxy.fault = () => LOSE_REQUEST;
  open({ ...QUICK, bufferBytes: 30, maxBlockMs: 200 });
  const first = assert.rejects(send("aaaa"), { reason: "timeout" });
  const started = performance.now();
  await assert.rejects(send("bbbb"), (error) => error instanceof NotStoredError && /buffer/.test(error.message));
  assert.ok(performance.now() - started < 1_000);
  await assert.rejects(send("c".repeat(30)), { reason: "too-large" });
  await first;
});

test("close knows what is not stored, in its time", { timeout: 30_000 }, async () => {
  on.proxy.fault = (request) => (isAppend(request) ? LOSE_REQUEST : PASS);
  open({ retryBackoffMs: 20 });
  const sent = sendAll("a", "b");
  const started = performance.now();
  await assert.rejects(on.producer.close({ timeoutMs: 6_000 }), (error) => error instanceof DeliveryError && error.failed === 2);
  assert.ok(performance.now() - started < 6_300);
  assert.deepEqual((await sent).map(({ reason }) => [reason.constructor, reason.reason]), Array(2).fill([NotStoredError, "closed"]));
  await assert.rejects(send("c"), { reason: "closed" });
});

test("close delivers what is pending", { timeout: 30_000 }, async () => {
  open({ lingerMs: 60_000 });
  const sent = sendAll("a", "b");
  await on.producer.close({ timeoutMs: 20_000 });
  assert.deepEqual((await sent).map(({ value }) => value.offset), [0, 1]);
});

test("an aborted signal closes the producer at once", { timeout: 30_000 }, async () => {
  const abort = new AbortController();
  on.proxy.fault = (request) => (isAppend(request) ? LOSE_REQUEST : PASS);
  open({ signal: abort.signal });
  const sent = sendAll("a");
  await sleep(300);
  abort.abort();
  assert.ok((await sent)[0].reason instanceof UnknownOutcomeError);
});

test("a flush tells what an end has failed, by the signal or by close", { timeout: 30_000 }, async () => {
  const signal = (abort) => abort.abort();
  for (const end of [signal, () => void on.producer.close({ timeoutMs: 0 }).catch(() => {})]) {
    for (const wait of [() => undefined, () => sleep(50)]) {
      const abort = new AbortController();
      open({ signal: abort.signal, lingerMs: 60_000 });
      void sendAll(1, 2, 3);
      end(abort);
      await wait();
      await assert.rejects(on.producer.flush(), { failed: 3 });
      await on.producer.flush();
      await (end === signal && on.producer.close());
    }
  }
});

test("flushes at the same time each tell what failed, and close does, until a flush has", { timeout: 30_000 }, async () => {
  open();
  void send({ toJSON: () => undefined });
  const sent = on.producer.send({ partition: 1_000, value: 1 });
  const flushes = await Promise.allSettled([on.producer.flush(), on.producer.flush()]);
  assert.deepEqual(flushes.map(({ reason }) => reason?.failed), [2, 2]);
  await assert.rejects(sent);
  void on.producer.send({ partition: 1_000, value: 2 });
  const ends = await Promise.allSettled([on.producer.flush(), on.producer.close(), on.producer.close()]);
  assert.deepEqual(ends.map(({ reason }) => reason?.failed), [1, 1, 1]);
  void send("late");
  await assert.rejects(on.producer.flush(), { failed: 1 });
  await on.producer.flush();
});

test("the signal ends a close that is under way, and a shorter close counts", { timeout: 30_000 }, async () => {
  for (const end of [(abort) => abort.abort(), () => void on.producer.close({ timeoutMs: 100 })]) {
    const abort = new AbortController();
    on.proxy.fault = () => LOSE_REQUEST;
    open({ signal: abort.signal });
    const sent = send("a");
    const started = performance.now();
    const closing = assert.rejects(on.producer.close(), (error) => error instanceof DeliveryError && error.failed === 1);
    await sleep(100);
    end(abort);
    await assert.rejects(sent, { reason: "closed" });
    await closing;
    assert.ok(performance.now() - started < 2_000);
  }
});

test("any number of records may wait when the producer ends", { timeout: 60_000 }, async () => {
  for (const end of [() => on.producer.close({ timeoutMs: 0 }), () => on.producer.close({ timeoutMs: 400 })]) {
    on.proxy.fault = () => LOSE_REQUEST;
    open({ bufferBytes: 300_000 });
    const sent = sendAll(...Array(30_000).fill(1));
    await assert.rejects(end(), { failed: 30_000 });
    assert.deepEqual([...new Set((await sent).map(({ reason }) => reason.reason))], ["closed"]);
  }
});

test("what comes while as much as the buffer takes waits for room is refused", { timeout: 30_000 }, async () => {
  open({ bufferBytes: 120 });
  const outcomes = await sendAll(...Array(30).fill(1));
  assert.deepEqual(outcomes.map(({ value, reason }) => value?.offset ?? reason.reason), Array.from({ length: 30 }, (_, n) => (n < 20 ? n : "timeout")));
});
