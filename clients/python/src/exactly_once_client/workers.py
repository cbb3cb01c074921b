"""Threads for requests, started when they are needed."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import Callable, Optional


class Workers:
    """Runs tasks on daemon threads, ``limit`` at the most; further tasks wait.

    Not a ThreadPoolExecutor, as that takes no tasks any more while the interpreter ends, when producers still deliver.
    """

    def __init__(self, limit: int, name: str) -> None:
        self._limit = limit
        self._name = name
        self._tasks: SimpleQueue[Optional[Callable[[], object]]] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._busy = 0

    def prepare(self) -> None:
        """Starts a first thread: at the interpreter's end, when it may be needed, none can be started."""
        with self._lock:
            if self._threads == 0:
                self._start()

    def run(self, task: Callable[[], object]) -> None:
        """Runs a task as soon as a thread is free."""
        with self._lock:
            self._busy += 1
            if self._busy > self._threads and self._threads < self._limit:
                self._start()
        self._tasks.put(task)

    def stop(self) -> None:
        """Ends the threads when their tasks are done."""
        with self._lock:
            for _ in range(self._threads):
                self._tasks.put(None)

    def _start(self) -> None:
        try:
            threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()
            self._threads += 1
        except RuntimeError:  # no more threads, or none at the interpreter's end: the others do the work
            if self._threads == 0:
                raise

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            finally:
                with self._lock:
                    self._busy -= 1
