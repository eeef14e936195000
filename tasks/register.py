"""Register files and files of visits: laid in the drop folder, read, and put away."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from prefect import get_run_logger, task

from outreach import clock
from outreach.database import session_scope
from outreach.drop_folders import Outcome, drop_folder, lay, put_away
from outreach.erasing import copies
from outreach.errors import PermanentFailure
from outreach.queries import register
from outreach.register import ImportSummary, import_file
from outreach.sheets.rejects import rejects_path
from outreach.visits.importing import import_visits
from outreach.visits.summary import VisitsSummary

Kind = Literal["students", "alumni", "visits"]
IMPORTED: tuple[Kind, ...] = get_args(Kind)  # in this order
SUFFIXES = {".csv", ".txt", ".xlsx"}
CALENDARS = {".ics"}  # of visits
SETTLED_SECONDS = 10  # younger files may still be on their way in


@dataclass(frozen=True)
class FileRead:
    """What became of a file, in one sentence that names it."""

    sentence: str
    refused: bool


@task(task_run_name="look for {kind} files")
def waiting_files(kind: Kind) -> list[Path]:
    """Files of a kind that lie in the drop folder and are not being written to any more, oldest first."""
    lay()
    found = [
        path
        for path in drop_folder(kind).iterdir()
        if path.is_file()
        and path.suffix.lower() in (SUFFIXES | CALENDARS if kind == "visits" else SUFFIXES)
        and not path.name.endswith(".rejected.csv")
        and clock.now().timestamp() - path.stat().st_mtime >= SETTLED_SECONDS
    ]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


@task(task_run_name="import {kind} file")
def import_dropped(kind: Kind, path: Path, *, force: bool, partial: bool) -> FileRead:
    """Import one file and put it away: to `done/`, or to `failed/` with the reason beside it."""
    logger = get_run_logger()
    try:
        summary = _import(kind, path, force=force, partial=partial)
    except PermanentFailure as error:
        _put_refused_away(kind, path, str(error))
        logger.error("%s: %s", kind, error)
        named = path.name in str(error)
        return FileRead(str(error) if named else f"{path.name}: {error}", refused=True)
    if summary.rejects_file:
        _keep(kind, summary.rejects_file, "done")
    _keep(kind, path, "done")
    logger.info("%s: %s", kind, summary.sentence("en"))
    return FileRead(f"{path.name}: {summary.sentence('sv')}", refused=False)


def _import(kind: Kind, path: Path, *, force: bool, partial: bool) -> ImportSummary | VisitsSummary:
    return import_visits(path) if kind == "visits" else import_file(kind, path, force=force, partial=partial)


def _put_refused_away(kind: Kind, path: Path, reason: str) -> None:
    if (rejects := rejects_path(path)).is_file():
        _keep(kind, rejects, "failed")
    _keep(kind, path, "failed").with_suffix(".reason.txt").write_text(f"{reason}\n", encoding="utf-8")


def _keep(kind: Kind, path: Path, outcome: Outcome) -> Path:
    """Put a file away, without the rows of people who were erased. Returns where it went."""
    kept = put_away(path, outcome)
    if kind != "visits":
        with session_scope(reading=True) as session:
            erased, named = register.erased(session), register.erased_names(session)
        copies.clear_known(kept, erased, named)
    return kept
