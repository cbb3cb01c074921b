// Starts a fresh gateway from its jar, runs every example against it, and stops it.
// Usage: node run.mjs <gateway.jar> <empty folder for its data and log>
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const START_SECONDS = 180; // a busy build machine is slow
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const [jar, work] = process.argv.slice(2).map((path) => resolve(path));
const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java";

async function freePort() {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function ready(url, gateway) {
  for (const end = Date.now() + START_SECONDS * 1000; Date.now() < end; await sleep(200)) {
    if (gateway.exitCode !== null) {
      throw new Error(`The gateway ended with ${gateway.exitCode}, see ${work}/gateway.log`);
    }
    const answer = await fetch(`${url}/actuator/health/readiness`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
  }
  throw new Error(`The gateway is not ready after ${START_SECONDS} s, see ${work}/gateway.log`);
}

// Runs the command line of an installed package, as npx would.
async function passes(name, ...args) {
  const { bin } = require(`${name}/package.json`);
  const script = require.resolve(`${name}/${typeof bin === "string" ? bin : bin[name]}`);
  const [code] = await once(spawn(process.execPath, [script, ...args], { cwd: here, stdio: "inherit" }), "exit");
  console.log(`${name}: ${code === 0 ? "passed" : "FAILED"}`);
  return code === 0;
}

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const port = await freePort();
const url = `http://localhost:${port}`;
const log = openSync(join(work, "gateway.log"), "w");
const gateway = spawn(java, ["-jar", jar, `--server.port=${port}`, `--gateway.data-dir=${join(work, "data")}`], {
  stdio: ["ignore", log, log],
});
let passed = false;
try {
  await ready(url, gateway);
  const files = readdirSync(here).filter((file) => file.endsWith(".http")).sort();
  const http = await passes("httpyac", "send", ...files, "--all", "--env", "local", "--var", `host=${url}`,
    "--output", "short", "--no-color");
  const postman = await passes("newman", "run", "exactly-once-gateway.postman_collection.json",
    "--env-var", `baseUrl=${url}`, "--working-dir", here, "--color", "off");
  passed = http && postman;
} finally {
  if (gateway.exitCode === null) {
    gateway.kill();
    await once(gateway, "exit");
  }
}
process.exitCode = passed ? 0 : 1;
