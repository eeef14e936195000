"""A random id made by the database itself, so that a million recipients are inserted by one statement."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class random_token(GenericFunction[str]):  # noqa: N801 - named like the SQL function it stands for
    """32 hex digits, 122 random bits or more, new for every row."""

    type = String()
    inherit_cache = True


@compiles(random_token, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return "lower(hex(randomblob(16)))"


@compiles(random_token, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return "replace(gen_random_uuid()::text, '-', '')"
