"""One application and one database for every row of the matrix: what a row changes is put back."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from outreach import clock, database
from outreach.database import session_scope
from outreach.queries import office
from outreach.settings import ROOT
from outreach.web.app import create_app
from tests.conftest import NOON, forget_settings
from tests.web.access.prefect_stand_in import prefect
from tests.web.access.things import Things, lay
from tests.web.access.visitors import SIGNED_IN, A, B, Visitor, all_of_them


@dataclass(frozen=True)
class Office:
    """The web of an office with two departments, and everybody who may come to it."""

    app: FastAPI
    visitors: dict[str, Visitor]
    a: Things
    b: Things
    central: Things
    restore: Callable[[], None]


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Office]:
    """Laid once; `office` gives it to a test as it was."""
    home = tmp_path_factory.mktemp("access")
    shutil.copy(sqlite_template, home / "outreach.db")
    environment = {
        "OUTREACH_DATA_DIR": str(home / "var"),
        "OUTREACH_CONFIG_DIR": str(ROOT / "config"),
        "OUTREACH_SECRET_KEY": "a-secret-for-tests-only",
        "OUTREACH_DATABASE_URL": f"sqlite:///{home / 'outreach.db'}",
    }
    with pytest.MonkeyPatch.context() as patch, clock.frozen(NOON), prefect() as prefect_url:
        for name, value in {**environment, "OUTREACH_PREFECT_URL": prefect_url}.items():
            patch.setenv(name, value)
        forget_settings()
        yield _open(home)
        database.engine().dispose()
    forget_settings()


@pytest.fixture
def office_web(laid: Office) -> Iterator[Office]:
    yield laid
    laid.restore()


def _open(home: Path) -> Office:
    app = create_app()
    with session_scope() as session:
        office.lay(session)
    visitors = all_of_them(app)
    a, b, central = (lay(code, SIGNED_IN[who]) for code, who in ((A, "A"), (B, "B"), (None, "central")))
    for one in visitors.values():
        one.ask("GET", "/api/runs")  # when a key was last used is noted once an hour
    kept = home / "as-it-was.db"
    _copy(home / "outreach.db", kept)
    watching = sqlite3.connect(home / "outreach.db")
    seen = _commits(watching)

    def restore() -> None:
        nonlocal seen
        if _commits(watching) != seen:
            _copy(kept, home / "outreach.db")
            seen = _commits(watching)

    return Office(app, visitors, a, b, central, restore)


def _commits(watching: sqlite3.Connection) -> int:
    """A number that changes when anybody else writes to the database (PRAGMA data_version)."""
    return int(watching.execute("PRAGMA data_version").fetchall()[0][0])  # all: half a result would hold a lock


def _copy(source: Path, target: Path) -> None:
    """While others have it open."""
    with sqlite3.connect(source) as here, sqlite3.connect(target) as there:
        here.backup(there)
    here.close()
    there.close()
