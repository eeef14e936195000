"""One stack of its own for all tests here: free ports, its own data, a duty that takes its time."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import up
from outreach.departments import department_choices, departments
from outreach.prefect_api import flow_shape
from outreach.settings import ROOT, settings
from outreach.up.lay import lay_deployment, read_deployments

SLOW_DUTY = """
import os, pathlib, time
from prefect import flow

@flow(name="slow-duty")
def slow_duty(file: str, lines: int = 1) -> None:
    for number in range(lines):
        with pathlib.Path(file).open("a") as out:
            out.write(f"{os.getpid()}\\n")
        time.sleep(0.5)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def two_free_ports() -> dict[str, str]:
    return {name: f"http://127.0.0.1:{free_port()}" for name in ("OUTREACH_PREFECT_URL", "OUTREACH_PUBLIC_URL")}


@pytest.fixture
def free_ports() -> dict[str, str]:
    return two_free_ports()


def forget() -> None:
    for cached in (settings, departments, department_choices):
        cached.cache_clear()


@pytest.fixture(scope="session")
def stack_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables that give a stack its own data and ports, and let its worker find the slow duty."""
    home = tmp_path_factory.mktemp("stack")
    (home / "slow_duties.py").write_text(SLOW_DUTY)
    return {
        "OUTREACH_DATA_DIR": str(home / "var"),
        "OUTREACH_CONFIG_DIR": str(ROOT / "config"),
        **two_free_ports(),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH", "")])),
    }


@pytest.fixture(scope="module")
def running(stack_environment: dict[str, str]) -> Iterator[up.Stack]:
    """A stack that is ready, with one more deployment: `slow-duty`."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OUTREACH_")]:
            patch.delenv(name)
        for name, value in stack_environment.items():
            patch.setenv(name, value)
        patch.syspath_prepend(stack_environment["PYTHONPATH"].split(os.pathsep)[0])
        forget()
        with up.stack() as made:
            lay_slow_duty()
            yield made
    forget()


def lay_slow_duty() -> None:
    first = read_deployments(ROOT / "prefect.yaml")[0]
    slow = {**first, "name": "slow-duty", "entrypoint": "slow_duties.slow_duty", "default_schedules": []}
    lay_deployment(slow, flow_shape(slow["entrypoint"]))


@pytest.fixture
def data(running: up.Stack, stack_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data directory of the running stack, with the settings of this process pointing at it."""
    for name, value in stack_environment.items():
        monkeypatch.setenv(name, value)
    forget()
    yield Path(stack_environment["OUTREACH_DATA_DIR"])
    forget()
