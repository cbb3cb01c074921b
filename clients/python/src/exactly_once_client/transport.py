"""HTTP requests over kept connections, to several gateways in turn."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from typing import Callable, Mapping, Optional, Sequence, Union
from urllib.parse import SplitResult, urlsplit

from .answers import Answer
from .timed import LONGEST_STEP, response_until, set_timeout

Token = Union[str, Callable[[], str], None]

_IDLE_SECONDS = 8.0
"""A connection that was idle for longer is not used again: the server may be closing it."""

_UNKNOWN_AUTHORITY = range(18, 22)
"""OpenSSL's codes of a chain that ends at no authority that is known, or that is incomplete."""


class Call:
    """One request, which another thread may abort."""

    def __init__(self) -> None:
        self._connection: Optional[http.client.HTTPConnection] = None
        self._lock = threading.Lock()
        self.aborted = False

    def uses(self, connection: Optional[http.client.HTTPConnection]) -> None:
        """The connection that abort closes."""
        with self._lock:
            self._connection = connection
            if self.aborted and connection is not None:
                raise ConnectionAbortedError("The request was given up.")

    def abort(self) -> None:
        """Ends the request, which then has no answer."""
        with self._lock:
            self.aborted = True
            sock = self._connection.sock if self._connection is not None else None
            if sock is not None:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


class Transport:
    """Sends requests. Thread-safe; each connection is used by one thread at a time.

    What goes wrong on the way is an Answer of status 0, after which the next gateway has its turn.
    """

    def __init__(self, urls: Union[str, Sequence[str]], token: Token = None,
                 ssl_context: Optional[ssl.SSLContext] = None) -> None:
        self._gateways = [_checked(url) for url in ([urls] if isinstance(urls, str) else urls)]
        if not self._gateways:
            raise ValueError("A gateway's URL is needed.")
        self._token = token
        self._ssl_context = ssl_context
        self._turn = 0
        self._answered = False
        """Whether a gateway has ever answered: then a certificate that is not trusted may be so for a while."""
        self._distrusted: set[int] = set()
        """The gateways whose certificate was not trusted at the last request."""
        self._idle: dict[int, list[tuple[float, http.client.HTTPConnection]]] = {}
        self._closed = False

    def request(self, method: str, path: str, *, timeout: float, body: Optional[bytes] = None,
                headers: Mapping[str, str] = {}, call: Optional[Call] = None) -> Answer:
        """Sends one request and takes its whole answer. ``timeout``: seconds for all of it, once it has its token.

        A 401 is tried once more, if a callback can bring another token.
        """
        answer = self._request(method, path, body, headers, timeout, call or Call())
        if answer.status == 401 and callable(self._token):
            answer = self._request(method, path, body, headers, timeout, call or Call())
        return answer

    def _request(self, method: str, path: str, body: Optional[bytes], headers: Mapping[str, str], timeout: float,
                 call: Call) -> Answer:
        turn = self._turn
        index = turn % len(self._gateways)
        connection: Optional[http.client.HTTPConnection] = None
        self._distrusted.discard(index)
        try:
            all_headers = {**self._authorization(), **headers}
            end = time.monotonic() + timeout
            connection = self._connection(index, timeout)
            call.uses(connection)
            set_timeout(connection.sock, end)
            connection.request(method, self._gateways[index].path.rstrip("/") + path, body, all_headers)
            call.uses(connection)
            response = response_until(connection, end)
            answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()},
                            response.read())
            self._answered = True
        except ssl.SSLCertVerificationError as error:
            self._distrusted.add(index)
            answer = Answer(0, error=_distrust(self._gateways[index], error),
                            distrusted=not self._answered and len(self._distrusted) == len(self._gateways),
                            unsent=connection is None)
        except Exception as error:  # of the network, of TLS, of HTTP, of the token's callback: no answer
            answer = Answer(0, error=f"{type(error).__name__}: {error}", unsent=connection is None)
        call.uses(None)
        if connection is not None:
            self._give_back(index, connection, answer.status != 0 and not call.aborted)
        if _is_of_no_gateway(answer.status) and self._turn == turn and not call.aborted:
            self._turn = turn + 1
        return answer

    def close(self) -> None:
        """Closes the connections that are idle. The others close after their request."""
        self._closed = True
        for idle in self._idle.values():
            while idle:
                idle.pop()[1].close()

    def _authorization(self) -> dict[str, str]:
        if self._token is None:
            return {}
        try:
            token = self._token if isinstance(self._token, str) else self._token()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # such as that of sys.exit, which would end a thread that others wait for
            raise OSError(f"The token's callback failed: {error!r}") from error
        return {"Authorization": f"Bearer {token}"}

    def _connection(self, index: int, timeout: float) -> http.client.HTTPConnection:
        idle = self._idle.setdefault(index, [])
        while True:
            try:
                since, connection = idle.pop()
            except IndexError:
                return self._connect(index, timeout)
            if time.monotonic() - since < _IDLE_SECONDS and connection.sock is not None:
                return connection
            connection.close()

    def _connect(self, index: int, timeout: float) -> http.client.HTTPConnection:
        gateway = self._gateways[index]
        assert gateway.hostname is not None
        timeout = min(timeout, LONGEST_STEP)
        connection: http.client.HTTPConnection
        if gateway.scheme == "https":
            if self._ssl_context is None:
                self._ssl_context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(gateway.hostname, gateway.port, timeout=timeout,
                                                     context=self._ssl_context)
        else:
            connection = http.client.HTTPConnection(gateway.hostname, gateway.port, timeout=timeout)
        connection.connect()
        return connection

    def _give_back(self, index: int, connection: http.client.HTTPConnection, usable: bool) -> None:
        if not usable or self._closed or connection.sock is None:
            connection.close()
        else:
            self._idle[index].append((time.monotonic(), connection))


def _is_of_no_gateway(status: int) -> bool:
    """Whether another gateway may answer better: after none, a 5xx, and a success such as a proxy's 202."""
    return status == 0 or status >= 500 or 201 < status < 300


def _distrust(gateway: SplitResult, error: ssl.SSLCertVerificationError) -> str:
    """What is wrong, and what to do if it is that the authority is not known."""
    why = getattr(error, "verify_message", error)  # one that Python has made has none
    reason = f"The certificate of {gateway.geturl()} is not trusted: {why}."
    if getattr(error, "verify_code", None) not in _UNKNOWN_AUTHORITY:
        return reason
    return f'{reason} Name the authority that issued it: ssl_context=ssl.create_default_context(cafile="ca.pem").'


def _checked(url: str) -> SplitResult:
    """The parts of a gateway's URL. A ValueError, which does not tell a user or password, if it is none."""
    try:
        parts = urlsplit(url)
        parts.port  # a ValueError if it is no number
    except ValueError:
        parts = urlsplit("")
    has_more = "@" in parts.netloc or parts.query or parts.fragment
    if parts.scheme in ("http", "https") and parts.hostname and not has_more:
        return parts
    if any(mark in url for mark in "@?#"):  # a user may be anywhere in what is no URL, a query may have a token
        raise ValueError("The URL of a gateway is such as http://localhost:8080, with no user and no password, and no "
                         "query: a token is for that.")
    raise ValueError(f"{url!r} is not the URL of a gateway, such as http://localhost:8080.")
