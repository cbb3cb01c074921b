"""The real gateway, as a process, for tests."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import re
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path


def jar() -> Path:
    """The packaged gateway: EXACTLY_ONCE_JAR, or what the root's build has made."""
    if "EXACTLY_ONCE_JAR" in os.environ:
        return Path(os.environ["EXACTLY_ONCE_JAR"])
    found = sorted(Path(__file__).resolve().parents[3].glob("target/exactly-once-gateway-*.jar"))
    if not found:
        raise FileNotFoundError("There is no packaged gateway: ./mvnw -DskipTests package makes one.")
    return found[-1]


class Gateway:
    """A gateway with a log of its own, on a free port. It can be killed and started again on the same port."""

    def __init__(self, *options: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["java", "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar()),
                   f"--server.port={self.port}", f"--gateway.data-dir={self._folder.name}", *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started = threading.Event()
        log: list[str] = []
        threading.Thread(target=self._watch, args=(self._process, started, log), daemon=True).start()
        if not started.wait(120) or self._process.poll() is not None:
            self.kill()
            raise RuntimeError("The gateway did not start:\n" + "".join(log))

    def _watch(self, process: subprocess.Popen[str], started: threading.Event, log: list[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            log.append(line)
            if match := re.search(r"Tomcat started on port (\d+)", line):
                self.port = int(match[1])
            if "Started " in line and " in " in line:
                started.set()
        started.set()  # it has ended
        process.wait()
        process.stdout.close()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        self.kill()
        self._folder.cleanup()

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(self.url + path, timeout=30) as response:
            return json.load(response)

    def post(self, path: str, document: dict) -> dict:
        return self.send("POST", path, document)

    def send(self, method: str, path: str, document: dict = {}) -> dict:
        request = urllib.request.Request(self.url + path, json.dumps(document).encode(),
                                         {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read() or b"{}")

    def log(self, partition: int) -> list[dict]:
        """All records of a partition."""
        records: list[dict] = []
        while True:
            page = self.get(f"/partitions/{partition}/records?offset={len(records)}&limit=10000")["records"]
            if not page:
                return records
            records += page


_shared: list[Gateway] = []


def shared() -> Gateway:
    """One gateway for all tests that do not kill it. They take partitions, or names, of their own."""
    if not _shared:
        _shared.append(Gateway())
        atexit.register(_shared[0].close)
    return _shared[0]


def wait_until(condition, seconds: float = 30.0) -> None:
    """Waits for a condition, and fails when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("It did not happen in time.")
        time.sleep(0.02)


async def awaited(condition, seconds: float = 30.0) -> None:
    """As wait_until, for what runs on the event loop."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("It did not happen in time.")
        await asyncio.sleep(0.02)
