"""The drop folders: there before anybody needs them, and emptied of personal data when it is not needed any more."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from outreach import clock, drop_folders
from outreach.drop_folders import drop_folder
from tests.conftest import NOON


def lies(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


def test_folders_for_both_kinds_of_files_are_there_after_laying_them_twice(home: Path) -> None:
    drop_folders.lay()
    drop_folders.lay()
    assert drop_folder("students").is_dir()
    assert drop_folder("alumni").is_dir()


def test_a_file_put_away_keeps_its_name_behind_the_time_and_overwrites_nothing(home: Path) -> None:
    drop_folders.lay()
    for minutes in (0, 1):
        lies(drop_folder("students"), "students.csv")
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            drop_folders.put_away(drop_folder("students") / "students.csv", "done")
    names = {path.name for path in (drop_folder("students") / "done").iterdir()}
    assert names == {"2026-11-22-120000-students.csv", "2026-11-22-120100-students.csv"}


def test_files_go_after_the_set_days_and_what_still_waits_stays(
    home: Path, set_environment: Callable[..., None]
) -> None:
    set_environment(drop_keep_days=10)
    waiting = drop_folder("students")
    lies(waiting, "2020-01-01-120000-waiting.csv")
    lies(waiting / "done", "2026-11-12-115959-old.csv", "2026-11-12-120001-young.csv")
    lies(drop_folder("alumni") / "failed", "2026-10-01-120000-old.csv", "2026-10-01-120000-old.reason.txt")
    assert drop_folders.delete_old() == 3
    assert {path.name for path in home.rglob("*.csv")} == {
        "2020-01-01-120000-waiting.csv",
        "2026-11-12-120001-young.csv",
    }
    assert drop_folders.delete_old() == 0


@pytest.mark.parametrize(("days", "deleted"), [(29, 0), (31, 1)])
def test_a_file_somebody_laid_there_goes_by_its_own_time(home: Path, days: int, deleted: int) -> None:
    folder = drop_folder("students") / "done"
    lies(folder, "by-hand.csv")
    written = (NOON - timedelta(days=days)).timestamp()
    os.utime(folder / "by-hand.csv", (written, written))
    assert drop_folders.delete_old() == deleted


def test_nothing_to_delete_is_nothing_deleted(home: Path) -> None:
    assert drop_folders.delete_old() == 0
