"""What Prefect was given or shows of somebody who is erased goes too; without its answer nobody is erased half."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from outreach import database
from outreach.erasing import leavings
from outreach.errors import TemporaryFailure
from outreach.queries.traces import Traces
from outreach.settings import settings

NOBODY = frozenset[Any]()
SOUGHT = frozenset({("Eva", "Qvarn", "")})
EVA = Traces(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, told=False, sought=SOUGHT)


class Prefect(ThreadingHTTPServer):
    """Holds rows of runs and artifacts by their paths, and deletes them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.rows: dict[str, dict[str, Any]] = {}

    def put(self, path: str, **row: Any) -> None:
        self.rows[path] = {"id": path.rpartition("/")[2], **row}

    def page(self, path: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
        found = [row for at, row in self.rows.items() if at.startswith(path.removesuffix("filter"))]
        return found[asked["offset"] : asked["offset"] + asked["limit"]]


class Answer(BaseHTTPRequestHandler):
    server: Prefect

    def do_GET(self) -> None:
        self._say(True)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._say(self.server.page(self.path.removeprefix("/api"), asked))

    def do_DELETE(self) -> None:
        del self.server.rows[self.path.removeprefix("/api")]
        self._say(None)

    def _say(self, said: object) -> None:
        raw = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Nothing to tell."""


@pytest.fixture
def prefect(home: Path, set_environment: Callable[..., None]) -> Iterator[Prefect]:
    (settings().data_dir / "prefect").mkdir(parents=True)
    server = Prefect()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    set_environment(prefect_url=f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()


def test_runs_and_artifacts_that_name_her_go_and_no_others(prefect: Prefect) -> None:
    for number in range(450):  # several pages
        prefect.put(f"/flow_runs/{number}", parameters={"params": {"text": "Eva Qvarnström"}}, state_type="COMPLETED")
    prefect.put("/flow_runs/hers", parameters={"params": {"text": "Möt Eva\nQvarn!"}}, state_type="FAILED")
    prefect.put("/artifacts/hers", data="EVA QVARN", description=None)
    prefect.put("/artifacts/table", data=[{"who": "Qvarn, Eva"}], description="")
    prefect.put("/artifacts/other", data="Eva", description="Qvarn")
    assert leavings.clear_prefect(EVA) == 3
    assert prefect.rows.keys() == {*(f"/flow_runs/{number}" for number in range(450)), "/artifacts/other"}


def test_a_run_under_way_that_names_her_is_waited_for(prefect: Prefect) -> None:
    prefect.put("/flow_runs/hers", parameters={"text": "Eva Qvarn"}, state_type="RUNNING")
    prefect.put("/artifacts/hers", data="Eva Qvarn", description=None)
    with pytest.raises(TemporaryFailure, match="under way"):
        leavings.clear_prefect(EVA)
    assert len(prefect.rows) == 2


def test_only_who_has_a_story_has_to_wait_for_prefect(prefect: Prefect, set_environment: Callable[..., None]) -> None:
    set_environment(prefect_url="http://127.0.0.1:1")
    assert leavings.clear_prefect(EVA) == 0
    told = replace(EVA, told=True)
    with pytest.raises(TemporaryFailure, match="nothing was erased"):
        leavings.clear_prefect(told)


def test_what_another_program_deleted_is_not_to_be_read_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "prefect.db"
    with sqlite3.connect(path) as server:
        server.executescript("PRAGMA journal_mode=WAL; CREATE TABLE a (said TEXT)")
        server.executemany("INSERT INTO a VALUES (?)", [("Eva Qvarn" * 500,), ("Bo",)])
        server.commit()
        server.execute("DELETE FROM a WHERE said != 'Bo'")
        server.commit()
        database.settle_file(path)
        assert not any(b"Eva Qvarn" in file.read_bytes() for file in tmp_path.iterdir())
        assert server.execute("SELECT said FROM a").fetchall() == [("Bo",)]
    server.close()
    database.settle_file(tmp_path / "not there")
    assert not (tmp_path / "not there").exists()
