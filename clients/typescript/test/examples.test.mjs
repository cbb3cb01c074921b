// The examples, and the one of README.md, do what they say.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { findBrowser, openPage } from "./support/browser.mjs";
import { Gateway } from "./support/gateway.mjs";

const root = new URL("../", import.meta.url);
const TYPES = { html: "text/html", mjs: "text/javascript", js: "text/javascript" };

let gateway;
let server;
let origin;
/** What the page posts. */
let posted;

before(async () => {
  server = http.createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
  gateway = await Gateway.start(`gateway.cors.allowed-origins=${origin}`);
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await gateway?.stop();
});

/** The files of the example and of the client; a module of the test's joins the page. */
async function serve(request, response) {
  if (request.method === "POST") {
    const chunks = await request.toArray();
    posted?.(Buffer.concat(chunks).toString());
    response.end();
    return;
  }
  const path = new URL(request.url, "http://localhost").pathname;
  try {
    const file = readFileSync(new URL(`.${path}`, root), "utf8");
    const body = path.endsWith(".html") ? file.replace("</head>", '<script type="module" src="/test/support/visitor.mjs"></script></head>') : file;
    response.writeHead(200, { "Content-Type": TYPES[path.split(".").pop()] ?? "text/plain" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

async function run(name, input = "") {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`examples/${name}`, root))], { env: { ...process.env, GATEWAY: gateway.url }, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  const [out, error, [status]] = await Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, "exit")]);
  return { out: out.join(""), error: error.join(""), status };
}

test("first.mjs, which README.md shows", { timeout: 60_000 }, async () => {
  assert.deepEqual(await run("first.mjs"), { out: "stored in partition 7 at offset 0\ncustomer-7 { order: 1, total: 12.5 }\n", error: "", status: 0 });
  const example = readFileSync(new URL("examples/first.mjs", root), "utf8");
  assert.ok(readFileSync(new URL("README.md", root), "utf8").includes("```js\n" + example + "```\n"));
});

test("import.mjs", { timeout: 60_000 }, async () => {
  const lines = Array.from({ length: 2_000 }, (_, n) => `{"line":${n}}\n`).join("");
  assert.deepEqual(await run("import.mjs", lines), { out: "2000 records stored\n", error: "", status: 0 });
  const failed = await run("import.mjs", `${JSON.stringify("\ud800")}\n1\n`);
  assert.deepEqual([failed.out, failed.status], ["", 1]);
  assert.match(failed.error, /^1 of 2 records not stored: .*surrogate/);
});

test("events.mjs", { timeout: 60_000 }, async () => {
  const events = (from, to) => Array.from({ length: to - from }, (_, n) => `{"id":"event-${from + n}"}\n`).join("");
  assert.deepEqual(await run("events.mjs", events(0, 1_000)), { out: "1000 events stored, 0 were there\n", error: "", status: 0 });
  assert.deepEqual(await run("events.mjs", events(500, 1_500)), { out: "500 events stored, 500 were there\n", error: "", status: 0 });
  const failed = await run("events.mjs", `{"id":"event-1","other":true}\n`);
  assert.equal(failed.status, 1);
  assert.match(failed.error, /1 of the records .* ID_REUSED/);
});

test("a page's browser may send what the client sends", { timeout: 60_000 }, async () => {
  const headers = { Origin: origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type,prefer,producer-epoch,producer-id,producer-seq" };
  const request = http.request(`${gateway.url}/partitions/0/records`, { method: "OPTIONS", headers }).end();
  const [response] = await once(request, "response");
  response.resume();
  assert.deepEqual([response.statusCode, response.headers["access-control-allow-origin"]], [200, origin]);
  const allowed = response.headers["access-control-allow-headers"].toLowerCase();
  headers["Access-Control-Request-Headers"].split(",").forEach((name) => assert.ok(allowed === "*" || allowed.includes(name), name));
});

test("the page, in a browser", { timeout: 180_000 }, async (t) => {
  const browser = findBrowser();
  if (browser === undefined) {
    assert.notEqual(process.env.BROWSER_REQUIRED, "true", "there is no Chromium, neither in the path nor by BROWSER_PATH");
    return t.skip("there is no Chromium, neither in the path nor by BROWSER_PATH");
  }
  const told = new Promise((resolve) => (posted = resolve));
  const close = openPage(browser, `${origin}/examples/page/index.html?gateway=${encodeURIComponent(gateway.url)}`);
  t.after(close);
  const { output, items } = JSON.parse(await told);
  const values = (await gateway.log(0)).map(({ offset, value }) => `${offset}: ${JSON.stringify(value)}`);
  assert.deepEqual(items, values);
  assert.equal(items.at(-1), `${items.length - 1}: {"text":"typed"}`);
  assert.equal(output, `stored at offset ${items.length - 1}`);
});
