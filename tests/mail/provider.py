"""A stand-in for SendGrid's v3 API: strict about what is posted to it, and answers as a test chooses."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "SG.a-key-for-tests"


@dataclass
class Provider:
    """`answers` are used up one a request, then everything good is accepted."""

    answers: list[int | str] = field(default_factory=list)  # a status, "reset", "silence" or "cut"
    bodies: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)  # method and path, whatever they were
    keys: list[str | None] = field(default_factory=list)
    redirect_to: str = ""
    blames: dict[str, str] = field(default_factory=dict)  # address -> what is wrong with it
    url: str = ""
    done: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sent_to(self) -> list[str]:
        return sorted(one["to"][0]["email"] for body in self.bodies for one in body["personalizations"])

    def accept(self, body: dict[str, Any]) -> str:
        with self.lock:
            self.bodies.append(body)
            return f"message-{len(self.bodies)}"


def faults(body: dict[str, Any], blames: dict[str, str]) -> list[dict[str, str]]:
    """What SendGrid's documentation says makes it refuse a request: field and message of each."""
    found = []
    people = body["personalizations"]
    if not 1 <= len(people) <= 1000:
        found.append({"field": "personalizations", "message": "1 to 1000 are allowed"})
    addresses = [to["email"].casefold() for one in people for to in one["to"]]
    if len(set(addresses)) < len(addresses):
        found.append({"field": "personalizations", "message": "an address stands twice"})
    for number, one in enumerate(people):
        where = f"personalizations.{number}"
        address = one["to"][0]["email"]
        if not address.isascii() or "@" not in address or address in blames:
            found.append({"field": f"{where}.to.0.email", "message": blames.get(address, "not a valid address")})
        strings = [*one["substitutions"].values(), *one["custom_args"].values(), *one.get("headers", {}).values()]
        if not all(isinstance(value, str) for value in strings) or not all(one["custom_args"].values()):
            found.append({"field": where, "message": "only strings, not empty"})
        if sum(len(value.encode()) for pair in one["substitutions"].items() for value in pair) > 10_000:
            found.append({"field": f"{where}.substitutions", "message": "over 10000 bytes"})
    if [part["type"] for part in body["content"]] != ["text/plain", "text/html"]:
        found.append({"field": "content", "message": "text comes before html"})
    if not body["subject"] or not all(part["value"] for part in body["content"]):
        found.append({"field": "subject", "message": "something is empty"})
    return found


class Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._note()
        self._answer(202, headers={"X-Message-Id": "never"})

    def do_POST(self) -> None:
        self._note()
        content = self.rfile.read(int(self.headers["Content-Length"]))
        with self.provider.lock:
            planned = self.provider.answers.pop(0) if self.provider.answers else 202
        if isinstance(planned, str):
            return self._misbehave(planned)
        if planned != 202:
            return self._answer(planned, headers={"Location": self.provider.redirect_to} if planned < 400 else {})
        if self.path != "/v3/mail/send" or self.headers["Content-Type"] != "application/json":
            return self._answer(404)
        if self.headers["Authorization"] != f"Bearer {KEY}":
            return self._answer(401)
        body = json.loads(content)
        if wrong := faults(body, self.provider.blames):
            return self._answer(400, json.dumps({"errors": wrong}).encode())
        return self._answer(202, headers={"X-Message-Id": self.provider.accept(body)})

    def _note(self) -> None:
        self.provider.requests.append((self.command, self.path))
        self.provider.keys.append(self.headers["Authorization"])

    def _misbehave(self, how: str) -> None:
        if how == "silence":
            self.provider.done.wait(10)
        elif how == "cut":
            self.wfile.write(b"HTTP/1.")
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close_connection = True

    def _answer(self, status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """The provider behind a port of loopback, for the length of a block."""
    handler = type("BoundHandler", (Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield provider
        finally:
            provider.done.set()
            server.shutdown()
            thread.join()
