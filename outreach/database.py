"""One engine a process, one way to open a session, one place that commits."""

import fcntl
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.settings import settings

MIGRATIONS = Path(__file__).parent / "migrations"
SQLITE_WAIT_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.0005
# A checkpoint writes and waits for the disk: every 40 MB of changes, not every 4.
# What is deleted is written over with zeros: who was erased is not to be read in the file either.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-65536", "wal_autocheckpoint=10000",
           "secure_delete=ON")  # fmt: skip
NOT_SET_UP = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn", " does not exist")
_sqlite_writer = threading.RLock()
NO_DATABASE = "not a database"


@cache
def engine_for(url: str) -> Engine:
    """The engine of one database address, made once.

    Raises PermanentFailure for an address nobody can read, TemporaryFailure for a folder nobody can write.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    except (ArgumentError, ImportError):
        raise PermanentFailure("OUTREACH_DATABASE_URL is not the address of a database we know.") from None
    try:
        Path(parsed.database or ".").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TemporaryFailure(f"The folder of the database cannot be written: {error.strerror}.") from None
    waiting = {"timeout": SQLITE_WAIT_SECONDS, "check_same_thread": False}
    engine = create_engine(parsed, connect_args=waiting, hide_parameters=True)  # they hold addresses, errors are logged
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def engine() -> Engine:
    return engine_for(settings().database)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Writers take SQLite's write lock at once: waiting in line beats failing half way with "database is locked"."""
    reading = connection.get_execution_options().get("outreach_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def session_scope(*, reading: bool = False, rehearsing: bool = False) -> Iterator[Session]:
    """A session that commits when the block ends and rolls back when it fails: the only commit there is.

    `reading=True` never writes and lets SQLite serve it beside a writer; `rehearsing=True` takes back what it wrote.
    Raises TemporaryFailure when the database is locked, down or drops the connection.
    """
    with _explaining(), _in_line(reading), Session(engine(), expire_on_commit=False) as session:
        if reading:
            session.connection(execution_options={"outreach_reading": True})
        yield session
        if reading or rehearsing:
            session.expunge_all()  # what was read stays readable after the block
            session.rollback()
        else:
            session.commit()


def _in_line(reading: bool) -> AbstractContextManager[Any]:
    """SQLite has one writer, and who finds it busy sleeps and looks again, longer each time: writers wait in line."""
    path = engine().url.database
    return nullcontext() if reading or engine().dialect.name != "sqlite" or not path else _next_writer(path)


@contextmanager
def _next_writer(path: str) -> Iterator[None]:
    """The line of this process's threads, and of other processes. Whoever holds it too long is left to SQLite, which
    says so; a process that dies gives it back."""
    with _sqlite_writer, open(f"{path}-line", "ab") as line:  # noqa: PTH123 - named by SQLite's own address
        given_up = time.monotonic() + SQLITE_WAIT_SECONDS
        while time.monotonic() < given_up:
            try:
                fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(LOOK_AGAIN_SECONDS)
        yield


@contextmanager
def _explaining() -> Iterator[None]:
    """Turn a database that is locked or down into a sentence."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise _explained(error) from error
    except PoolTimeoutError:
        raise TemporaryFailure("Too much is going on at once. Try again in a minute; nothing was lost.") from None
    except DBAPIError as error:
        if error.connection_invalidated or any(sign in str(error.orig) for sign in (*NOT_SET_UP, NO_DATABASE)):
            raise _explained(error) from error
        raise


def _explained(error: DBAPIError) -> TemporaryFailure | PermanentFailure:
    cause = str(error.orig)
    if any(sign in cause for sign in NOT_SET_UP):
        return PermanentFailure("The database has not been set up for this version. Run: outreach db upgrade")
    if NO_DATABASE in cause:
        return PermanentFailure("The file OUTREACH_DATABASE_URL names is not a database. Nothing was written to it.")
    if "locked" in cause:
        return TemporaryFailure("The database is busy with other work. Try again in a minute; nothing was lost.")
    return TemporaryFailure(
        "The database cannot be reached. Check that it runs and OUTREACH_DATABASE_URL; nothing was lost."
    )


def lock(session: Session, name: str) -> None:
    """Wait until no other transaction holds `name`; held until this one ends. SQLite's writers queue already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


def go_by_index(session: Session) -> None:
    """Until this transaction ends, let PostgreSQL reach rows by their keys alone. For few rows beside very many, where
    statistics from before or from the middle of a burst make it read whole tables. SQLite does so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            session.execute(text(f"SET LOCAL enable_{way} = off"))


def settle_on_disk() -> None:
    """Empty SQLite's journal of changes, which holds pages as they were before. One that is being read waits for the
    next time; PostgreSQL tidies by itself."""
    if engine().dialect.name == "sqlite":
        with _explaining(), engine().connect().execution_options(outreach_reading=True) as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def settle_file(path: Path) -> None:
    """The same for a SQLite file of another program of ours, whose free pages may still hold what it has deleted.

    Raises TemporaryFailure when that program keeps it busy.
    """
    if not path.is_file():
        return
    try:
        with closing(sqlite3.connect(path, timeout=SQLITE_WAIT_SECONDS, isolation_level=None)) as connection:
            if connection.execute("PRAGMA secure_delete").fetchone() != (1,):  # as SQLite itself was built
                connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:
        raise TemporaryFailure(f"{path.name} is busy with other work. Try again in a minute.") from None


def refresh_statistics(session: Session, *tables: str) -> None:
    """Let PostgreSQL count what it plans by. It does so by itself minutes after a large change, and a selection right
    after an import would meanwhile compare everyone with everyone. SQLite plans by its indexes alone."""
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            session.execute(text(f"ANALYZE {table}"))


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str | None = None) -> None:
    """Bring the database to the newest version. Safe to run at every start."""
    address = url or settings().database
    engine_for(address)  # makes the folder of a SQLite file
    with _explaining():
        command.upgrade(alembic_config(address), "head")
