"""What every duty is doing, asked of a server that speaks as Prefect's does, and counts what it is asked."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from outreach import prefect_overview
from outreach.departments import choice_of

Settings = Callable[..., None]
FORM = {"definitions": {"Form": {"properties": {"department": {}}}}}
INVITE, TIDY = "11111111-0000-0000-0000-000000000000", "22222222-0000-0000-0000-000000000000"


def deployment(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "paused": False, "schedules": [{"active": True}], **more}


def run(id_: str, of: str, kind: str, at: str, *, name: str = "", **params: Any) -> dict[str, Any]:
    moment = f"2026-11-22T{at}:00Z"
    times = {"expected_start_time": moment, "start_time": None if kind == "SCHEDULED" else moment}
    state = {"type": kind, "name": name or kind.title(), "message": f"about {id_}"}
    return {"id": id_, "deployment_id": of, "state": state, "parameters": {"params": params}, "end_time": None, **times}


class Speaking(ThreadingHTTPServer):
    """Answers with what it was given; `asked` holds (path, body) of every request. `held` is waited for first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SpeakingHandler)
        self.deployments: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = []
        self.artifacts: list[dict[str, Any]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.held = threading.Event()
        self.held.set()

    def said(self, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        if path.endswith("/deployments/filter"):
            return self.deployments
        if path.endswith("/artifacts/filter"):
            return self.artifacts
        wanted = body["flow_runs"]
        only = wanted["deployment_id"].get("any_")
        found = [
            one
            for one in self.runs
            if one["state"]["type"] in wanted["state"]["type"]["any_"] and (not only or one["deployment_id"] in only)
        ]
        return sorted(found, key=lambda one: one["expected_start_time"], reverse=body["sort"].endswith("DESC"))


class SpeakingHandler(BaseHTTPRequestHandler):
    server: Speaking

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, body))
        self.server.held.wait(10)
        data = json.dumps(self.server.said(self.path, body)).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def speaking(home: object, set_environment: Settings) -> Iterator[Speaking]:
    with Speaking() as server:
        server.deployments = [deployment(INVITE, "graduation-invitation", parameter_openapi_schema=FORM),
                              deployment(TIDY, "housekeeping", schedules=[{"active": False}])]  # fmt: skip
        set_environment(prefect_url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.held.set()
        server.shutdown()
        thread.join()


def test_each_duty_tells_its_last_run_what_runs_with_its_progress_and_what_comes(speaking: Speaking) -> None:
    speaking.runs = [
        run("old", INVITE, "COMPLETED", "07:30"),
        run("last", INVITE, "COMPLETED", "08:30", name="Awaiting approval", department=choice_of("arkeologi")),
        run("now", INVITE, "RUNNING", "11:00", preview=True),
        run("second", INVITE, "SCHEDULED", "13:00"),
        run("first", INVITE, "SCHEDULED", "12:00"),
    ]  # fmt: skip
    speaking.artifacts = [{"flow_run_id": "now", "data": 40.0}, {"flow_run_id": "now", "data": 10.0}]
    found = prefect_overview.overview()
    assert found is not None
    invite, tidy = found.duties["graduation-invitation"], found.duties["housekeeping"]
    assert [one.id for one in invite.ended] == ["last", "old"]
    assert invite.last is not None
    last = (invite.last.name, invite.last.message, invite.last.department)
    assert last == ("Awaiting approval", "about last", "arkeologi")
    assert [(one.id, one.progress, one.preview, one.department) for one in invite.running] == [
        ("now", 40.0, True, None)
    ]
    assert [one.id for one in invite.scheduled] == ["first", "second"]
    assert (invite.local, invite.paused) == (True, False)
    assert (tidy.last, tidy.running, tidy.scheduled, tidy.local, tidy.paused) == (None, (), (), False, True)


def test_fifty_at_once_cost_prefect_what_one_does(speaking: Speaking) -> None:
    with ThreadPoolExecutor(50) as pool:
        seen = set(map(id, pool.map(lambda _: prefect_overview.overview(), range(50))))
    assert len(seen) == 1
    asked = [path for path, _ in speaking.asked]
    assert asked.count("/api/deployments/filter") == 1
    assert len(asked) == 1 + len(speaking.deployments) + 2  # what ended of each, what runs, what comes


def test_old_answer_is_shown_while_one_asks_for_what_has_ended_since(
    speaking: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaking.runs = [run("before", INVITE, "COMPLETED", "08:30")]
    first = prefect_overview.overview()
    monkeypatch.setattr(prefect_overview, "FRESH_SECONDS", 0.0)
    speaking.asked.clear()
    speaking.held.clear()
    speaking.runs = [run("since", INVITE, "FAILED", "10:30")]
    began = time.monotonic()
    assert [prefect_overview.overview() for _ in range(20)] == [first] * 20
    assert time.monotonic() - began < 0.5
    speaking.held.set()
    given_up = time.monotonic() + 5
    while (found := prefect_overview.overview()) == first and time.monotonic() < given_up:
        time.sleep(0.01)
    assert found is not None
    assert [one.id for one in found.duties["graduation-invitation"].ended] == ["since", "before"]
    sorts = [body["flow_runs"].get("end_time") for path, body in speaking.asked if "flow_runs" in path]
    assert any(sorts)


def test_prefect_out_of_reach_is_none_at_once_and_is_not_asked_again_soon(
    home: object, set_environment: Settings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    set_environment(prefect_url=f"http://127.0.0.1:{port}")
    began = time.monotonic()
    assert prefect_overview.overview() is None
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lambda _: prefect_overview.overview(), range(200))) == {None}
    assert time.monotonic() - began < 1.5


def test_prefect_that_does_not_answer_costs_a_page_a_second_and_the_others_nothing(speaking: Speaking) -> None:
    speaking.held.clear()
    began = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _: prefect_overview.overview(), range(200))) == {None}
    assert time.monotonic() - began < 2.5
    assert len(speaking.asked) == 1


def test_slow_answer_leaves_what_was_said_before(speaking: Speaking, monkeypatch: pytest.MonkeyPatch) -> None:
    first = prefect_overview.overview()
    monkeypatch.setattr(prefect_overview, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(prefect_overview, "ANSWER_SECONDS", 0.05)
    speaking.held.clear()
    speaking.asked.clear()
    given_up = time.monotonic() + 5
    while len(speaking.asked) < 3 and time.monotonic() < given_up:  # the first two have been given up
        assert prefect_overview.overview() == first
        time.sleep(0.01)
    assert len(speaking.asked) >= 3


def test_answer_of_something_else_than_prefect_is_no_overview(speaking: Speaking) -> None:
    speaking.deployments = [{"hello": "world"}]
    assert prefect_overview.overview() is None
