"""Migrations: one line of them, and the tables they make are the tables the models say."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from outreach import database
from outreach.errors import TemporaryFailure
from outreach.models import Base, Department
from outreach.queries import office
from tests.mail.smtp_server import free_port

VERSIONS = database.MIGRATIONS / "versions"


def script() -> ScriptDirectory:
    return ScriptDirectory.from_config(database.alembic_config("sqlite://"))


def test_there_is_one_head_and_one_line_back_to_the_beginning() -> None:
    assert len(script().get_heads()) == 1
    assert len(script().get_bases()) == 1
    assert len(list(script().walk_revisions())) == len(list(VERSIONS.glob("*.py")))


def test_migrations_are_named_by_the_date_they_were_written() -> None:
    for revision in script().walk_revisions():
        assert re.fullmatch(r"20\d{6}_\d+", revision.revision)
        assert Path(revision.path).name.startswith(f"{revision.revision}_")
    dates = [revision.revision for revision in script().walk_revisions()]
    assert dates == sorted(dates, reverse=True)


def test_the_migrated_tables_are_the_models_tables(db: str) -> None:
    with database.engine_for(db).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_comparison_would_see_a_column_that_no_migration_makes(db: str) -> None:
    with database.engine_for(db).begin() as connection:
        connection.execute(text("ALTER TABLE departments ADD COLUMN stray INTEGER"))
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        ((kind, _schema, table, column),) = compare_metadata(context, Base.metadata)
    assert (kind, table, column.name) == ("remove_column", "departments", "stray")


def test_upgrading_again_changes_nothing_and_loses_nothing(db: str) -> None:
    before = dump(db)
    database.upgrade(db)
    database.upgrade(db)
    assert dump(db) == before
    assert before["departments"] > 0


def test_an_empty_database_is_set_up_by_one_command(
    home: Path, tmp_path: Path, set_environment: Callable[..., None]
) -> None:
    set_environment(database_url=f"sqlite:///{tmp_path}/a/new/folder/outreach.db")
    database.upgrade()
    with database.session_scope() as session:
        office.lay(session)
    with database.session_scope(reading=True) as session:
        assert session.query(Department).count() > 40


def test_upgrading_a_database_that_is_down_is_a_sentence(home: Path, tmp_path: Path) -> None:

    with pytest.raises(TemporaryFailure, match="cannot be reached"):
        database.upgrade(f"postgresql+psycopg://x@127.0.0.1:{free_port()}/outreach")


def dump(url: str) -> dict[str, int]:
    """Every table and how many rows it holds."""
    with database.engine_for(url).connect() as connection:
        names = inspect(connection).get_table_names()
        return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}
