"""Register files: laid in the drop folder, read, and put away."""

import shutil
from pathlib import Path
from typing import Literal

from prefect import get_run_logger, task

from outreach import clock
from outreach.errors import PermanentFailure
from outreach.register import import_file
from outreach.settings import settings

SUFFIXES = {".csv", ".txt", ".xlsx"}
SETTLED_SECONDS = 10  # younger files may still be on their way in

Kind = Literal["students", "alumni"]


def drop_folder(kind: Kind) -> Path:
    """Where the office lays files of a kind."""
    folder = settings().data_dir / "drop" / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@task(task_run_name="look for {kind} files")
def waiting_files(kind: Kind) -> list[Path]:
    """Register files that lie in the drop folder and are not being written to any more, oldest first."""
    found = [
        path
        for path in drop_folder(kind).iterdir()
        if path.is_file()
        and path.suffix.lower() in SUFFIXES
        and not path.name.endswith(".rejected.csv")
        and clock.now().timestamp() - path.stat().st_mtime >= SETTLED_SECONDS
    ]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


@task(task_run_name="import {kind} file")
def import_dropped(kind: Kind, path: Path, *, force: bool, partial: bool) -> str:
    """Import one file and put it away: to `done/`, or to `failed/` with the reason beside it. Returns the sentence."""
    logger = get_run_logger()
    try:
        summary = import_file(kind, path, force=force, partial=partial)
    except PermanentFailure as error:
        put_away(path, "failed").with_suffix(".reason.txt").write_text(f"{error}\n", encoding="utf-8")
        logger.error("%s: %s", kind, error)
        return f"{path.name}: {error}"
    if summary.rejects_file:
        put_away(summary.rejects_file, "done")
    put_away(path, "done")
    logger.info("%s: %s", kind, summary.sentence("en"))
    return f"{path.name}: {summary.sentence('sv')}"


def put_away(path: Path, where: str) -> Path:
    """Move a file to a folder beside the drop folder, with the time before its name so that nothing is overwritten."""
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    stamp = clock.now().astimezone(clock.OFFICE_ZONE).strftime("%Y-%m-%d-%H%M%S")
    target = folder / f"{stamp}-{path.name}"
    shutil.move(path, target)
    return target
