"""The `sendgrid` package's client, made safe to leave alone: no redirect, no endless answer, no key in a log."""

import io
import logging
import socket
import time
import urllib.request
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any

from python_http_client.client import Client
from sendgrid import SendGridAPIClient

# The package writes the key and every address to its log at DEBUG: nothing of that ever gets out.
logging.getLogger("python_http_client.client").addFilter(lambda record: False)

# The package encodes a body as JSON unless it is told another type than this one; the request then says what it is.
JSON, READY_MADE = "application/json", "application/json; ready-made"


def client(key: str, host: str, timeout: float) -> "StraightClient":
    """A client for one key and host; `timeout`: seconds to connect, to send, and for the whole answer, each."""
    headers = {**SendGridAPIClient(key, host=host).client.request_headers, "Content-Type": READY_MADE}
    return StraightClient(host, headers, version=3, timeout=timeout)


class Body(bytes):
    """A request as it goes out. The package writes out all it posts for its log, heard or not: of this, nothing."""

    def encode(self, _encoding: str) -> "Body":
        return self

    def __format__(self, _how: str) -> str:
        return f"{len(self)} bytes"


class StraightClient(Client):  # type: ignore[misc]  # the package has no types
    """Goes nowhere but where it is sent: a redirect would carry the key to another host."""

    def _build_client(self, name: str | None = None) -> "StraightClient":
        path = [*self._url_path, name] if name else self._url_path
        return StraightClient(self.host, self.request_headers, self._version, path, self.append_slash, self.timeout)

    def _make_request(self, opener: object, request: urllib.request.Request, timeout: float | None = None) -> Any:
        request.add_header("Content-Type", JSON)
        return super()._make_request(urllib.request.build_opener(NoRedirect, Plain, Tls), request, timeout)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the error it is for an API."""

    def redirect_request(self, *_: object) -> None:
        return None


class Punctual(io.RawIOBase):
    """A socket's bytes until a deadline. A time-out alone starts anew with every byte that drips in."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        self._raw, self._connection = raw, connection
        timeout = connection.gettimeout()
        self._deadline = None if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("The answer takes too long.")
            self._connection.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class PunctualResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(Punctual(self.fp.detach(), sock))


class PunctualConnection(HTTPConnection):
    response_class = PunctualResponse


class PunctualTlsConnection(HTTPSConnection):
    response_class = PunctualResponse


class Plain(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(PunctualConnection, req)


class Tls(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(PunctualTlsConnection, req, context=self._context)  # type: ignore[attr-defined]
