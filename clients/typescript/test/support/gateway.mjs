// The real gateway, from its jar: TEST_GATEWAY_JAR, or the one that the build at the root has made.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const START_MS = 120_000;

function jar() {
  if (process.env.TEST_GATEWAY_JAR !== undefined) {
    return process.env.TEST_GATEWAY_JAR;
  }
  const target = fileURLToPath(new URL("../../../../target/", import.meta.url));
  const name = readdirSync(target).find((file) => /^exactly-once-gateway-.*\.jar$/.test(file));
  if (name === undefined) {
    throw new Error(`no gateway in ${target}: run ./mvnw -DskipTests package at the root, or set TEST_GATEWAY_JAR`);
  }
  return join(target, name);
}

export class Gateway {
  #settings;
  #folder = mkdtempSync(join(tmpdir(), "gateway-"));
  #backup = `${this.#folder}-backup`;
  #process;
  port = 0;

  constructor(settings) {
    this.#settings = settings;
  }

  /** Starts one, whose settings are such as "gateway.partitions=3". */
  static async start(...settings) {
    const gateway = new Gateway(settings);
    await gateway.restart();
    return gateway;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it again, on the same port and with the same data. */
  async restart() {
    const settings = [`server.port=${this.port}`, `gateway.data-dir=${this.#folder}`, ...this.#settings];
    const java = ["-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", jar(), ...settings.map((each) => `--${each}`)];
    this.#process = spawn("java", java, { stdio: ["ignore", "pipe", "inherit"] });
    this.port = await new Promise((resolve, reject) => {
      let log = "";
      const timer = setTimeout(() => {
        reject(new Error(`the gateway did not start:\n${log}`));
        this.#process.kill("SIGKILL"); // or the test's process would not end
      }, START_MS);
      this.#process.once("exit", (status) => {
        clearTimeout(timer);
        reject(new Error(`the gateway ended with ${status}:\n${log}`));
      });
      this.#process.stdout.on("data", (chunk) => {
        log += port(log) === undefined ? chunk : "";
        if (port(log) !== undefined) {
          clearTimeout(timer);
          resolve(port(log));
        }
      });
    });
  }

  /** Kills it, as kill -9 does. Its data stays. */
  async kill() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }

  /** Keeps what it has stored for {@link restore}; both only when it is killed. */
  backUp() {
    cpSync(this.#folder, this.#backup, { recursive: true });
  }

  /** Puts the backup back. */
  restore() {
    this.forget();
    cpSync(this.#backup, this.#folder, { recursive: true });
  }

  /** Forgets all it has stored; only when it is killed. */
  forget() {
    rmSync(this.#folder, { recursive: true });
  }

  async stop() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(this.#backup, { recursive: true, force: true });
  }

  /** Makes a topic, or with other partitions another setting of it. */
  async make(topic, partitions) {
    const headers = { "Content-Type": "application/json" };
    return (await fetch(`${this.url}/topics/${topic}`, { method: "PUT", headers, body: JSON.stringify({ partitions }) })).status;
  }

  async delete(topic) {
    return (await fetch(`${this.url}/topics/${topic}`, { method: "DELETE" })).status;
  }

  /** All records of a partition, as the gateway shows them. */
  async log(partition) {
    const records = [];
    for (let offset = 0; ; ) {
      const response = await fetch(`${this.url}/partitions/${partition}/records?offset=${offset}&limit=10000`);
      const page = await response.json();
      records.push(...page.records);
      offset = page.nextOffset;
      if (page.records.length === 0) {
        return records;
      }
    }
  }
}

function port(log) {
  const found = /Tomcat started on port (\d+)/.exec(log);
  return found === null ? undefined : Number(found[1]);
}
