"""A small Prefect for tests of the pages: it has the shipped deployments, takes runs once a key, and is told how they
go. It speaks HTTP on loopback, as the real one does."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from outreach import clock, departments, prefect_api, previewing
from outreach.database import session_scope
from outreach.queries import previews
from outreach.settings import ROOT


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Every deployment of prefect.yaml as Prefect's API shows it, by name."""
    told = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    return {
        one["name"]: {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, one["name"])),
            "name": one["name"],
            "description": one["description"],
            "parameters": one["parameters"],
            "parameter_openapi_schema": prefect_api.flow_shape(one["entrypoint"]).parameter_schema,
        }
        for one in told
    }


class PrefectStandIn(ThreadingHTTPServer):
    """`runs`: id -> name, parameters, idempotency_key, state. `down`: it answers 500 to everything, `loses`: it takes a
    run and the answer is lost."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.deployments = dict(shipped())
        self.runs: dict[str, dict[str, Any]] = {}
        self.down = self.loses = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, deployment: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        for run in self.runs.values():
            if (run["name"], run["idempotency_key"]) == (deployment["name"], body["idempotency_key"]):
                return run
        state = {"type": "SCHEDULED", "name": "Scheduled", "message": ""}
        run = {"id": str(uuid.uuid4()), "name": deployment["name"], **body, "state": state}
        self.runs[run["id"]] = run
        return run

    def goes(self, run_id: str, type_: str, name: str = "", message: str = "") -> None:
        """The run comes into this state."""
        self.runs[run_id]["state"] = {"type": type_, "name": name or type_.capitalize(), "message": message}

    def previews(self, run_id: str) -> None:
        """The run does what the flow does when it previews, and ends."""
        run = self.runs[run_id]
        told = dict(run["parameters"]["params"])
        assert told.pop("preview") is True
        department = departments.code_of(told.pop("department", None))
        found = previewing.preview(run["name"], day=None, department=department, parameters=told)
        with session_scope() as session:
            previews.keep(
                session,
                run_id,
                duty=run["name"],
                department_code=department,
                day=clock.today(),
                content=previewing.content(found),
                now=clock.now(),
            )
        self.goes(run_id, "COMPLETED", "Previewed", f"{found.people} people would be written to. Nothing was sent.")


class Handler(BaseHTTPRequestHandler):
    server: PrefectStandIn

    def do_GET(self) -> None:
        run = self.server.runs.get(self.path.rpartition("/")[2])
        if self.server.down:
            self.reply(500, {"detail": "down"})
        elif self.path.endswith("/health"):
            self.reply(200, True)
        else:
            self.reply(200 if run else 404, run or {"detail": "Flow run not found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.server.down:
            self.reply(500, {"detail": "down"})
        elif self.path.endswith("/deployments/filter"):
            names = body.get("deployments", {}).get("name", {}).get("any_", self.server.deployments)
            self.reply(200, [one for name, one in self.server.deployments.items() if name in names])
        elif self.path.endswith("/create_flow_run"):
            wanted = self.path.split("/")[-2]
            self.create(next(one for one in self.server.deployments.values() if one["id"] == wanted), body)
        else:
            self.reply(200, [])

    def create(self, deployment: dict[str, Any], body: dict[str, Any]) -> None:
        wrong = next(Draft202012Validator(deployment["parameter_openapi_schema"]).iter_errors(body["parameters"]), None)
        if wrong is not None:
            self.reply(409, {"detail": f"Validation failed for field {list(wrong.path)}"})
            return
        run = self.server.take(deployment, body)
        self.reply(503 if self.server.loses else 201, run)

    def reply(self, status: int, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def prefect(home: object, set_environment: Callable[..., None]) -> Iterator[PrefectStandIn]:
    """A Prefect that has every shipped deployment and has been asked for nothing yet."""
    with PrefectStandIn() as server:
        set_environment(prefect_url=server.url)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
