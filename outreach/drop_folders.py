"""The folders an office lays register files, visits and returned mail in, and those beside them for what has been read."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from outreach import clock
from outreach.settings import settings

Kind = Literal["students", "alumni", "bounces", "visits"]
Outcome = Literal["done", "failed"]
STAMP = "%Y-%m-%d-%H%M%S"
STAMP_LENGTH = len("2026-11-22-120000")


def drop_folder(kind: Kind) -> Path:
    """Where the office lays files of a kind."""
    return settings().data_dir / "drop" / kind


def lay() -> None:
    """Make the folders, so that the office finds where its files go."""
    for kind in get_args(Kind):
        drop_folder(kind).mkdir(parents=True, exist_ok=True)


def put_away(path: Path, outcome: Outcome) -> Path:
    """Move a file to a folder beside it, with the time before its name so that nothing is overwritten."""
    folder = path.parent / outcome
    folder.mkdir(exist_ok=True)
    stamp = clock.now().astimezone(clock.OFFICE_ZONE).strftime(STAMP)
    target = folder / f"{stamp}-{path.name}"
    shutil.move(path, target)
    return target


def delete_old() -> int:
    """Delete what was put away more than `drop_keep_days` ago: it holds personal data. Returns how many files."""
    before = clock.now() - timedelta(days=settings().drop_keep_days)
    folders = [drop_folder(kind) / outcome for kind in get_args(Kind) for outcome in get_args(Outcome)]
    old = [path for folder in folders for path in folder.glob("*") if path.is_file() and _put_away_at(path) < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _put_away_at(path: Path) -> datetime:
    """By its name, since a moved file keeps the time it was written at; a file somebody laid there, by that time."""
    try:
        return datetime.strptime(path.name[:STAMP_LENGTH], STAMP).replace(tzinfo=clock.OFFICE_ZONE)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
