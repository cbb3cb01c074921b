// The gateway is killed, forgets everything, or wants a credential.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AuthenticationError, LogMismatchError, LostError, Producer, read } from "@exactly-once/client";
import { Gateway } from "./support/gateway.mjs";
import { LOSE_REQUEST, PASS, Proxy } from "./support/proxy.mjs";

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
  const next = assert.rejects(reader.next(), LogMismatchError);
  await gateway.kill();
  gateway.forget();
  await gateway.restart();
  await assert.rejects(producer.send({ partition: 0, value: "d" }), LostError);
  await assert.rejects(producer.send({ partition: 1, value: "b" }), LostError);
  const other = await Producer.open(gateway.url, { name: "orders-api" });
  t.after(() => other.close({ timeoutMs: 0 }).catch(() => {}));
  assert.deepEqual([(await other.send({ partition: 0, value: "e" })).offset, (await other.send({ partition: 1, value: "c" })).offset], [0, 0]);
  await next;
  await assert.rejects(read(gateway.url, { partition: 0, from: 3 }).next(), LogMismatchError);
});

test("a fence finds out that an older log was put back", { timeout: 240_000 }, async (t) => {
  const gateway = await Gateway.start();
  const proxy = await Proxy.start(gateway.url);
  t.after(() => (proxy.stop(), gateway.stop()));
  const producer = new Producer(proxy.url, { deliveryTimeoutMs: 6_000, retryBackoffMs: 20, name: "orders-api" });
  t.after(() => producer.close({ timeoutMs: 0 }).catch(() => {}));
  const fenced = async () => {
    proxy.fault = (request) => (request.seq === undefined ? PASS : LOSE_REQUEST);
    const outcome = await producer.send({ partition: 0, value: "lost" }).catch((error) => error);
    proxy.fault = () => PASS;
    return outcome;
  };
  assert.equal((await producer.send({ partition: 0, value: "a" })).sequence, 0);
  await gateway.kill();
  gateway.backUp();
  await gateway.restart();
  assert.equal((await fenced()).reason, "timeout");
  assert.equal((await producer.send({ partition: 0, value: "b" })).sequence, 1);
  await gateway.kill();
  gateway.restore();
  await gateway.restart();
  assert.ok((await fenced()) instanceof LostError, "its epoch was never issued, its record is gone");
  await assert.rejects(producer.send({ partition: 0, value: "c" }), LostError);
  assert.equal((await producer.send({ partition: 1, value: "d" })).sequence, 0);
  assert.deepEqual((await gateway.log(0)).map((record) => record.value), ["a"]);
});

test("a credential is sent, and a fresh one asked for", { timeout: 240_000 }, async (t) => {
  const key = "0123456789abcdef0123456789abcdef";
  const gateway = await Gateway.start("gateway.security.mode=token", `gateway.security.admin-key=${key}`);
  t.after(() => gateway.stop());
  await assert.rejects(Producer.open(gateway.url), (error) => error instanceof AuthenticationError && error.problem.code === "UNAUTHENTICATED");
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
  await assert.rejects(other.send({ value: 1 }), AuthenticationError);
  await assert.rejects(other.send({ partition: 0, value: 1 }), AuthenticationError);
});
