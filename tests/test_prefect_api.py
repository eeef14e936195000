"""The client of Prefect's API against a server of its own that misbehaves on request."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from outreach import prefect_api
from outreach.errors import PermanentFailure, TemporaryFailure

DEPLOYMENT = {"id": "d1", "parameter_openapi_schema": {"properties": {"params": {}}}}


class StubServer(ThreadingHTTPServer):
    """Knows one deployment; answers a request for a run with the next of `answers` (a status, or None to hang up)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), StubHandler)
        self.answers: list[int | None] = []
        self.keys: list[str] = []


class StubHandler(BaseHTTPRequestHandler):
    server: StubServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.endswith("/deployments/filter"):
            self.reply(200, [DEPLOYMENT])
            return
        self.server.keys.append(body["idempotency_key"])
        status = self.server.answers.pop(0)
        if status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.reply(status, {"id": "r1"} if status < 300 else {"detail": "department: 'X' is not one of [...]"})

    def reply(self, status: int, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def stub_server(home: object, set_environment: Callable[..., None]) -> Iterator[StubServer]:
    with StubServer() as server:
        set_environment(prefect_url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_busy_and_broken_connections_are_tried_again_with_the_same_key(stub_server: StubServer) -> None:
    stub_server.answers = [503, None, 503, 201]
    assert prefect_api.start_duty("graduation-invitation", {}, idempotency_key="k1") == "r1"
    assert stub_server.keys == ["k1"] * 4


def test_refusal_is_not_tried_again_and_says_what_the_server_said(stub_server: StubServer) -> None:
    stub_server.answers = [409]
    with pytest.raises(PermanentFailure, match=r"'X' is none of the choices$"):
        prefect_api.start_duty("graduation-invitation", {}, idempotency_key="k1")
    assert stub_server.keys == ["k1"]


def test_parameter_the_duty_does_not_take_never_leaves_the_house(stub_server: StubServer) -> None:
    with pytest.raises(PermanentFailure, match="'parms'"):
        prefect_api.start_duty("graduation-invitation", {"parms": {}}, idempotency_key="k1")
    assert stub_server.keys == []


def test_prefect_out_of_reach_is_a_temporary_failure_with_what_to_do(
    home: object, set_environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefect_api, "ATTEMPTS", 2)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    set_environment(prefect_url=f"http://127.0.0.1:{port}")
    assert not prefect_api.is_up()
    with pytest.raises(TemporaryFailure, match="outreach up"):
        prefect_api.start_duty("graduation-invitation", {}, idempotency_key="k1")


def test_run_that_keeps_dying_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__RUN_COUNT", "5")
    prefect_api.guard_reruns()
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__RUN_COUNT", "6")
    with pytest.raises(PermanentFailure, match="started 6 times"):
        prefect_api.guard_reruns()
