"""Files of visits in the drop folder: read once and put away, beside those of the register."""

import os
from datetime import timedelta
from typing import Any

import pytest

from flows.import_register import import_register
from outreach import drop_folders
from tests.conftest import NOON
from tests.visits.visit_files import AT_HOME, TOKYO, known_events, write

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]
SETTLED = (NOON - timedelta(minutes=5)).timestamp()


def run(flow: Any) -> Any:
    return flow(return_state=True)


def test_files_of_visits_are_read_and_put_away_with_their_lists_of_rejects(sqlite_db: str) -> None:
    drop_folders.lay()
    drop = drop_folders.drop_folder("visits")
    good = write(drop / "besök.csv", TOKYO, AT_HOME | {"city": "Paris", "country": ""})
    broken = drop / "kalender.ics"
    broken.write_text("hello", encoding="utf-8")
    for path in (good, broken):
        os.utime(path, (SETTLED, SETTLED))
    state = run(import_register)
    assert (state.name, "kalender.ics is not a calendar" in state.message) == ("Refused", True)
    assert [event.place.name for event in known_events()] == ["Tokyo"]
    assert {path.name for path in drop.iterdir() if path.is_file()} == set()
    assert {path.name.removeprefix("2026-11-22-120000-") for path in (drop / "done").iterdir()} == {
        "besök.csv", "besök.rejected.csv",
    }  # fmt: skip
    assert {path.name.removeprefix("2026-11-22-120000-") for path in (drop / "failed").iterdir()} == {
        "kalender.ics", "kalender.reason.txt",
    }  # fmt: skip
    assert run(import_register).name == "Nothing to import"
