"""A proxy that loses requests and answers, for tests."""

from __future__ import annotations

import http.client
import http.server
import threading
import time
from typing import Callable, Optional
from urllib.parse import urlsplit

PASS, LOSE_REQUEST, LOSE_ANSWER, CUT_ANSWER = "pass", "lose request", "lose answer", "cut answer"
TRICKLE = "trickle"
"""The answer comes a byte at a time, five a second."""


class FaultyProxy:
    """Forwards requests to a gateway. ``fault`` says for each what happens to it: one of the words above, or an
    answer to give in the gateway's place, as (status, headers, body). ``seen``: all requests, in order."""

    def __init__(self, target: str, fault: Callable[["Seen"], object]) -> None:
        self.target = target
        self.fault = fault
        self.seen: list[Seen] = []
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def appends(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.path.endswith("/records") and seen.method == "POST"]

    def waiting(self) -> list[Seen]:
        """The requests of readers that asked the gateway to wait for records."""
        return [seen for seen in self.seen if seen.method == "GET" and "Prefer" in seen.headers]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that has given up


class Seen:
    """A request that came to the proxy."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.path, self.headers, self.body = method, path, headers, body


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: FaultyProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = Seen(self.command, self.path, dict(self.headers.items()), body)
        self.proxy.seen.append(seen)
        fault = self.proxy.fault(seen)
        answer: Optional[tuple[int, list[tuple[str, str]], bytes]] = None
        if isinstance(fault, tuple):
            answer = fault
        elif fault != LOSE_REQUEST:
            answer = self._forward(seen)
        if answer is None or fault == LOSE_ANSWER:
            self.close_connection = True
            return
        self._answer(*answer, cut=fault == CUT_ANSWER, trickle=fault == TRICKLE)

    do_GET = do_POST

    def _forward(self, seen: Seen) -> Optional[tuple[int, list[tuple[str, str]], bytes]]:
        gateway = http.client.HTTPConnection(urlsplit(self.proxy.target).netloc, timeout=30)
        try:
            gateway.request(seen.method, seen.path, seen.body, {**seen.headers, "Connection": "close"})
            response = gateway.getresponse()
            return response.status, response.getheaders(), response.read()
        except OSError:
            return None
        finally:
            gateway.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, cut: bool, trickle: bool) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "keep-alive"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body if trickle else b"":
            self.wfile.write(bytes([byte]))
            time.sleep(0.2)
        self.wfile.write(b"" if trickle else body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass
