"""A campaign's figures: counted at once, or for a very large one kept, and then with their time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Campaign, CampaignStatus, Membership, Person, Recipient, RecipientStatus
from outreach.queries import campaign_figures, campaigns
from tests.conftest import NOON
from tests.web.conftest import MakePerson
from tests.web.portal.conftest import TOVE, Visitor
from tests.web.portal.mailing import Mailing, lay

Make = Callable[[str], Visitor]


@pytest.fixture
def mailing(db: str, make_person: MakePerson) -> Mailing:
    """One has the letter and has joined, one had joined before the campaign, one has no address."""
    made = lay(make_person, "arkeologi")
    with session_scope() as session:
        session.execute(update(Recipient).where(Recipient.reason.is_(None)).values(status=RecipientStatus.DELIVERED))
        for public_id, joined in (("ada", NOON + timedelta(hours=1)), ("bo", NOON - timedelta(days=9))):
            theirs = Person.public_id.startswith(public_id)
            session.execute(update(Person).where(theirs).values(membership=Membership.MEMBER, joined_at=joined))
    return made


def keep(made: Mailing) -> None:
    """What housekeeping does."""
    with session_scope() as session:
        found = campaigns.by_id(session, made.id)
        campaign_figures.keep(session, made.id, campaign_figures.count(session, found, clock.now()))


def to_keep() -> list[int]:
    with session_scope(reading=True) as session:
        return [one.id for one in campaign_figures.to_keep(session, clock.now())]


def test_figures_count_everyone_once_and_who_joined_since(mailing: Mailing) -> None:
    with session_scope(reading=True) as session:
        made = campaign_figures.current(session, campaigns.by_id(session, mailing.id), clock.now())
    assert made is not None
    assert made.waves == {1: {"delivered": 2, "excluded": 1}}
    assert made.reasons == {1: {"no_address": 1}}
    assert (made.did, made.kept) == ({"joined": 1}, False)


def test_large_campaign_shows_what_was_kept_and_when(
    mailing: Mailing, visitor: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_figures, "COUNTED_AT_ONCE", 2)
    page, tove = f"/portal/campaigns/{mailing.id}?lang=en", visitor(TOVE)
    assert "they have not been yet" in tove.get(page).text
    assert "Counted just now." in tove.get(f"{page}&count=now").text
    keep(mailing)
    with session_scope() as session:
        session.execute(update(Recipient).values(status=RecipientStatus.BOUNCED))
    with clock.frozen(NOON + timedelta(hours=1)):
        content = tove.get(page).text
    assert "Counted on 22 November 2026 12:00." in content
    assert "Bounced</td>" not in content
    assert "Bounced</td>" in tove.get(f"{page}&count=now").text


def test_housekeeping_counts_large_campaigns_as_long_as_they_may_change(
    mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert to_keep() == []
    monkeypatch.setattr(campaign_figures, "COUNTED_AT_ONCE", 2)
    assert to_keep() == [mailing.id]
    with session_scope() as session:
        closed = {"status": CampaignStatus.CANCELLED, "closed_at": NOON - timedelta(days=365)}
        session.execute(update(Campaign).values(**closed))
    assert to_keep() == [mailing.id]  # it was never counted
    keep(mailing)
    assert to_keep() == []
    with session_scope() as session:
        assert session.scalar(select(Campaign.status)) == CampaignStatus.CANCELLED
