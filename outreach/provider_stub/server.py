"""The stand-in on a port: mail/send with its faults, and a small JSON API under /stub to look at what it holds."""

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import orjson

from outreach import clock
from outreach.provider_stub import faults, inspecting
from outreach.provider_stub.stub import Answer, Stub

SEND = "/v3/mail/send"
LARGEST_READ = 100 * 1024 * 1024
QUIET_SECONDS = 600.0


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    stub: Stub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Quiet: the requests hold addresses."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == SEND:  # somebody followed a redirect
            self._give(Answer(405))
            return
        status, found = inspecting.look(self.stub, parts.path, parts.query)
        self._answer(status, orjson.dumps(found))

    def do_POST(self) -> None:
        if self.path != SEND:  # told by a test
            status, found = inspecting.change(self.stub, self.path, self._body() or b"")
            self._answer(status, orjson.dumps(found))
            return
        fault = self.stub.next_fault()
        if fault == faults.RESET_BEFORE_READ:
            self._reset(fault)
            return
        raw = self._body()
        if raw is None:
            self._reset("broken_off")
        elif fault == faults.RESET_AFTER_READ:
            self._reset(fault)
        elif fault == faults.HANG:
            self._hang(fault)
        elif fault.isdecimal():
            self._give(Answer(int(fault)))
        elif self.headers["Content-Type"] != "application/json":
            self._give(Answer(415))
        else:
            self._receive(raw, fault)

    def _receive(self, raw: bytes, fault: str) -> None:
        """Judge the request, then answer as the fault has it. A refusal is given as it is."""
        answer = self.stub.receive(self.headers["Authorization"], raw)
        if answer.status != 202 or fault == faults.NONE:
            self._give(answer)
        elif fault == faults.RESET_AFTER_ACCEPT:
            self._reset(fault)
        elif fault == faults.HANG_AFTER_ACCEPT:
            self._hang(fault)
        elif fault == faults.FAIL_AFTER_ACCEPT:
            self._give(Answer(500))
        elif fault == faults.CUT_AFTER_ACCEPT:
            self.stub.note(fault)
            self.wfile.write(b"HTTP/1.1 2")
            self.close_connection = True
        else:
            self._give(answer, drip=True)

    def _body(self) -> bytes | None:
        """What was posted; None when the other side broke off or does not say how much there is."""
        length = self.headers["Content-Length"] or ""
        if not length.isdecimal() or int(length) > LARGEST_READ:
            return None
        raw = self.rfile.read(int(length))
        return raw if len(raw) == int(length) else None

    def _give(self, answer: Answer, *, drip: bool = False) -> None:
        self.stub.note(faults.SLOW if drip else str(answer.status))
        headers = {"X-Message-Id": answer.message_id} if answer.message_id else {}
        if 300 <= answer.status < 400:
            headers["Location"] = self.stub.url + SEND
        if answer.status == 429:
            reset = int(clock.now().timestamp()) + self.stub.wait_seconds
            headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
        self._answer(answer.status, answer.content(), headers, drip=drip)

    def _answer(
        self, status: int, content: bytes, headers: dict[str, str] | None = None, *, drip: bool = False
    ) -> None:
        lines = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        whole = f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}\r\n{head}\r\n".encode() + content
        for start in range(len(whole)) if drip else ():
            if self.stub.closing.wait(self.stub.drip_seconds):
                break
            self.wfile.write(whole[start : start + 1])
        if not drip:
            self.wfile.write(whole)

    def _hang(self, fault: str) -> None:
        self.stub.note(fault)
        self.stub.closing.wait(QUIET_SECONDS)
        self.close_connection = True

    def _reset(self, fault: str) -> None:
        """Cut the connection so that the other side sees a reset, not an end."""
        self.stub.note(fault)
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


class Server(ThreadingHTTPServer):
    """Threads that nobody waits for: some of them hang on purpose."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A client that is gone, killed perhaps, is nothing to report."""


@contextmanager
def serving(stub: Stub, port: int = 0, host: str = "127.0.0.1") -> Iterator[Stub]:
    """The stand-in behind a port of loopback, any free one for 0; `stub.url` says where."""
    handler = type("BoundHandler", (Handler,), {"stub": stub})
    with Server((host, port), handler) as server:
        stub.url = f"http://{host}:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        if stub.poster is not None:
            stub.poster.start()
        try:
            yield stub
        finally:
            stub.closing.set()
            server.shutdown()
            thread.join()
            if stub.poster is not None:
                stub.poster.stop()
