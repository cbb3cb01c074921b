// A proxy that does harm. For each request a function says which.
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export const PASS = { forward: true, answer: true };
/** The request does not arrive. */
export const LOSE_REQUEST = { forward: false, answer: false };
/** The request is carried out, its answer does not come. */
export const LOSE_ANSWER = { forward: true, answer: false };
/** The request is carried out, and half of its answer comes. */
export const CUT_ANSWER = { forward: true, answer: "half" };

export class Proxy {
  #upstream;
  #agent = new http.Agent({ keepAlive: true });
  #server = http.createServer((request, response) => void this.#serve(request, response));
  /**
   * What happens to a request: one of the constants; a `status` (with `headers` and `body`) instead of an answer, also to one that is
   * carried out, with `forward`; or `delayMs` before it.
   */
  fault = () => PASS;
  /** What came, in order. */
  requests = [];

  constructor(upstream) {
    this.#upstream = new URL(upstream);
  }

  static async start(upstream) {
    const proxy = new Proxy(upstream);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  get appends() {
    return this.requests.filter((request) => request.seq !== undefined);
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #serve(request, response) {
    const chunks = [];
    try {
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      await this.#act(request, Buffer.concat(chunks), response);
    } catch {
      response.destroy();
    }
  }

  async #act(request, body, response) {
    const { method, url, headers } = request;
    const seq = headers["producer-seq"] === undefined ? undefined : Number(headers["producer-seq"]);
    const seen = { method, url, headers, seq, epoch: Number(headers["producer-epoch"]), at: performance.now(), body: createHash("sha256").update(body).digest("hex") };
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault.delayMs !== undefined) {
      await sleep(fault.delayMs);
    }
    const isForwarded = fault.forward ?? fault.status === undefined;
    const answer = isForwarded ? await this.#forward(request, body) : undefined;
    if (fault.status !== undefined) {
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    if (fault.answer === false || answer === undefined) {
      request.socket.destroy();
      return;
    }
    const half = fault.answer === "half";
    response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
    if (half) {
      response.write(answer.body.subarray(0, answer.body.length >> 1), () => request.socket.destroy());
    } else {
      response.end(answer.body);
    }
  }

  async #forward({ method, url, headers }, body) {
    const { hostname, port } = this.#upstream;
    const request = http.request({ hostname, port, method, path: url, headers: { ...headers, "content-length": body.length }, agent: this.#agent });
    request.end(body);
    const [answer] = await once(request, "response");
    const chunks = [];
    for await (const chunk of answer) {
      chunks.push(chunk);
    }
    const { "transfer-encoding": _, ...kept } = answer.headers;
    return { status: answer.statusCode, headers: kept, body: Buffer.concat(chunks) };
  }
}

/** A proxy before a gateway that loses and cuts at random, from a seed that is told, until the test ends. */
export async function breakingProxy(t, url) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const chance = random(seed);
  const proxy = await Proxy.start(url);
  t.after(() => proxy.stop());
  const faults = [LOSE_REQUEST, LOSE_ANSWER, CUT_ANSWER, { status: 503 }, PASS, PASS];
  proxy.fault = () => faults[Math.floor(chance() * faults.length)];
  return proxy;
}

/** Random numbers from 0 to 1 that a seed repeats (mulberry32). */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
