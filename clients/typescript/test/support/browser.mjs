// A Chromium without a window, if there is one: BROWSER_PATH names it, else it is looked for in the path.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--no-proxy-server"];

/** The path of one that starts; undefined if there is none. What is found may be a stand-in, or lack what it needs. */
export function findBrowser() {
  const paths = process.env.BROWSER_PATH ?? (process.env.PATH ?? "").split(delimiter).flatMap((folder) => PROGRAMS.map((name) => join(folder, name)));
  const path = [paths].flat().find((each) => isExecutable(each));
  if (path === undefined) {
    return undefined;
  }
  return withProfile((profile) => {
    const { status } = spawnSync(path, [...ARGUMENTS, `--user-data-dir=${profile}`, "--dump-dom", "about:blank"], { timeout: 60_000, stdio: "ignore" });
    return status === 0 ? path : undefined;
  });
}

/** Opens a page; what is given back closes it. */
export function openPage(path, url) {
  const profile = mkdtempSync(join(tmpdir(), "browser-"));
  // A port makes it stay, and is not used.
  const browser = spawn(path, [...ARGUMENTS, `--user-data-dir=${profile}`, "--remote-debugging-port=0", url], { stdio: "ignore", detached: true });
  return async () => {
    const ended = new Promise((resolve) => browser.once("exit", resolve));
    // With all its processes, which are a group.
    process.kill(-browser.pid, "SIGKILL");
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}

function withProfile(use) {
  const profile = mkdtempSync(join(tmpdir(), "browser-"));
  try {
    return use(profile);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
