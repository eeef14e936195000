"""Where returned mail lies: a Maildir that the mail server fills, and the drop folder for single files.

A mail is moved away only after what it reports has been stored, so nothing is lost when a run dies in between: it is
read again then, which changes nothing.
"""

import mailbox
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from outreach import clock
from outreach.bounces.reading import MOST_BYTES
from outreach.drop_folders import drop_folder
from outreach.errors import PermanentFailure

READ, OTHER = ".Read", ".Other"  # folders as Maildir++ has them, so any mail program shows them
SUFFIXES = {".eml", ".mbox"}
SETTLED_SECONDS = 10  # younger files may still be on their way in


def waiting_in(maildir: Path) -> list[Path]:
    """The mails in `new` and `cur`. Raises PermanentFailure when this is no Maildir we can read."""
    with _explaining(maildir):
        found = [path for name in ("new", "cur") for path in (maildir / name).iterdir()]
        return sorted(path for path in found if path.is_file() and not path.is_symlink())


def content(path: Path) -> bytes | None:
    """A mail's bytes, cut where it is longer than we read; None when another program has moved it meanwhile."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None


def move(maildir: Path, path: Path, *, ours: bool) -> None:
    """To `.Read` what was a report about a message of ours, else to `.Other`."""
    folder = maildir / (READ if ours else OTHER)
    with _explaining(maildir):
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "maildirfolder").touch()
        name = path.name if ":2," in path.name else f"{path.name}:2,"
        try:
            path.replace(folder / "cur" / name)
        except FileNotFoundError:
            return  # marked as read or moved by a mail program: it is found again under its new name


def delete_read(maildir: Path, before: datetime) -> int:
    """Delete the mails in `.Read` that arrived before a time: they hold personal data. Returns how many."""
    with _explaining(maildir):
        old = [path for path in (maildir / READ / "cur").glob("*") if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
    return len(old)


def dropped() -> list[Path]:
    """Files of single mails (.eml) and of many (.mbox) in the drop folder that are not being written to any more."""
    young = clock.now().timestamp() - SETTLED_SECONDS
    found = drop_folder("bounces").glob("*")
    return sorted(path for path in found if path.suffix.lower() in SUFFIXES and path.is_file() and _age(path) <= young)


def mails_in(path: Path) -> Iterator[bytes]:
    """The mails of a dropped file."""
    if path.suffix.lower() == ".mbox":
        box = mailbox.mbox(path, create=False)
        try:
            for key in box.iterkeys():
                yield box.get_bytes(key)
        finally:
            box.close()
    elif (mail := content(path)) is not None:
        yield mail


def _age(path: Path) -> float:
    return path.stat().st_mtime


@contextmanager
def _explaining(maildir: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise PermanentFailure(
            f"OUTREACH_BOUNCE_MAILDIR is {maildir}, which is no Maildir we can read and write. "
            "It needs the folders new and cur, and this program's user must own them or share their group."
        ) from error
