// Tokens and a fetch that never come to an end, without a gateway.
import assert from "node:assert/strict";
import { test } from "node:test";
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
