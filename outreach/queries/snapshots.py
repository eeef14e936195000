"""Figures that take long to count, kept as they were at a moment: a page shows them at once, and says how old."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.models import Snapshot
from outreach.queries.inserting import insert_or

WHOLE = ""  # the whole university, where a department's code would stand
FORECAST = "forecast"  # the coming quarter, for the calendar


class Kept(NamedTuple):
    content: dict[str, Any]
    made_at: datetime


def keep(session: Session, name: str, contents: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
    """Keep figures under a name in place of what was kept before. `contents`: department's code or WHOLE -> figures,
    of what JSON can say."""
    rows = [
        {"name": name, "department_code": code, "content": dict(content), "made_at": now}
        for code, content in contents.items()
    ]
    if rows:
        put = insert_or(session, Snapshot)
        changed = {"content": put.excluded.content, "made_at": put.excluded.made_at}
        session.execute(put.on_conflict_do_update(index_elements=["name", "department_code"], set_=changed), rows)


def kept(session: Session, name: str, department_code: str = WHOLE) -> Kept | None:
    """What was kept last under a name; None before the first time."""
    found = select(Snapshot.content, Snapshot.made_at).where(
        Snapshot.name == name, Snapshot.department_code == department_code
    )
    row = session.execute(found).one_or_none()
    return None if row is None else Kept(*row)
