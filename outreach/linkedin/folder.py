"""A folder that is written whole or not at all: beside its place first, then swapped with what stood there."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from outreach.errors import TemporaryFailure


@contextmanager
def explaining(root: Path) -> Iterator[None]:
    """Raises TemporaryFailure, with the folder's name, where writing below it fails."""
    try:
        yield
    except OSError as error:
        raise TemporaryFailure(
            f"The folder {root} cannot be written: {error.strerror}. Make room or set OUTREACH_DATA_DIR, and run again."
        ) from None


def replace(folder: Path, files: Mapping[str, bytes], keep: frozenset[str]) -> None:
    """Make `folder` hold exactly `files` (path below it -> content), and the folders named in `keep` as they were.

    One caller at a time. A reader finds the old files or the new ones. A death in between leaves the old folder under a
    name of its own; the next call puts right what was meant to stay.
    """
    new, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    _recover(folder, old, keep)
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for name, content in files.items():
        path = new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if folder.exists():
        os.rename(folder, old)  # noqa: PTH104 - says that it is one step
    os.rename(new, folder)  # noqa: PTH104
    _recover(folder, old, keep)


def remove(folder: Path, keep: frozenset[str]) -> None:
    """Take a folder away, unless it holds one of `keep`: then it becomes empty but for those."""
    if folder.exists():
        replace(folder, {}, keep)
        if not any(folder.iterdir()):
            folder.rmdir()


def _recover(folder: Path, old: Path, keep: frozenset[str]) -> None:
    """Bring what is to be kept from the old folder into the new one; put the old one back where there is no new one."""
    if not old.exists():
        return
    if not folder.exists():
        os.rename(old, folder)  # noqa: PTH104
        return
    for name in keep:
        if (old / name).is_dir() and not (folder / name).exists():
            os.rename(old / name, folder / name)  # noqa: PTH104
    shutil.rmtree(old)
