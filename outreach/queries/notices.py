"""What people are to be told about an event, written in the transaction that makes it true.

The ledger of the duty `event-notices` then holds what became of each: a notice is a row here first, a mail later.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, insert, literal, select
from sqlalchemy.orm import Session

from outreach.event import NoticeKind
from outreach.models import EventRow, Notice, Person
from outreach.queries import ledger


def add(
    session: Session,
    event_id: int,
    kind: NoticeKind,
    people: Sequence[int] | Select[tuple[int]],
    sequence: int,
    now: datetime,
) -> int:
    """Tell `people` (ids, or a SELECT of one column of ids, each once) something about an event; how many there are.

    Who has been told a thing of this kind before is told again in the next round. `sequence`: the event's, as it is.
    The event's row is held until the transaction ends, so that two who write at once do not give out one round twice.
    """
    session.execute(select(EventRow.id).where(EventRow.id == event_id).with_for_update(key_share=True))
    if not isinstance(people, Select):
        people = select(Person.id).where(Person.id.in_(people))
    told = people.subquery()
    person_id = told.c[0]
    before = (
        select(func.coalesce(func.max(Notice.round), 0))
        .where(Notice.event_id == event_id, Notice.kind == kind.value, Notice.person_id == person_id)
        .scalar_subquery()
    )
    rows = select(
        literal(event_id),
        person_id,
        literal(kind.value),
        before + 1,
        literal(sequence),
        literal(now, Notice.created_at.type),
    ).where(person_id.is_not(None))
    columns = ["event_id", "person_id", "kind", "round", "sequence", "created_at"]
    return ledger.rows(session, insert(Notice).from_select(columns, rows))
