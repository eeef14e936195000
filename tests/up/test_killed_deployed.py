"""Kill -9 of the worker and of the duty's own run, in the middle of sending: see `killing`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outreach import up
from outreach.prefect_api import call, wait_for
from tests.up import killing

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]
SILENCE = 20  # seconds, instead of 75: the runs here end before they would give a second sign of life


@pytest.fixture
def impatient(data: Path) -> Iterator[None]:
    """The automation that misses a sign of life waits less, so that the test does."""
    (shipped,) = [one for one in call("POST", "/automations/filter", {}) if one["trigger"]["within"] == 75]
    put(shipped, within=SILENCE)
    yield
    put(shipped, within=75)


def put(automation: dict[str, Any], *, within: int) -> None:
    wanted = {name: automation[name] for name in ("name", "description", "enabled", "actions")}
    call("PUT", f"/automations/{automation['id']}", {**wanted, "trigger": {**automation["trigger"], "within": within}})


def test_killed_with_its_worker_the_duty_finishes_by_itself_and_nobody_gets_two(
    running: up.Stack, data: Path, impatient: None, tmp_path: Path
) -> None:
    run_id = killing.prepare(tmp_path, people=6000)
    audience = killing.planned()
    killing.kill_while_sending(audience // 3)
    assert 0 < sum(killing.written().values()) < audience, "it had sent everything before it was killed"

    running.worker.start()
    assert wait_for(run_id, killing.PROMISED_SECONDS).type == "COMPLETED"

    found = killing.outcome()
    assert found.twice == set()
    assert found.elsewhere == set()
    assert found.accepted <= found.sent
    assert found.missing <= found.unknown == found.doubted
    assert len(found.unknown) <= 50  # one batch
