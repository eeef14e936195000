"""A server that answers as Prefect does, as far as the portal asks: duties with their real forms, one run of A's."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from outreach.prefect_api import flow_shape
from tests.conftest import NOON
from tests.web.access.things import SECRET
from tests.web.access.visitors import A

DUTIES = {
    "graduation-invitation": "flows.graduation_invitation.graduation_invitation",
    "housekeeping": "flows.housekeeping.housekeeping",
}
RUN = str(uuid.UUID(int=1))


@contextmanager
def prefect() -> Iterator[str]:
    """Its address."""
    _deployments()  # takes a second, which no page waits for
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@cache
def _deployments() -> list[dict[str, Any]]:
    return [
        {
            "id": str(uuid.UUID(int=number)), "name": name, "description": "Gör något. / Does something.",
            "parameters": {}, "parameter_openapi_schema": flow_shape(entrypoint).parameter_schema, "schedules": [],
            "paused": False,
        }
        for number, (name, entrypoint) in enumerate(DUTIES.items())
    ]  # fmt: skip


def _run_of_a() -> dict[str, Any]:
    return {
        "id": RUN, "deployment_id": str(uuid.UUID(int=0)), "created": NOON.isoformat(), "name": "lively-owl",
        "start_time": NOON.isoformat(), "end_time": NOON.isoformat(), "expected_start_time": NOON.isoformat(),
        "parameters": {"params": {"department": "Institutionen för arkeologi och antikens kultur"}},
        "state": {"type": "COMPLETED", "name": "Completed", "message": SECRET.format(A)},
    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200, _run_of_a() if "/flow_runs/" in self.path else {})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
        if self.path.endswith("/create_flow_run"):
            self._answer(201, {"id": str(uuid.uuid4())})
        elif self.path.endswith("/deployments/filter"):
            named = asked.get("deployments", {}).get("name", {}).get("any_")
            self._answer(200, [one for one in _deployments() if named is None or one["name"] in named])
        elif self.path.endswith("/flow_runs/filter"):
            wanted = asked.get("flow_runs", {}).get("state", {}).get("type", {}).get("any_", [])
            self._answer(200, [_run_of_a()] if "COMPLETED" in wanted else [])
        else:
            self._answer(200, [])

    def _answer(self, status: int, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""
