"""One stack of its own for all tests here: free ports, its own data, a duty that takes its time."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from outreach import up
from outreach.prefect_api import flow_shape
from outreach.settings import ROOT
from outreach.up.lay import lay_deployment, read_deployments
from tests.conftest import forget_settings

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


@pytest.fixture(scope="session")
def stack_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables that give a stack its own data and ports, and let its worker find the slow duty."""
    home = tmp_path_factory.mktemp("stack")
    (home / "slow_duties.py").write_text(SLOW_DUTY)
    return {
        "OUTREACH_DATA_DIR": str(home / "var"),
        "OUTREACH_CONFIG_DIR": str(ROOT / "config"),
        "OUTREACH_BATCH_SIZE": "50",
        **two_free_ports(),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH", "")])),
    }


@contextmanager
def only(environment: dict[str, str]) -> Iterator[None]:
    """These variables and no other `OUTREACH_*`, until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OUTREACH_")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        forget_settings()
        yield
    forget_settings()


@pytest.fixture(scope="session")
def running(stack_environment: dict[str, str]) -> Iterator[up.Stack]:
    """A stack that is ready, with one more deployment: `slow-duty`."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with only(stack_environment):
        stack = up.stack()
        made = stack.__enter__()
    try:
        for number, handler in handlers.items():  # Ctrl-C still ends the tests
            signal.signal(number, handler)
        with only(stack_environment), pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(stack_environment["PYTHONPATH"].split(os.pathsep)[0])
            lay_slow_duty()
        yield made
    finally:
        with only(stack_environment):
            stack.__exit__(None, None, None)


def lay_slow_duty() -> None:
    first = read_deployments(ROOT / "prefect.yaml")[0]
    slow = {**first, "name": "slow-duty", "entrypoint": "slow_duties.slow_duty", "default_schedules": []}
    lay_deployment(slow, flow_shape(slow["entrypoint"]))


@pytest.fixture
def data(running: up.Stack, stack_environment: dict[str, str]) -> Iterator[Path]:
    """The data directory of the running stack, with the settings of this process pointing at it."""
    with only(stack_environment):
        yield Path(stack_environment["OUTREACH_DATA_DIR"])
