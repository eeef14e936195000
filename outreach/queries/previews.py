"""What previews found, kept for the pages that show it: counts and texts, nobody's name."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outreach.models import PreviewRow, Recipient, RecipientStatus
from outreach.queries import contact_budget, ledger
from outreach.queries.inserting import insert_or

KEPT_FOR = timedelta(days=30)


class Counted(NamedTuple):
    """People of a campaign who are alike: their wave, status, language, department ("" for none) and, for who is left
    out, why."""

    wave: int
    status: RecipientStatus
    language: str
    department: str
    reason: str
    people: int


def counted(session: Session, campaign_id: int) -> Sequence[Counted]:
    """Everyone a campaign considered, by what tells them apart."""
    columns = (
        Recipient.wave,
        Recipient.status,
        Recipient.language,
        func.coalesce(Recipient.department_code, "").label("department"),
        contact_budget.in_short().label("reason"),
    )
    alike = select(*columns).where(Recipient.campaign_id == campaign_id).subquery("alike")
    return [Counted(*row) for row in session.execute(select(*alike.c, func.count()).group_by(*alike.c))]


def keep(
    session: Session,
    flow_run_id: str,
    *,
    duty: str,
    department_code: str | None,
    day: date,
    content: dict[str, Any],
    now: datetime,
) -> None:
    """Keep what a preview found. A run that starts again says it anew."""
    put = insert_or(session, PreviewRow)
    values = {"duty": duty, "department_code": department_code, "day": day, "content": content, "made_at": now}
    session.execute(
        put.values(flow_run_id=flow_run_id, **values).on_conflict_do_update(
            index_elements=["flow_run_id"], set_={name: put.excluded[name] for name in values}
        )
    )


def of_run(session: Session, flow_run_id: str | None) -> PreviewRow | None:
    """What the preview of this run of Prefect's found; None while it has not."""
    return None if flow_run_id is None else session.get(PreviewRow, flow_run_id)


def forget_old(session: Session, now: datetime) -> int:
    """Delete what was found more than 30 days ago. Returns how many previews."""
    return ledger.rows(session, delete(PreviewRow).where(PreviewRow.made_at < now - KEPT_FOR))
