"""What a signature under an audience is compared by: everyone ever selected, in one order, on both databases."""

from hashlib import sha256

from sqlalchemy import select, update

from outreach.database import session_scope
from outreach.models import Recipient, RecipientStatus
from outreach.queries import approvals
from tests.web.conftest import MakePerson, make_person
from tests.web.portal.mailing import lay

__all__ = ["make_person"]


def test_digest_is_of_the_ids_of_everyone_selected_in_their_order(db: str, make_person: MakePerson) -> None:
    lay(make_person, "fysikum")
    made = lay(make_person, "arkeologi")
    with session_scope() as session:
        mine = select(Recipient.id).where(Recipient.campaign_id == made.id, Recipient.planned_at.is_not(None))
        ids = sorted(session.scalars(mine))
        expected = sha256("".join(f"{id_}\n" for id_ in ids).encode()).hexdigest()
        assert (len(ids), approvals.audience_digest(session, made.id, 1)) == (2, expected)
        dropped = update(Recipient).where(Recipient.id == ids[0]).values(status=RecipientStatus.EXCLUDED)
        session.execute(dropped)
        assert approvals.audience_digest(session, made.id, 1) == expected
        assert approvals.audience_digest(session, made.id, 2) == sha256(b"").hexdigest()
