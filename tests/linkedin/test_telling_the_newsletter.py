"""A newsletter that was sent is told on LinkedIn: once, soon, and with nobody who said no to it there."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from outreach import clock
from outreach.database import session_scope
from outreach.models import Campaign, CampaignStatus, EditionStory, Recipient, RecipientStatus, WebEdition
from outreach.story import Channel
from tests.linkedin.conftest import BOTH, GROUP, MONDAY, PAGE, Put, items, run, say

Portrait = Callable[..., int]
TODAY = date(2026, 11, 23)


def newsletter(*story_ids: int, published: timedelta = timedelta(days=-2), begun: bool = True) -> None:
    """A newsletter on the web in both languages that holds these stories; `begun`: somebody has it."""
    with session_scope() as session:
        campaign = Campaign(
            key="quarterly-newsletter/2026-Q4/central", duty="quarterly-newsletter", period="2026-Q4",
            status=CampaignStatus.OPEN, opened_at=MONDAY,
        )  # fmt: skip
        session.add(campaign)
        session.flush()
        for language, title in (("sv", "Nyheter i december"), ("en", "News in December")):
            session.execute(
                insert(WebEdition).values(
                    campaign_id=campaign.id, language=language, slug="2026-q4", title=title, summary="",
                    html="", published_at=clock.now() + published,
                )
            )  # fmt: skip
        for position, story_id in enumerate(story_ids):
            held = {"campaign_id": campaign.id, "story_id": story_id, "section": "news", "position": position}
            session.execute(insert(EditionStory).values(**held))
        if begun:
            reader = {"campaign_id": campaign.id, "wave": 1, "token": "reader", "status": RecipientStatus.ACCEPTED}
            session.execute(insert(Recipient).values(**reader, language="sv", selected_at=MONDAY))


def test_the_sent_newsletter_is_told_once_with_its_public_page(db: str, put: Put, client: Any) -> None:
    newsletter()
    exported = run()
    assert items(exported) == items(exported, GROUP) == ["newsletter/2026-Q4"]
    link = str(exported.posts[0].link)
    assert link == "http://127.0.0.1:8400/newsletter/2026-q4?lang=sv"
    assert client.get(link).status_code == 200
    assert items(run(week="2026-W49")) == []
    assert items(run("dsv")) == []


def test_a_newsletter_that_nobody_has_yet_is_not_told(db: str, put: Put) -> None:
    newsletter(begun=False)
    assert run().posts == ()


def test_a_newsletter_names_no_portrait_without_a_yes_to_linkedin_and_loses_one_that_is_taken_back(
    db: str, put: Put, portrait: Portrait
) -> None:
    everywhere = frozenset({*BOTH, Channel.NEWSLETTER, Channel.WEB})
    news = put("nyheten", channels=everywhere, publish_until=TODAY - timedelta(days=1))
    ada, bo = (portrait(who, Channel.NEWSLETTER, Channel.WEB, channels=everywhere) for who in ("ada", "bo"))
    say(ada, PAGE, given=True)
    newsletter(news, ada, bo)
    told = next(post for post in run().posts if post.channel is PAGE and post.kind == "newsletter")
    assert "• Nyhet om nyheten\n• Nyhet om ada\n\n" in told.text
    say(ada, PAGE, given=False)
    after = run()
    anew = next(post for post in after.posts if post.channel is PAGE and post.kind == "newsletter")
    assert {gone.item for gone in after.gone} >= {"newsletter/2026-Q4"}
    assert "• Nyhet om nyheten\n\n" in anew.text
    assert "Nyhet om ada" not in "".join(path.read_text("utf-8") for path in after.folder.glob("*.[ch][st][vm]*"))


def test_a_newsletter_of_long_ago_is_no_news(db: str, put: Put) -> None:
    newsletter(published=timedelta(days=-31))
    assert run().posts == ()
