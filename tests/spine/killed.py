"""Runs the spine once in a process of its own, for tests that kill it. Run by `test_kill.py`."""

from outreach import clock
from tests.conftest import NOON
from tests.spine.conftest import run_duty

if __name__ == "__main__":
    with clock.frozen(NOON):
        run_duty()
