"""Having people told at once: one run is asked for, however many answer, and an answer never fails for it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from outreach import clock
from outreach.visits import telling
from tests.conftest import NOON
from tests.mail.smtp_server import free_port


class Prefect(ThreadingHTTPServer):
    """Enough of Prefect's API to be asked for a run; `refuses`: the status it answers that with."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, datetime]] = []
        self.refuses: int | None = None


class Handler(BaseHTTPRequestHandler):
    server: Prefect

    def do_GET(self) -> None:
        self.reply(200, True)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.endswith("/deployments/filter"):
            named = body["deployments"]["name"]["any_"]
            return self.reply(200, [{"id": named[0], "parameter_openapi_schema": {"properties": {}}}])
        if self.server.refuses is not None:
            return self.reply(self.server.refuses, {"detail": "no"})
        at = datetime.fromisoformat(body["state"]["state_details"]["scheduled_time"])
        self.server.asked.append((body["idempotency_key"], at))
        return self.reply(201, {"id": "r1"})

    def reply(self, status: int, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def prefect(home: object, set_environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Prefect]:
    monkeypatch.setattr(telling, "_asked", None)
    with Prefect() as server:
        set_environment(prefect_url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("second", "until"), [(0, 30), (12, 18), (30, 30), (59, 1)])
def test_run_starts_at_the_next_half_minute(prefect: Prefect, second: int, until: int) -> None:
    now = NOON + timedelta(seconds=second, microseconds=7)
    with clock.frozen(now):
        telling.soon()
    at = now - timedelta(microseconds=7) + timedelta(seconds=until)
    assert prefect.asked == [(f"event-notices/{at.isoformat()}", at)]


def test_however_many_answer_in_one_half_minute_one_run_is_asked_for(prefect: Prefect) -> None:
    threads = [threading.Thread(target=telling.soon) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(prefect.asked) == 1
    with clock.frozen(NOON + timedelta(seconds=31)):
        telling.soon()
    assert [at for _, at in prefect.asked] == [NOON + timedelta(seconds=30), NOON + timedelta(seconds=60)]


def test_refusal_fails_nothing_and_the_next_answer_asks_again(prefect: Prefect, caplog) -> None:
    prefect.refuses = 422
    telling.soon()
    assert "wait for their schedule" in caplog.text
    prefect.refuses = None
    telling.soon()
    assert len(prefect.asked) == 1


def test_without_prefect_an_answer_is_neither_failed_nor_kept_waiting(
    home: object, set_environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "_asked", None)
    set_environment(prefect_url=f"http://127.0.0.1:{free_port()}")
    started = time.monotonic()
    telling.soon()
    assert time.monotonic() - started < 2
