"""Runs the notices once in a process of its own, for the test that kills it."""

from outreach import clock
from tests.conftest import NOON
from tests.visits.living import NOTICES, run

if __name__ == "__main__":
    with clock.frozen(NOON):
        run(NOTICES)
