// What the tests of a producer share: a gateway, a proxy before it, and for each test a partition of its own.
import { after, afterEach, before, beforeEach } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Producer } from "@exactly-once/client";
import { Gateway } from "./gateway.mjs";
import { Proxy } from "./proxy.mjs";

export const isAppend = (request) => request.seq !== undefined;
export const isFence = (request) => request.url.endsWith("/epoch");

/** Sends until the producer takes records again. */
export async function untilTaken(act) {
  for (let rounds = 0; ; rounds++) {
    try {
      return await act();
    } catch (error) {
      if (rounds === 50 || !/closed to sends/.test(error.message)) {
        throw error;
      }
      await sleep(100);
    }
  }
}

/** To be called once, at the top of a file. `settings` are the gateway's. */
export function stage(...settings) {
  const on = {
    gateway: undefined,
    proxy: undefined,
    producer: undefined,
    partition: 0,

    /** Makes the test's producer, behind the proxy. */
    open(settings) {
      on.producer = new Producer(on.proxy.url, settings);
      return on.producer;
    },

    send: (value) => on.producer.send({ partition: on.partition, value }),

    sendAll: (...values) => Promise.allSettled(values.map(on.send)),

    /** What the test's partition has. */
    values: async () => (await on.gateway.log(on.partition)).map((record) => record.value),
  };

  before(async () => {
    on.gateway = await Gateway.start("gateway.partitions=64", ...settings);
    // The first requests of a gateway are slow, which the times of these tests are not made for.
    const first = await Producer.open(on.gateway.url);
    for (let n = 0; n < 50; n++) {
      await first.send({ partition: 0, value: n });
    }
    await first.close();
  });
  after(() => on.gateway?.stop());

  beforeEach(async () => {
    on.proxy = await Proxy.start(on.gateway.url);
    on.partition++;
  });
  afterEach(async () => {
    await on.producer?.close({ timeoutMs: 0 }).catch(() => {});
    on.proxy.stop();
  });
  return on;
}
