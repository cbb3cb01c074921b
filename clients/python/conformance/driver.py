#!/usr/bin/env python3
"""The driver of the conformance suite for the Python client: see clients/conformance/README.md."""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Callable, Optional, Union

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from exactly_once_client import (GatewayError, LogMismatchError, NotStoredError, Producer, ReadError, RecordReader,
                                 TopicReader, UnknownOutcomeError, partition_for_key)

SECONDS = {"lingerMs": "linger", "requestTimeoutMs": "request_timeout", "deliveryTimeoutMs": "delivery_timeout",
           "retryBackoffMs": "retry_backoff", "retryBackoffMaxMs": "retry_backoff_max", "maxBlockMs": "max_block"}
AS_IS = {"name": "name", "delivery": "delivery", "token": "token", "batchBytes": "batch_bytes", "maxInFlight": "max_in_flight",
         "bufferBytes": "buffer_bytes", "outboxDir": "outbox_dir"}


class Driver:
    """Answers commands. What hands records over runs in the order of the commands, what waits has its own thread."""

    def __init__(self) -> None:
        self._out = threading.Lock()
        self._producer: Optional[Producer] = None
        self._in_order: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._run_in_order, daemon=True).start()

    def take(self, command: dict[str, Any]) -> None:
        """Begins to do what the command says."""
        name = command["command"]
        task = lambda: self._answer(command, getattr(self, "_" + name.replace("-", "_")))
        if name in ("open", "send"):
            self._in_order.put(task)
        elif name == "flush":  # what was handed over before it
            self._in_order.put(lambda: threading.Thread(target=task, daemon=True).start())
        elif name == "exit":
            self._write({"id": command["id"], "ok": True})
            os._exit(0)
        else:
            threading.Thread(target=task, daemon=True).start()

    def _run_in_order(self) -> None:
        while True:
            self._in_order.get()()

    def _answer(self, command: dict[str, Any], do: Callable[[dict[str, Any]], Optional[dict[str, Any]]]) -> None:
        try:
            self._write({"id": command["id"], "ok": True, **(do(command) or {})})
        except Exception as error:
            self._write({"id": command["id"], "ok": False, "error": f"{type(error).__name__}: {error}"})

    def _write(self, message: dict[str, Any]) -> None:
        line = json.dumps(message) + "\n"
        with self._out:
            sys.stdout.write(line)
            sys.stdout.flush()

    def _open(self, command: dict[str, Any]) -> None:
        settings = command.get("settings") or {}
        options: dict[str, Any] = {}
        for name, value in settings.items():
            if value is None:
                continue
            if name in SECONDS:
                options[SECONDS[name]] = value / 1000
            elif name == "waitMs":
                options["wait"] = value // 1000
            else:
                options[AS_IS[name]] = value
        self._producer = Producer(command["urls"], **options)

    def _send(self, command: dict[str, Any]) -> None:
        first = command.get("from", 0)
        for number in range(first, first + command["count"]):
            self._send_one(f"{command['label']}-{number}", number, command)

    def _send_one(self, label: str, number: int, command: dict[str, Any]) -> None:
        value = {"record": label}
        if command.get("pad"):
            value["pad"] = "x" * command["pad"]
        where: dict[str, Any] = {"topic": command.get("topic", "records")}
        if command.get("keys"):
            where["key"] = f"key-{number % command['keys']}"
        else:
            where["partition"] = command.get("partition")
        if command.get("ids"):
            where["id"] = f"{command['ids']}-{number}"
        assert self._producer is not None
        try:
            future = self._producer.send(value, **where)
        except GatewayError as error:
            self._failed(label, error)
            return
        future.add_done_callback(lambda done: self._settled(label, done))

    def _settled(self, label: str, future: Any) -> None:
        error = future.exception()
        if error is not None:
            self._failed(label, error)
            return
        receipt = future.result()
        self._write({"event": "outcome", "record": label, "outcome": "stored", "topic": receipt.topic,
                     "partition": receipt.partition, "offset": receipt.offset, "duplicate": receipt.duplicate})

    def _failed(self, label: str, error: BaseException) -> None:
        outcome = "unknown" if isinstance(error, UnknownOutcomeError) else "not-stored"
        code = error.code if isinstance(error, (NotStoredError, UnknownOutcomeError)) else "refused"
        self._write({"event": "outcome", "record": label, "outcome": outcome, "error": code, "message": str(error)})

    def _flush(self, command: dict[str, Any]) -> None:
        assert self._producer is not None
        self._producer.flush()

    def _close(self, command: dict[str, Any]) -> None:
        assert self._producer is not None
        timeout = command.get("timeoutMs")
        self._producer.close(None if timeout is None else timeout / 1000)

    def _read(self, command: dict[str, Any]) -> dict[str, Any]:
        start = command.get("from", "earliest")
        if isinstance(start, str) and start not in ("earliest", "latest"):
            start = datetime.fromisoformat(start.replace("Z", "+00:00"))
        answer: dict[str, Any] = {"records": []}
        records = answer["records"]
        with self._reader(command, start) as reader:
            timer = threading.Timer(command["timeoutMs"] / 1000, reader.close)
            timer.start()
            try:
                while len(records) < command["count"] and (record := next(reader, None)) is not None:
                    records.append({"partition": record.partition, "offset": record.offset, "value": record.value})
            except ReadError as error:
                answer["error"] = "lost" if isinstance(error, LogMismatchError) else "refused"
            timer.cancel()
        return answer

    def _reader(self, command: dict[str, Any], start: Any) -> Union[RecordReader, TopicReader]:
        topic = command.get("topic", "records")
        if "partition" in command:
            return RecordReader(command["urls"], command["partition"], start, topic=topic)
        return TopicReader(command["urls"], start, topic=topic, refresh=command["metadataMaxAgeMs"] / 1000)

    def _partition_of(self, command: dict[str, Any]) -> dict[str, Any]:
        return {"partition": partition_for_key(base64.b64decode(command["keyBase64"]), command["partitions"])}


if __name__ == "__main__":
    driver = Driver()
    for line in sys.stdin:
        if line.strip():
            driver.take(json.loads(line))
    os._exit(0)
