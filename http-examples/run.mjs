// Starts fresh gateways from their jar, one that asks for no key and one in the mode token, runs every example against the
// one that it is for, and stops them.
// Usage: node run.mjs <gateway.jar> <empty folder for its data and log>
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
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

async function ready(url, name, gateway) {
  for (const end = Date.now() + START_SECONDS * 1000; Date.now() < end; await sleep(200)) {
    if (gateway.exitCode !== null) {
      throw new Error(`The gateway ended with ${gateway.exitCode}, see ${work}/${name}.log`);
    }
    const answer = await fetch(`${url}/actuator/health/readiness`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
  }
  throw new Error(`The gateway is not ready after ${START_SECONDS} s, see ${work}/${name}.log`);
}

// Runs the command line of an installed package, as npx would.
async function passes(name, ...args) {
  const { bin } = require(`${name}/package.json`);
  const script = require.resolve(`${name}/${typeof bin === "string" ? bin : bin[name]}`);
  const [code] = await once(spawn(process.execPath, [script, ...args], { cwd: here, stdio: "inherit" }), "exit");
  console.log(`${name}: ${code === 0 ? "passed" : "FAILED"}`);
  return code === 0;
}

// Starts a gateway, runs chapters against it, and stops it.
async function play(name, chapters, settings, ...variables) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const log = openSync(join(work, `${name}.log`), "w");
  const gateway = spawn(java, ["-jar", jar, `--server.port=${port}`, `--gateway.data-dir=${join(work, name)}`], {
    stdio: ["ignore", log, log],
    env: { ...process.env, ...settings },
  });
  try {
    await ready(url, name, gateway);
    const files = chapters.map((chapter) => `${chapter}.http`);
    const http = await passes("httpyac", "send", ...files, "--all", "--env", "local", "--output", "short", "--no-color",
      ...[`host=${url}`, ...variables].flatMap((variable) => ["--var", variable]));
    const postman = await passes("newman", "run", "exactly-once-gateway.postman_collection.json",
      ...chapters.flatMap((chapter) => ["--folder", chapter]), "--working-dir", here, "--color", "off",
      ...[`baseUrl=${url}`, ...variables].flatMap((variable) => ["--env-var", variable]));
    return http && postman;
  } finally {
    if (gateway.exitCode === null) {
      gateway.kill();
      await once(gateway, "exit");
    }
  }
}

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const chapters = readdirSync(here).filter((file) => file.endsWith(".http")).sort().map((file) => file.slice(0, -5));
const ofToken = chapters.filter((chapter) => readFileSync(join(here, `${chapter}.http`), "utf8").includes("{{adminKey}}"));
const webhooks = Object.fromEntries(
  [...readFileSync(join(here, "18-webhooks.http"), "utf8").matchAll(/^# (GATEWAY_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
const adminKey = randomBytes(32).toString("base64url");
const plain = await play("local", chapters.filter((chapter) => !ofToken.includes(chapter)), webhooks);
const token = await play("token", ofToken,
  { GATEWAY_SECURITY_MODE: "token", GATEWAY_SECURITY_ADMIN_KEY: adminKey }, `adminKey=${adminKey}`);
process.exitCode = plain && token ? 0 : 1;
