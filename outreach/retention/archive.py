"""What is about to be deleted, as lines of JSON in a folder of its own: on the disk before anything goes."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from outreach.clock import OFFICE_ZONE
from outreach.errors import TemporaryFailure
from outreach.settings import settings

STAMP = "%Y-%m-%d-%H%M%S"


def folder() -> Path:
    """Below which the files lie."""
    return settings().retention.folder or settings().data_dir / "retention"


def write(name: str, rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Add rows to `<time>/<name>.jsonl`, readable by its owner alone, and wait until the disk has them.

    Raises TemporaryFailure when they cannot be written: nothing may be deleted then.
    """
    target = folder() / now.astimezone(OFFICE_ZONE).strftime(STAMP)
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(target / f"{name}.jsonl", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(dict(row), ensure_ascii=False, default=str) + "\n" for row in rows)
            file.flush()
            os.fsync(file.fileno())
        _settle(target)
    except OSError as error:
        raise TemporaryFailure(
            f"What is to be deleted cannot be written to {target} first: {error.strerror}. Make room or set "
            "OUTREACH_RETENTION__FOLDER; nothing was deleted."
        ) from None


def delete_old(now: datetime) -> int:
    """Delete the folders whose own time is over. Returns how many."""
    before = now - timedelta(days=settings().retention.archive_days)
    old = [path for path in folder().glob("*") if path.is_dir() and (at := _made(path)) is not None and at < before]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _made(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name, STAMP).replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        return None  # somebody else's


def _settle(target: Path) -> None:
    """The name of a new file is on the disk when its folder is."""
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
