"""Returned mails as real servers word them, all about Ada's message, and a Maildir to lay them in."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from outreach import settling
from outreach.bounces import taking
from outreach.bounces.taking import Taken

MAILS = Path(__file__).parent / "mails"
numbers = count()


def mail(name: str) -> bytes:
    """A mail of the folder, its lines ending as they travel."""
    return (MAILS / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def lay(maildir: Path, *mails: bytes, folder: str = "new") -> None:
    """As a mail server delivers."""
    for one in mails:
        (maildir / folder / f"1795343402.M{next(numbers)}P1.mail").write_bytes(one)


def lying_in(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.iterdir()}


def take_in() -> Taken:
    """What the flow does."""
    taken = taking.read_maildir() + taking.read_dropped()
    settling.settle_all()
    return taken


@pytest.fixture
def maildir(tmp_path: Path, set_environment: Callable[..., None]) -> Path:
    folder = tmp_path / "returned"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    set_environment(bounce_maildir=folder)
    return folder
