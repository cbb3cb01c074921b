// A producer fences its own past, or is fenced by a newer holder of its name: each against the real gateway behind a proxy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DeliveryError, FencedError, InvalidRecordError, NotAuthorizedError, NotStoredError, Producer, UnknownOutcomeError } from "@exactly-once/client";
import { LOSE_ANSWER, LOSE_REQUEST, PASS, Proxy } from "./support/proxy.mjs";
import { isAppend, isFence, stage, untilTaken } from "./support/stage.mjs";

const QUICK = { deliveryTimeoutMs: 2_000, requestTimeoutMs: 1_000, retryBackoffMs: 20, retryBackoffMaxMs: 100, waitMs: 0 };

const on = stage();
const { open, send, values } = on;
const fences = () => on.proxy.requests.filter(isFence).length;

/** Waits for so many fences more. */
async function moreFences(count, signal) {
  const before = fences();
  while (fences() < before + count) {
    await sleep(10, undefined, { signal });
  }
}

test("a newer producer of the name fences the older", { timeout: 30_000 }, async () => {
  const name = "orders-api";
  const older = await Producer.open(on.gateway.url, { name });
  await older.send({ partition: on.partition, value: "a" });
  on.producer = await Producer.open(on.gateway.url, { name });
  await assert.rejects(older.send({ partition: on.partition, value: "b" }), (error) => error instanceof FencedError && error.problem.code === "PRODUCER_FENCED");
  await assert.rejects(older.send({ partition: on.partition, value: "c" }), FencedError);
  assert.equal((await send("d")).sequence, 1);
  assert.deepEqual(await values(), ["a", "d"]);
  await assert.rejects(older.close(), (error) => error instanceof DeliveryError && error.failed === 2);
});

for (const lost of [0, 1, 3]) {
  test(`${lost} lost answers to one's own fence are no newer holder`, { timeout: 30_000 }, async () => {
    let away = true;
    let answers = lost;
    on.proxy.fault = (request) => (isAppend(request) && away ? LOSE_REQUEST : isFence(request) && answers-- > 0 ? LOSE_ANSWER : PASS);
    open({ ...QUICK, name: `orders-${lost}` });
    await assert.rejects(send("a"), (error) => error instanceof NotStoredError && error.reason === "timeout");
    away = false;
    assert.equal((await send("b")).sequence, 0);
    assert.deepEqual(await values(), ["b"]);
  });
}

const FORBIDDEN = { status: 403, body: JSON.stringify({ status: 403, code: "FORBIDDEN" }) };
const DOUBTS = {
  "its answer was lost, and something else refused it then": [LOSE_ANSWER, { status: 404 }, { status: 404 }],
  "its answer was lost, and the gateway refused it then": [LOSE_ANSWER, FORBIDDEN],
  "something else refused it behind the gateway's back": [{ status: 404, forward: true }, { status: 404 }],
  "the answers to two were lost, between refusals": [LOSE_ANSWER, { status: 404 }, LOSE_ANSWER, { status: 404 }],
};
for (const [why, faults] of Object.entries(DOUBTS)) {
  for (const name of ["orders", undefined]) {
    test(`one's own fence is no newer holder of ${name ?? "nobody's name"} where ${why}`, { timeout: 30_000 }, async () => {
      const left = [...faults];
      let away = true;
      on.proxy.fault = (request) => (isFence(request) ? (left.shift() ?? PASS) : isAppend(request) && away ? LOSE_REQUEST : PASS);
      open({ ...QUICK, name: name && `${name}-in-doubt-${on.partition}` });
      const lost = send("a");
      await sleep(1_700);
      // The fence is refused for the first time while this one is under way.
      const beside = on.producer.send({ partition: 0, value: `beside ${on.partition}` });
      await assert.rejects(lost, UnknownOutcomeError);
      away = false;
      assert.ok(Number.isInteger((await beside).offset));
      await untilTaken(() => send("b"));
      assert.deepEqual([left, await values()], [[], ["b"]]);
    });
  }
}

test("a fence of one's own that is in doubt comes again by itself where no outcome is unknown", { timeout: 30_000 }, async () => {
  const faults = [LOSE_ANSWER, { status: 404 }];
  let away = true;
  on.proxy.fault = (request) => (isFence(request) ? (faults.shift() ?? PASS) : isAppend(request) && away ? { status: 400, body: JSON.stringify({ status: 400, code: "INVALID_REQUEST" }) } : PASS);
  open({ ...QUICK, name: `no-outcome-${on.partition}` });
  await assert.rejects(send("a"), InvalidRecordError);
  away = false;
  assert.ok(Number.isInteger((await on.producer.send({ partition: 0, value: "beside" })).offset));
  assert.equal((await send("b")).sequence, 0);
  assert.deepEqual(await values(), ["b"]);
});

test("a newer holder is met by a fence", { timeout: 30_000 }, async () => {
  const name = "payments-api";
  on.proxy.fault = (request) => (isAppend(request) ? LOSE_REQUEST : PASS);
  open({ ...QUICK, name });
  const sent = assert.rejects(send("a"), { reason: "fenced" });
  while (on.proxy.appends.length === 0) {
    await sleep(10);
  }
  const newer = await Producer.open(on.gateway.url, { name });
  await sent;
  await assert.rejects(send("b"), FencedError);
  await newer.close();
});

test("a 404 of something else is no lost log", { timeout: 30_000 }, async () => {
  let away = true;
  on.proxy.fault = (request) => (isAppend(request) && away ? LOSE_REQUEST : isFence(request) && away ? { status: 404 } : PASS);
  open(QUICK);
  await assert.rejects(send("a"), UnknownOutcomeError);
  away = false;
  assert.equal((await untilTaken(() => send("b"))).sequence, 0);
  assert.deepEqual(await values(), ["b"]);
});

for (const status of [401, 403]) {
  test(`a fence that is refused with ${status} after unknown outcomes is asked for again`, { timeout: 30_000 }, async (t) => {
    let fault = LOSE_REQUEST;
    on.proxy.fault = (request) => (isAppend(request) || isFence(request) ? fault : PASS);
    open({ ...QUICK, deliveryTimeoutMs: 500, token: "a-token" });
    await Promise.all([send("a"), on.producer.send({ partition: 0, value: "a" })].map((sent) => assert.rejects(sent, UnknownOutcomeError)));
    fault = { status };
    await moreFences(4, t.signal);
    await assert.rejects(send("b"), /closed to sends/);
    fault = PASS;
    assert.equal((await untilTaken(() => send("c"))).sequence, 0);
    assert.deepEqual(await values(), ["c"]);
  });
}

for (const status of [401, 403, 404]) {
  test(`a fence that is refused with ${status} before the delivery time-out is over once more closes the producer to sends`, { timeout: 30_000 }, async () => {
    let away = true;
    on.proxy.fault = (request) => (isAppend(request) && away ? LOSE_ANSWER : isFence(request) && away ? { status } : PASS);
    open({ ...QUICK, deliveryTimeoutMs: 3_000 });
    await assert.rejects(send("a"), UnknownOutcomeError);
    const closed = (error) => error instanceof NotStoredError && /closed to sends/.test(error.message);
    await assert.rejects(send("b"), closed);
    await assert.rejects(on.producer.send({ partition: 0, value: "b" }), closed);
    away = false;
    assert.equal((await untilTaken(() => send("c"))).sequence, 1);
    assert.deepEqual(await values(), ["a", "c"]);
  });
}

test("a fence that is refused where no outcome is unknown does not", { timeout: 30_000 }, async () => {
  const refusal = (status, code) => ({ status, headers: { "Content-Type": "application/problem+json" }, body: JSON.stringify({ status, code }) });
  let away = true;
  on.proxy.fault = (request) => (isAppend(request) && away ? refusal(400, "INVALID_REQUEST") : isFence(request) && away ? refusal(403, "FORBIDDEN") : PASS);
  open(QUICK);
  await assert.rejects(send("a"), InvalidRecordError);
  await assert.rejects(send("b"), NotAuthorizedError);
  away = false;
  assert.equal((await send("c")).sequence, 0);
  assert.deepEqual(await values(), ["c"]);
});

test("a fence that is not answered where no outcome is unknown does not", { timeout: 30_000 }, async () => {
  const problem = { status: 400, code: "INVALID_REQUEST" };
  let away = true;
  on.proxy.fault = (request) => (isAppend(request) && away ? { status: 400, body: JSON.stringify(problem) } : isFence(request) && away ? LOSE_REQUEST : PASS);
  open({ ...QUICK, deliveryTimeoutMs: 3_000 });
  await assert.rejects(send("a"), InvalidRecordError);
  const sent = send("b");
  away = false;
  assert.equal((await sent).sequence, 0);
  assert.deepEqual(await values(), ["b"]);
});

test("a close ends what asks again", { timeout: 30_000 }, async () => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
  const before = timers();
  on.proxy.fault = (request) => (isAppend(request) ? LOSE_REQUEST : isFence(request) ? { status: 403 } : PASS);
  open({ ...QUICK, deliveryTimeoutMs: 500, retryBackoffMaxMs: 60_000 });
  await assert.rejects(send("a"), UnknownOutcomeError);
  assert.equal(timers(), before + 1, "it rests until it asks again");
  await assert.rejects(on.producer.close(), DeliveryError);
  assert.equal(timers(), before, "what rests keeps a process from its end");
});

for (const [status, body] of [[202, "{}"], [202, JSON.stringify({ status: "queued" })], [200, JSON.stringify({ ok: true })], [200, "null"], [204, undefined]]) {
  test(`a ${status} with ${body ?? "nothing"} is no gateway's answer`, { timeout: 30_000 }, async () => {
    let registrations = 2;
    let fences = 2;
    let away = true;
    on.proxy.fault = (request) => {
      const isOfAProxy = request.url === "/producers" ? registrations-- > 0 : isFence(request) && fences-- > 0;
      return isOfAProxy ? { status, body } : isAppend(request) && away ? LOSE_REQUEST : PASS;
    };
    open({ ...QUICK, name: `proxied-${on.partition}` });
    await assert.rejects(send("a"), (error) => error instanceof NotStoredError && error.reason === "timeout");
    assert.deepEqual([registrations, fences], [-1, -1], "asked until the gateway answered");
    away = false;
    assert.equal((await send("b")).sequence, 0);
    assert.deepEqual(await values(), ["b"]);
  });
}

test("the next gateway is asked after a 202 of a proxy", { timeout: 30_000 }, async () => {
  const queue = await Proxy.start(on.gateway.url);
  queue.fault = () => ({ status: 202, body: "{}" });
  try {
    on.producer = await Producer.open([queue.url, on.proxy.url], QUICK);
    assert.equal((await send("a")).sequence, 0);
  } finally {
    queue.stop();
  }
});
