// Tokens and a fetch that never come to an end, without a gateway.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Producer, read } from "@exactly-once/client";
import { NoAnswer, Transport } from "../dist/transport.js";

const URL = "http://gateway.test";
const forEver = () => new Promise(() => {});
const answer = (body) => async () => Response.json(body);
const isTimeout = { name: "GatewayError", reason: "timeout" };

for (const [what, settings] of [["token", { token: forEver, fetch: answer({}) }], ["fetch", { fetch: forEver }]]) {
  test(`a ${what} that never comes does not keep open from its time-out`, { timeout: 10_000 }, async () => {
    await assert.rejects(Producer.open(URL, { ...settings, deliveryTimeoutMs: 50 }), isTimeout);
  });

  test(`a ${what} that never comes does not keep a reader from its end`, { timeout: 10_000 }, async () => {
    for (const partition of [0, undefined]) {
      for await (const record of read(URL, { ...settings, partition, signal: AbortSignal.timeout(50) })) {
        assert.fail(`no record can be read, but ${record} was`);
      }
    }
  });
}

test("what never comes is given up at the request time-out, and it is known whether the request was sent", { timeout: 10_000 }, async () => {
  let asked = 0;
  const token = () => (++asked === 1 ? forEver() : "fresh");
  const seen = [];
  const fetch = async (url, { headers }) => (seen.push([url, headers.Authorization]), seen.length === 1 ? forEver() : Response.json({ ok: true }));
  const transport = new Transport(["http://a.test", "http://b.test"], { token, fetch, requestTimeoutMs: 50 });
  const request = () => transport.request({ method: "GET", path: "/partitions" });
  await assert.rejects(request(), (error) => error instanceof NoAnswer && !error.sent);
  await assert.rejects(request(), (error) => error instanceof NoAnswer && error.sent);
  assert.deepEqual((await request()).body, { ok: true });
  assert.deepEqual(seen, [["http://a.test/partitions", "Bearer fresh"], ["http://b.test/partitions", "Bearer fresh"]], "a token is of all gateways, an answer of one");
});

test("a token that fails too late is no unhandled rejection", { timeout: 10_000 }, async () => {
  let end;
  const late = new Promise((_, reject) => (end = reject));
  const transport = new Transport(URL, { token: () => late, fetch: () => assert.fail("nothing is sent"), requestTimeoutMs: 20 });
  await assert.rejects(transport.request({ method: "GET", path: "/partitions" }), NoAnswer);
  end(new Error("too late"));
  await new Promise(setImmediate);
});

/** A fetch to a gateway that registers, and says 503 to the rest with its path, until `fence` lets fences pass. */
function unavailable({ fence = true } = {}) {
  const identity = { producerId: 7, producerEpoch: 0, partitions: [] };
  return async (url) => {
    const { pathname } = new globalThis.URL(url);
    const isServed = pathname === "/producers" || (fence && pathname.endsWith("/epoch"));
    return isServed ? Response.json(identity) : Response.json({ status: 503, code: "STORE_UNAVAILABLE", detail: `unavailable: ${pathname}` }, { status: 503 });
  };
}

/** A producer that gives up soon, until the test ends. */
function hasty(t, settings) {
  const producer = new Producer(URL, { deliveryTimeoutMs: 400, retryBackoffMs: 5, retryBackoffMaxMs: 10, lingerMs: 0, maxBlockMs: 100, ...settings });
  t.after(() => producer.close({ timeoutMs: 0 }).catch(() => {}));
  return producer;
}

for (const delivery of ["exactly-once", "at-least-once"]) {
  test(`a time-out tells why requests of its own partition failed, ${delivery}`, { timeout: 10_000 }, async (t) => {
    const producer = hasty(t, { delivery, fetch: unavailable() });
    await Promise.all([0, 1, 2].map(async (partition) => {
      const detail = `unavailable: /partitions/${partition}/records`;
      await assert.rejects(producer.send({ partition, value: 1 }), (error) => error.reason === "timeout" && error.problem.detail === detail && error.message.includes(detail));
    }));
  });
}

test("a time-out tells why the fence failed that a record waited for", { timeout: 10_000 }, async (t) => {
  const producer = hasty(t, { maxInFlight: 1, fetch: unavailable({ fence: false }) });
  const first = producer.send({ partition: 0, value: "first" });
  await sleep(200);
  const second = producer.send({ partition: 0, value: "waits" });
  const details = await Promise.all([first, second].map((sent) => sent.catch(({ problem }) => problem.detail)));
  assert.deepEqual(details, ["unavailable: /partitions/0/records", "unavailable: /producers/7/epoch"]);
});

test("who waits to hear of a topic is told why it was not heard of", { timeout: 10_000 }, async (t) => {
  const producer = hasty(t, { fetch: unavailable() });
  await Promise.all(["one", "two", "three"].map((topic) => assert.rejects(producer.send({ topic, value: 1 }), (error) => error.problem.detail === `unavailable: /topics/${topic}/partitions`)));
});
