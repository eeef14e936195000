"""One place that commits, and a sentence for each way a database can be away."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Executable, func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from outreach import database
from outreach.database import session_scope
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.models import Audit, Department
from tests.conftest import NOON
from tests.mail.smtp_server import free_port

SetEnvironment = Callable[..., None]
NEW = insert(Department).values(code="new", name_sv="Ny", name_en="New")


def write(*statements: Executable) -> None:
    with session_scope() as session:
        for statement in statements:
            session.execute(statement)


def there() -> int:
    with session_scope(reading=True) as session:
        return session.scalar(select(func.count()).select_from(Department).where(Department.code == "new")) or 0


def test_what_a_block_wrote_stays_when_it_ends(db: str) -> None:
    write(NEW)
    assert there() == 1


def test_nothing_of_a_block_that_fails_stays(db: str) -> None:
    def fail() -> None:
        with session_scope() as session:
            session.execute(NEW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert there() == 0


def test_a_rehearsal_leaves_nothing_behind(db: str) -> None:
    with session_scope(rehearsing=True) as session:
        session.execute(NEW)
        made = session.scalars(select(Department).where(Department.code == "new")).one()
    assert made.name_sv == "Ny"
    assert there() == 0


def test_a_broken_rule_is_not_mistaken_for_a_database_that_is_down(db: str) -> None:
    with pytest.raises(IntegrityError):
        write(NEW, NEW)


def test_a_time_without_a_zone_is_refused(db: str) -> None:
    naive = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="naive"), session_scope() as session:
        session.execute(insert(Audit).values(at=naive, actor="t", action="t", subject="t", detail={}))


@pytest.fixture
def impatient(home: Path, sqlite_url: str, set_environment: SetEnvironment, monkeypatch: pytest.MonkeyPatch) -> str:
    """A SQLite database whose writers wait a tenth of a second for each other. Its file."""
    monkeypatch.setattr(database, "SQLITE_WAIT_SECONDS", 0.1)
    set_environment(database_url=sqlite_url)
    there()  # the first who opens the file turns the write-ahead log on, for which it must be alone
    return sqlite_url.removeprefix("sqlite:///")


@pytest.fixture
def writer(impatient: str) -> Iterator[sqlite3.Connection]:
    """Somebody else in the middle of writing."""
    connection = sqlite3.connect(impatient, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_a_locked_database_is_busy_and_nothing_is_lost(writer: sqlite3.Connection) -> None:
    with pytest.raises(TemporaryFailure, match=r"^The database is busy with other work\. Try again in a minute"):
        write(NEW)
    writer.execute("ROLLBACK")
    write(NEW)
    assert there() == 1


def test_a_locked_database_can_still_be_read(writer: sqlite3.Connection) -> None:
    assert there() == 0


def test_a_server_that_is_down_cannot_be_reached_and_its_password_is_not_shown(
    home: Path, set_environment: SetEnvironment
) -> None:
    set_environment(database_url=f"postgresql://outreach:hemligt@127.0.0.1:{free_port()}/outreach")
    with pytest.raises(TemporaryFailure, match=r"^The database cannot be reached\. Check that it runs") as raised:
        write(NEW)
    assert "hemligt" not in str(raised.value)


def test_a_connection_that_is_cut_in_the_middle_is_a_temporary_failure(
    home: Path, postgres_url: str, set_environment: SetEnvironment
) -> None:
    set_environment(database_url=postgres_url)
    with pytest.raises(TemporaryFailure, match="cannot be reached"):
        write(NEW, text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert there() == 0  # the pool does not hand the dead connection out again


def test_a_folder_that_cannot_be_written_is_said_so(
    home: Path, tmp_path: Path, set_environment: SetEnvironment
) -> None:
    (tmp_path / "a-file").write_text("in the way")
    set_environment(database_url=f"sqlite:///{tmp_path}/a-file/outreach.db")
    with pytest.raises(TemporaryFailure, match=r"^The folder of the database cannot be written"):
        write(NEW)


def test_a_file_that_cannot_be_opened_is_said_so(home: Path, tmp_path: Path, set_environment: SetEnvironment) -> None:
    set_environment(database_url=f"sqlite:///{tmp_path}")
    with pytest.raises(TemporaryFailure, match="cannot be reached"):
        write(NEW)


def test_a_file_that_is_no_database_is_left_as_it_is(
    home: Path, tmp_path: Path, set_environment: SetEnvironment
) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(b"PK\x03\x04" * 1000)
    set_environment(database_url=f"sqlite:///{path}")
    with pytest.raises(PermanentFailure, match="is not a database"):
        write(NEW)
    assert path.read_bytes() == b"PK\x03\x04" * 1000


def test_a_database_that_was_never_set_up_says_what_to_run(
    home: Path, tmp_path: Path, set_environment: SetEnvironment
) -> None:
    set_environment(database_url=f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(PermanentFailure, match="outreach db upgrade"):
        write(NEW)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x/y", "mysql+nosuch://x/y", "://"])
def test_an_address_nobody_can_read_is_said_so(home: Path, set_environment: SetEnvironment, url: str) -> None:
    set_environment(database_url=url)
    with pytest.raises(PermanentFailure, match="OUTREACH_DATABASE_URL is not the address of a database"):
        write(NEW)


def test_only_one_transaction_at_a_time_holds_a_name(
    home: Path, postgres_url: str, set_environment: SetEnvironment
) -> None:
    set_environment(database_url=postgres_url)
    free = text("SELECT pg_try_advisory_xact_lock(hashtext('plan/1'))")
    with session_scope() as session:
        database.lock(session, "plan/1")
        with session_scope() as other:
            assert other.scalar(free) is False
    with session_scope() as other:
        assert other.scalar(free) is True


def test_noon_is_stored_and_read_as_the_same_moment(db: str) -> None:
    with session_scope() as session:
        session.execute(insert(Audit).values(at=NOON, actor="t", action="t", subject="t", detail={}))
    with session_scope(reading=True) as session:
        assert session.scalar(select(Audit.at).where(Audit.actor == "t")) == NOON
