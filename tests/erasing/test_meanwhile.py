"""Somebody is erased while others work: their letter is being written, their file is being read, or twice at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from outreach.database import session_scope
from outreach.erasing import people as erasing
from outreach.mail import Outbox
from outreach.models import Audit, Person, Recipient, RecipientStatus
from outreach.outgoing import OutgoingBatch, Result
from outreach.register import import_file
from outreach.settings import settings
from tests.register.conftest import student, write
from tests.spine.conftest import mailed, run_duty

SOON = {"expected_end": "2026-12-20"}
HERS = "u0@student.example.org"


class ErasingOutbox(Outbox):
    """Somebody asks to be forgotten once their batch is claimed, before a letter is written."""

    def send(self, batch: OutgoingBatch) -> Result:
        erasing.erase_address(HERS, actor="test")
        return super().send(batch)


def register(home: Path, people: int = 3) -> Path:
    return write(home / "students.csv", [student(f"u{number}", **SOON) for number in range(people)])


def test_a_letter_that_was_being_written_does_not_stay(db: str, home: Path) -> None:
    import_file("students", register(home))
    run_duty(transport=ErasingOutbox(settings().outbox))
    assert mailed() == ["u1@student.example.org", "u2@student.example.org"]
    with session_scope(reading=True) as session:
        status = select(Recipient.status).where(Recipient.person_id.is_(None))
        assert session.scalars(status).all() == [RecipientStatus.ACCEPTED]  # it was written: the count stays
    run_duty()
    assert len(mailed()) == 2


def test_a_file_read_in_the_same_moment_does_not_bring_them_back(db: str, home: Path) -> None:
    path = register(home, people=300)
    import_file("students", path)
    with ThreadPoolExecutor(3) as pool:
        done = [
            pool.submit(import_file, "students", path, force=True),
            pool.submit(erasing.erase_address, HERS, actor="test"),
            pool.submit(erasing.erase_address, HERS, actor="test"),
        ]
        for one in done:
            one.result()
    import_file("students", path)
    with session_scope(reading=True) as session:
        assert session.scalar(select(Person.id).where(Person.email == HERS)) is None
        assert session.scalar(select(func.count()).select_from(Person)) == 299
        assert session.scalar(select(func.count()).where(Audit.action == "erased")) == 1


def test_erased_twice_is_erased_once(sqlite_db: str, home: Path) -> None:
    import_file("students", register(home))
    assert erasing.erase_address(HERS, actor="test").people == 1
    assert erasing.erase_address(HERS, actor="test").people == 0
