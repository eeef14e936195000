"""What people have said yes and no to. Append-only: the newest answer of a person to a purpose holds."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach.duties import purposes
from outreach.models import Consent


def standing(session: Session, person_id: int) -> dict[str, bool]:
    """Purpose -> the person's newest answer. A purpose they were never asked about is not in it."""
    return {row.purpose: row.given for row in _newest_last(session, person_id)}


def answer(
    session: Session, person_id: int, answers: Mapping[str, bool], *, language: str, source: str, at: datetime
) -> set[str]:
    """Record the answers that differ from the standing ones, with the wording that was shown; their purposes.

    A no where nothing was said before is not recorded: not ticking a box is not an answer. (An objection is:
    see `withdraw`.)
    """
    now = standing(session, person_id)
    different = {purpose: given for purpose, given in answers.items() if now.get(purpose, False) != given}
    _append(session, person_id, different, language=language, source=source, at=at)
    return set(different)


def withdraw(
    session: Session, person_id: int, stopped: Iterable[str], *, language: str, source: str, at: datetime
) -> None:
    """Record a no to each purpose, asked about before or not."""
    _append(session, person_id, dict.fromkeys(stopped, False), language=language, source=source, at=at)


def restorable(session: Session, person_id: int, source: str) -> tuple[datetime, set[str]] | None:
    """What the person last stopped through `source` and has not touched since: when, and the purposes.

    Restored are the purposes they had said yes to just before, and those that need no yes (the objection is taken
    back). None when there is nothing to undo.
    """
    rows = _newest_last(session, person_id)
    newest = {row.purpose: row for row in rows}
    stopped = [row for row in newest.values() if not row.given and row.source == source]
    if not stopped:
        return None
    when = max(row.at for row in stopped)
    before = {row.purpose: row.given for row in rows if row.at < when}
    back = {
        row.purpose
        for row in stopped
        if row.at == when
        and row.purpose in purposes()
        and (before.get(row.purpose, False) or row.legal_basis != "consent")
    }
    return when, back


def withdrawal_times(session: Session, person_id: int) -> set[datetime]:
    """When the person said no to something: the stamp on the suppressions that are theirs to lift."""
    said_no = select(Consent.at).where(Consent.person_id == person_id, Consent.given.is_(False))
    return set(session.scalars(said_no.distinct()))


def _newest_last(session: Session, person_id: int) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)))


def _append(
    session: Session, person_id: int, answers: Mapping[str, bool], *, language: str, source: str, at: datetime
) -> None:
    known = purposes()
    rows = [
        {
            "person_id": person_id,
            "purpose": purpose,
            "given": given,
            "legal_basis": known[purpose].legal_basis,
            "source": source,
            "wording": known[purpose].wording(language),
            "at": at,
        }
        for purpose, given in sorted(answers.items())
    ]
    if rows:
        session.execute(insert(Consent), rows)
