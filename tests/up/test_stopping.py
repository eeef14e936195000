"""How a stack ends: on request, when it is killed, and when it cannot start."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from outreach import up
from outreach.errors import PermanentFailure
from outreach.settings import ROOT, settings
from outreach.up import sweep
from outreach.up.claims import check_port
from outreach.up.environment import environment, mark
from outreach.up.lay import read_deployments


def sleeper(home: Path, seconds: int = 60) -> subprocess.Popen[bytes]:
    """A process marked as part of the stack, which has one of its own in another session."""
    inner = f"import time; print('on', flush=True); time.sleep({seconds})"  # both run once it says so
    outer = (
        "import subprocess, sys, time, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"subprocess.Popen([sys.executable, '-c', {inner!r}], start_new_session=True)\n"
        f"time.sleep({seconds})"
    )
    process = subprocess.Popen([sys.executable, "-c", outer], env=environment(), stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    return process


def test_sweep_ends_what_ignores_the_request_and_what_left_the_session(home: Path) -> None:
    process = sleeper(home)
    assert len(sweep.marked(mark())) == 2
    sweep.end(mark(), patience=0.3)
    process.wait(5)
    assert sweep.marked(mark()) == set()


def test_sweep_leaves_another_stack_alone(home: Path, set_environment: Callable[..., None]) -> None:
    process = sleeper(home)
    ours = mark()
    set_environment(data_dir=home / "other")
    sweep.end(mark(), patience=0.3)
    assert len(sweep.marked(ours)) == 2
    sweep.kill(ours)
    process.wait(5)


def test_guard_ends_the_stack_when_up_is_killed(home: Path) -> None:
    process = sleeper(home)
    guard = subprocess.Popen([sys.executable, "-m", "outreach.up.guard", mark()], stdin=subprocess.PIPE)
    assert guard.stdin
    guard.stdin.close()  # what the system does with the pipe when `up` is killed
    guard.wait(15)
    process.wait(5)
    assert sweep.marked(mark()) == set()


def test_guard_leaves_everything_alone_after_an_orderly_end(home: Path) -> None:
    process = sleeper(home)
    guard = subprocess.Popen([sys.executable, "-m", "outreach.up.guard", mark()], stdin=subprocess.PIPE)
    guard.communicate(b".", timeout=15)
    assert len(sweep.marked(mark())) == 2
    sweep.kill(mark())
    process.wait(5)


def test_port_in_use_is_named_with_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PermanentFailure, match=f"Port {port} is used .* prefect_url"):
            check_port("127.0.0.1", port, "prefect_url")


def test_prefect_on_another_machine_is_not_started_here(home: Path, set_environment: Callable[..., None]) -> None:
    set_environment(prefect_url="http://prefect.example.org:4200")
    with pytest.raises(PermanentFailure, match=r"prefect\.example\.org"):
        up.Stack()


def test_own_prefect_profile_and_key_are_not_passed_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "secret")
    monkeypatch.setenv("PREFECT_PROFILE", "work")
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://db/prefect")
    given = environment()
    assert "PREFECT_API_KEY" not in given
    assert "PREFECT_PROFILE" not in given
    assert given["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://db/prefect"
    assert Path(given["PREFECT_HOME"]).is_relative_to(settings().data_dir.resolve())


def test_shipped_schedules_would_survive_prefect_deploy() -> None:
    """`prefect deploy` throws away what the office set wherever a deployment has `schedules`."""
    shipped = read_deployments(ROOT / "prefect.yaml")
    assert [item["name"] for item in shipped if "schedules" in item] == []
    assert all(
        {"cron", "timezone"} <= set(line) <= {"cron", "timezone", "day_or"}
        for item in shipped
        for line in item.get("default_schedules", [])
    )


def test_tag_that_brings_runs_back_is_the_one_the_automation_asks_for() -> None:
    automations = yaml.safe_load((ROOT / "config" / "prefect" / "automations.yaml").read_text())["automations"]
    asked = automations[1]["trigger"]["match_related"]["prefect.resource.id"]
    assert asked == ["prefect.tag.come-back"]
    assert all("come-back" in item["tags"] for item in read_deployments(ROOT / "prefect.yaml"))


@pytest.mark.slow
def test_start_that_is_interrupted_leaves_nothing(free_ports: dict[str, str], tmp_path: Path) -> None:
    """SIGTERM while Prefect is still starting."""
    mine = {**os.environ, **free_ports, "OUTREACH_DATA_DIR": str(tmp_path / "var")}
    process = subprocess.Popen([sys.executable, "-c", "from outreach import up; up.run()"], env=mine)
    deadline = time.monotonic() + 30
    while len(sweep.marked(str(tmp_path / "var"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert time.monotonic() - asked < 10
    assert sweep.marked(str(tmp_path / "var")) == set()
