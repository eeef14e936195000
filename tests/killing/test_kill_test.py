"""The kill test itself, small: it keeps its promises, and it notices when one is broken."""

import subprocess
import sys
from collections import Counter

import pytest

from outreach.settings import ROOT
from tests.killing import run
from tests.killing.ledger import Ledger


def test_a_campaign_that_is_killed_twice_reaches_everyone_once() -> None:
    words = ["--people", "400", "--kills", "2", "--faults", "500_after_accept@2,reset_after_read@5,bad_address=0.01"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.killing.run", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("TWICE")]
    assert figures == ["0", "0"]  # when all was sent, and when a coordinator had resent


@pytest.mark.parametrize(
    ("received", "explained", "broken"),
    [
        ({"a": 1, "b": 1}, {"b"}, []),
        ({"a": 1}, {"b"}, []),
        ({"a": 2, "b": 1}, {"b"}, [run.TWICE]),
        ({"b": 1}, {"b"}, [run.MISSING]),
        ({"a": 1, "b": 1, "c": 1}, {"b"}, [run.DENIED]),
        ({"a": 1, "b": 1}, set(), [run.UNEXPLAINED]),
    ],
)
def test_a_record_that_differs_from_the_ledger_breaks_a_promise(
    received: dict[str, int], explained: set[str], broken: list[str]
) -> None:
    table = run.Table()
    found = Ledger(alive={"a"}, unknown={"b"}, rejected=set(), elsewhere=set(), explained=explained, batches=1)
    run.compare(table, 2, Counter(received), found, refused=set())
    assert table.broken == broken
