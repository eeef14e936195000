"""Alembic's entry point: the address comes from `outreach.database.upgrade`."""

from typing import Literal

from alembic import context
from sqlalchemy import create_engine

from outreach.models import Base, UtcDateTime

config = context.config


def render(kind: str, value: object, _context: object) -> str | Literal[False]:
    """Write our time type by its short name, which the template imports."""
    return "UtcDateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


def run() -> None:
    if context.is_offline_mode():
        raise SystemExit("Migrations run against a database; there is no offline mode.")
    engine = create_engine(config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=render,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
