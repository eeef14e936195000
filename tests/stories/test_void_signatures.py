"""What becomes of a newsletter's signature when a story in it changes: the same text keeps it, a no never does."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.models import Campaign, CampaignStatus, EditionStory, StoryRow
from outreach.queries import approvals, campaigns, messages, office, stories
from outreach.rendering import Rendered
from outreach.story import Channel
from tests.stories.conftest import consenting, portrait

YES = consenting(newsletter="ja", web="ja", linkedin_page="ja")


def write(campaign: int, words: str = "Porträttet av Åsa.") -> None:
    """What a run does: make this the current text."""
    text = Rendered("quarterly-newsletter", "sv", "sv", None, "Nyheter", "", f"<p>{words}</p>", words, words)
    with session_scope() as session:
        messages.store(session, campaign, 1, [text], clock.now())


def sign(campaign: int, *, approved: bool = True) -> None:
    with session_scope() as session:
        signer = office.approvers(session, None)[0].id
        code = approvals.code_of(session, campaign, 1)
        said = {"coordinator_id": signer, "approved": approved, "comment": "", "via": "cli"}
        approvals.sign(session, campaign_id=campaign, wave=1, code=code, **said)


def signed(campaign: int) -> bool:
    with session_scope(reading=True) as session:
        return approvals.is_approved(session, campaigns.by_id(session, campaign), 1)


def code(campaign: int) -> str:
    with session_scope(reading=True) as session:
        return approvals.code_of(session, campaign, 1)


def answer(given: bool, channel: Channel = Channel.NEWSLETTER) -> None:
    with session_scope() as session:
        story = session.scalars(select(StoryRow.id).where(StoryRow.slug == "asa")).one()
        stories.record_consent(session, story, channel, given=given, source="t", wording="w", now=clock.now())


@pytest.fixture
def campaign(db: str, take_in: Callable[..., object], enrolled: Callable[..., int]) -> int:
    """A newsletter with Åsa's portrait in it, signed."""
    enrolled("u1")
    take_in(portrait("asa", **YES))
    with session_scope() as session:
        office.lay(session)
        about = {"key": "quarterly-newsletter/2026-Q4/central", "duty": "quarterly-newsletter", "period": "2026-Q4"}
        found = session.execute(
            insert(Campaign)
            .values(**about, status=CampaignStatus.OPEN, opened_at=clock.now(), parameters={})
            .returning(Campaign.id)
        ).scalar_one()
        story = session.scalars(select(StoryRow.id)).one()
        place = {"campaign_id": found, "story_id": story, "section": "portrait", "position": 0}
        session.execute(insert(EditionStory).values(**place))
    write(found)
    sign(found)
    assert signed(found)
    return int(found)


def test_a_signature_is_void_for_good_when_a_no_is_followed_by_a_yes_and_the_same_text(campaign: int) -> None:
    before = code(campaign)
    answer(False)
    assert not signed(campaign)
    answer(True)
    write(campaign)
    assert not signed(campaign)
    assert code(campaign) != before, "the coordinators are asked once more"
    sign(campaign)
    assert signed(campaign)


def test_a_no_sent_in_with_a_file_does_the_same(campaign: int, take_in: Callable[..., object]) -> None:
    take_in(portrait("asa", **(YES | {"consent_newsletter": "nej", "consent_date": ""})))
    write(campaign)
    assert not signed(campaign)


def test_a_text_sent_back_before_the_no_is_undecided_after_it(campaign: int) -> None:
    sign(campaign, approved=False)
    answer(False)
    write(campaign)
    with session_scope(reading=True) as session:
        assert approvals.sheet(session, campaign, 1).decision is None


def test_a_change_to_a_story_that_leaves_the_letter_as_it_was_leaves_its_signature(
    campaign: int, take_in: Callable[..., object]
) -> None:
    take_in(portrait("asa", **YES, publish_until="2027-06-01"))
    assert not signed(campaign), "until it is written anew nobody knows that it says the same"
    write(campaign)
    assert signed(campaign)


def test_a_no_to_linkedin_alone_leaves_the_newsletter_as_it_is(campaign: int) -> None:
    answer(False, Channel.LINKEDIN_PAGE)
    assert signed(campaign)
