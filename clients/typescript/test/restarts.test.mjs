// The gateway is killed, forgets everything, or wants a credential.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LostError, Producer, read, RefusedError } from "@exactly-once/client";
import { Gateway } from "./support/gateway.mjs";

test("a gateway that is killed loses and doubles nothing", { timeout: 240_000 }, async (t) => {
  const gateway = await Gateway.start();
  t.after(() => gateway.stop());
  const producer = await Producer.open(gateway.url, { name: "orders-api", batchBytes: 200, requestTimeoutMs: 5_000 });
  const receipts = [];
  let sending = true;
  const sends = (async () => {
    while (sending) {
      receipts.push(producer.send({ partition: 0, value: receipts.length }));
      await Promise.all([producer.ready(), sleep(1)]);
    }
  })();
  await sleep(1_000);
  await gateway.kill();
  await gateway.restart();
  await sleep(1_000);
  sending = false;
  await sends;
  await producer.close();
  const stored = await Promise.all(receipts);
  const log = await gateway.log(0);
  assert.deepEqual(log.map((record) => record.value), stored.map((_, n) => n));
  assert.deepEqual(stored.map((receipt) => receipt.offset), log.map((record) => record.offset));
});

test("a log that was emptied is told, and another producer goes on", { timeout: 240_000 }, async (t) => {
  const gateway = await Gateway.start();
  t.after(() => gateway.stop());
  const producer = await Producer.open(gateway.url, { name: "orders-api" });
  t.after(() => producer.close({ timeoutMs: 0 }).catch(() => {}));
  await Promise.all(["a", "b", "c"].map((value) => producer.send({ partition: 0, value })));
  await producer.send({ partition: 1, value: "a" });
  const reader = read(gateway.url, { partition: 0 });
  for (const value of ["a", "b", "c"]) {
    assert.equal((await reader.next()).value.value, value);
  }
  const next = assert.rejects(reader.next(), LostError);
  await gateway.kill();
  gateway.forget();
  await gateway.restart();
  await assert.rejects(producer.send({ partition: 0, value: "d" }), LostError);
  await assert.rejects(producer.send({ partition: 1, value: "b" }), LostError);
  const other = await Producer.open(gateway.url, { name: "orders-api" });
  t.after(() => other.close({ timeoutMs: 0 }).catch(() => {}));
  assert.deepEqual([(await other.send({ partition: 0, value: "e" })).offset, (await other.send({ partition: 1, value: "c" })).offset], [0, 0]);
  await next;
});

test("a credential is sent, and a fresh one asked for", { timeout: 240_000 }, async (t) => {
  const key = "0123456789abcdef0123456789abcdef";
  const gateway = await Gateway.start("gateway.security.mode=token", `gateway.security.admin-key=${key}`);
  t.after(() => gateway.stop());
  await assert.rejects(Producer.open(gateway.url), (error) => error instanceof RefusedError && error.problem.code === "UNAUTHENTICATED");
  let asked = 0;
  const token = async () => (++asked % 2 === 0 ? key : "an-expired-credential");
  const producer = await Producer.open(gateway.url, { token });
  assert.equal((await producer.send({ partition: 0, value: 1 })).offset, 0);
  for await (const record of read(gateway.url, { partition: 0, token: key })) {
    assert.equal(record.value, 1);
    break;
  }
  await producer[Symbol.asyncDispose]();
  const other = new Producer(gateway.url, { token: "a-credential-of-nobody" });
  t.after(() => other.close({ timeoutMs: 0 }).catch(() => {}));
  await assert.rejects(other.send({ value: 1 }), (error) => error instanceof RefusedError && error.problem.status === 401);
  await assert.rejects(other.send({ partition: 0, value: 1 }), RefusedError);
});
