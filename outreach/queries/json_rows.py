"""Many rows as one JSON text, made by the database itself.

Python fetches a row of SQLite by letting go of its lock and taking it again; beside threads that work, that costs more
than all the rest. One text is one fetch.
"""

from typing import Any

import orjson
from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class json_rows(GenericFunction[str]):  # noqa: N801 - named like the SQL functions it stands for
    """`json_rows(*columns)`: every row's columns as an array of arrays, in no order. `rows_of` reads it."""

    type = String()
    inherit_cache = True


def rows_of(text: str) -> list[list[Any]]:
    """The rows in the answer of `json_rows`: text, numbers, booleans and None."""
    rows: list[list[Any]] = orjson.loads(text)
    return rows


@compiles(json_rows, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(json_rows, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"coalesce(json_agg(json_build_array({compiler.process(element.clauses, **options)}))::text, '[]')"
