"""An edition from the pool of stories to the reader: who gets it, in which version, and never twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import clock, delivery, duties
from outreach.database import session_scope
from outreach.editions import opening, saying
from outreach.errors import PermanentFailure
from outreach.mail import Outbox
from outreach.models import Message, StoryRow
from outreach.queries import campaigns, editions, stories
from outreach.settings import settings
from outreach.story import Channel
from tests.newsletter.conftest import DUTY, ENOUGH, TUESDAY, Reader, Tale, letters, outcomes, run_edition, said
from tests.spine.conftest import approve_all

KEY = "quarterly-newsletter/2026-Q4/central"


def test_members_who_said_yes_get_it_and_the_others_stand_in_the_ledger_with_a_reason(db, join, tell):
    tell(*ENOUGH)
    join(
        Reader("yes"),
        Reader("no", consent=False),
        Reader("never-asked", consent=None),
        Reader("student", fields={"membership": "invited"}),
        Reader("nowhere", fields={"email": None, "address_hash": None}),
    )
    run_edition()
    assert set(letters()) == {"yes@alumni.example.net"}
    assert {uid: (status, reason) for uid, (status, reason, _) in outcomes(KEY).items()} == {
        "yes": ("accepted", None),
        "no": ("excluded", "said_no"),
        "never-asked": ("excluded", "no_consent"),
        "nowhere": ("excluded", "no_address"),
    }


def test_a_reader_of_several_departments_gets_the_one_with_most_credits_in_all(db, join, tell):
    tell(
        *ENOUGH,
        Tale("of-law", department="juridik", sv="Från juristerna"),
        Tale("of-physics", department="fysikum", sv="Från fysikerna"),
    )
    join(
        Reader("physicist", studies={"juridik": 90.0, "fysikum": 120.0}),
        Reader("alike", studies={"juridik": 60.0, "fysikum": 60.0}),
        Reader("unknown", studies={"juridik": None}),
        Reader("nowhere", studies={}),
    )
    run_edition()
    home = {uid: department for uid, (_, _, department) in outcomes(KEY).items()}
    assert home == {"physicist": "fysikum", "alike": "fysikum", "unknown": "juridik", "nowhere": None}
    texts = {to.partition("@")[0]: said(mail) for to, mail in letters().items()}
    assert {who for who, text in texts.items() if "Från fysikerna" in text} == {"physicist", "alike"}
    assert {who for who, text in texts.items() if "Från juristerna" in text} == {"unknown"}


def test_only_versions_somebody_reads_are_written(db, join, tell):
    tell(*ENOUGH)
    join(Reader("sv"), Reader("en", language="en"), Reader("nowhere", studies={}))
    run_edition()
    with session_scope(reading=True) as session:
        assert set(session.scalars(select(Message.variant))) == {"sv", "sv.juridik", "en.juridik"}


def test_running_again_writes_to_nobody_twice_and_a_member_of_after_the_signature_gets_the_next(db, join, tell):
    tell(*ENOUGH)
    join(Reader("a"))
    run_edition()
    join(Reader("late"))
    for _ in range(2):
        run_edition()
    assert set(letters()) == {"a@alumni.example.net"}
    assert set(outcomes(KEY)) == {"a"}


def test_a_story_in_the_other_language_is_marked_and_has_its_lang(db, join, tell):
    tell(*ENOUGH, Tale("only-en", department="juridik", sv="", en="Only in English"))
    join(Reader("sv"), Reader("en", language="en"))
    run_edition()
    swedish, english = letters()["sv@alumni.example.net"], letters()["en@alumni.example.net"]
    assert "Only in English (på engelska)" in said(swedish)
    assert '<h3 lang="en"' in said(swedish, "html")
    assert "(in Swedish)" not in said(english)
    assert "Only in English (" not in said(english)


def test_hostile_markdown_is_harmless(db, join, tell):
    nasty = (
        "<script>alert(1)</script>\n\n[klicka](javascript:alert(1)) ![x](https://evil.example/p.png) "
        "tag0123456789_given_name_tZ"
    )
    tell(*ENOUGH, Tale("nasty", department="juridik", sv="<img src=x onerror=alert(1)>", body=nasty))
    join(Reader("a"))
    run_edition()
    html = said(letters()["a@alumni.example.net"], "html")
    assert "<script" not in html
    assert "<img src=x" not in html
    assert 'src="https://evil' not in html
    assert 'href="javascript' not in html
    assert "tag0123456789" not in html


def test_a_consent_withdrawn_between_signature_and_claim_stops_sending_and_voids_the_signature(db, join, tell):
    join(Reader("kim"), Reader("reader"))
    told = tell(*ENOUGH, Tale("portrait", kind="portrait", by="kim", sv="Kims väg till rätten"))
    run_edition(approve=False)
    approve_all()
    take_back(told["portrait"])
    run_edition(approve=False)
    assert letters() == {}, "the new text is not signed"
    run_edition()
    assert set(letters()) == {"kim@alumni.example.net", "reader@alumni.example.net"}
    for mail in letters().values():
        assert "Kims väg" not in said(mail) + said(mail, "html")


def test_a_consent_withdrawn_while_it_is_sent_keeps_the_portrait_from_the_rest(db, join, tell, set_environment):
    set_environment(batch_size=1)
    join(*(Reader(name) for name in ("kim", "second", "third")))
    told = tell(*ENOUGH, Tale("portrait", kind="portrait", by="kim", sv="Kims väg till rätten"))
    run_edition(transport=TakesBackAfterTheFirst(told["portrait"]))
    assert len(letters()) == 1
    run_edition(approve=False)
    assert len(letters()) == 1, "the rest wait for a new signature"
    run_edition()
    assert sorted("Kims väg" in said(mail) for mail in letters().values()) == [False, False, True]


def test_a_story_gone_without_anybody_saying_so_stops_the_claim(db, join, tell):
    """Whatever changed the story: the claim asks for itself."""
    join(Reader("kim"))
    told = tell(*ENOUGH, Tale("portrait", kind="portrait", by="kim"))
    run_edition(approve=False)
    approve_all()
    with session_scope() as session:
        session.execute(update(StoryRow).where(StoryRow.id == told["portrait"]).values(status="withdrawn"))
    with session_scope(reading=True) as session:
        campaign = campaigns.by_key(session, KEY)
    delivery.deliver(campaign, duties.duty(DUTY), [1], Outbox(settings().outbox))
    assert letters() == {}


def take_back(story_id):
    with session_scope() as session:
        stories.record_consent(
            session, story_id, Channel.NEWSLETTER, given=False, source="test", wording="Nej", now=clock.now()
        )


class TakesBackAfterTheFirst:
    """An outbox during whose first newsletter the portrayed person says no."""

    name = "outbox"

    def __init__(self, story_id):
        self.story_id = story_id

    def send(self, batch):
        result = Outbox(settings().outbox).send(batch)
        if batch.key.startswith(DUTY) and self.story_id:
            take_back(self.story_id)
            self.story_id = None
        return result


def test_too_little_content_sends_nothing_and_says_what_is_missing(db, join, tell):
    join(Reader("a"))
    tell(Tale("only-one"))
    run_edition()
    assert letters() == {}
    with session_scope() as session:
        campaign = campaigns.by_key(session, KEY)
        holds = opening.edition(session, campaign, clock.today())
        sentence = saying.lacking(session, campaign, duties.duty(DUTY), holds)
    assert "Nytt från universitetet / News from the university has 0 of at least 1" in sentence
    assert "by 2026-12-15" in sentence


def test_what_is_added_before_the_signature_comes_in_and_what_stood_there_keeps_its_place(db, join, tell):
    join(Reader("a"))
    tell(*ENOUGH)
    run_edition(approve=False)
    tell(Tale("newer", sv="Nyare", fields={"publish_from": clock.today()}))
    run_edition()
    text = said(letters()["a@alumni.example.net"])
    assert "Nyare" in text
    with session_scope(reading=True) as session:
        placed = editions.placed(session, campaigns.by_key(session, KEY).id)
        lead = stories.by_slug(session, "lead")
    assert placed[lead.id] == "lead"


def test_a_story_is_in_one_edition_only(db, join, tell):
    join(Reader("a"))
    tell(*ENOUGH)
    run_edition()
    with clock.frozen(TUESDAY + timedelta(days=91)):  # the first Tuesday of March
        run_edition()
    assert len(letters()) == 1, "nothing new is told, so the next edition is not sent"


def test_coordinators_get_a_test_copy_of_each_version_once(db, join, tell):
    join(Reader("a"), Reader("b", language="en", studies={"fysikum": 60.0}))
    tell(*ENOUGH)
    for _ in range(2):
        run_edition(approve=False)
    copies = [path.read_text(encoding="utf-8") for path in settings().outbox.glob("office/test/**/*.eml")]
    central = len(settings().coordinators)
    assert len(copies) == 2 * central + 2  # and each department's own coordinator theirs
    assert all("[Test]" in copy for copy in copies)


def test_a_special_edition_goes_out_at_once_and_a_department_may_send_one_to_its_own(db, join, tell):
    join(Reader("law"), Reader("physics", language="en", studies={"fysikum": 60.0}))
    first = {
        "special_name": "Ny rektor 2026!",
        "special_title_sv": "Ny rektor",
        "special_text_sv": "Vi har en ny rektor.",
    }
    for _ in range(2):
        assert run_edition(**first) == ["quarterly-newsletter/extra-ny-rektor-2026/central"]
    found = letters()
    assert set(found) == {"law@alumni.example.net", "physics@alumni.example.net"}
    assert "Vi har en ny rektor." in said(found["law@alumni.example.net"])
    assert "Ny rektor (in Swedish)" in said(found["physics@alumni.example.net"])

    own = {"special_name": "hemvändardag", "special_title_sv": "Hemvändardag", "special_text_sv": "Kom!"}
    run_edition(**own, department="fysikum")
    assert set(outcomes("quarterly-newsletter/extra-hemvandardag/fysikum")) == {"physics"}


def test_a_special_edition_refuses_stories_that_may_not_be_used(sqlite_db, join, tell):
    join(Reader("kim"))
    tell(Tale("silent", kind="portrait", by="kim", consents=()))
    for slugs, sentence in (("silent", "may not be used"), ("nowhere", "There is no story"), ("", "neither a text")):
        with pytest.raises(PermanentFailure, match=sentence):
            run_edition(special_name="x", special_stories=slugs)
    with pytest.raises(PermanentFailure, match="goes to everyone"):
        run_edition(department="fysikum")


def test_an_edition_that_nobody_got_gives_its_stories_back(db, join, tell):
    join(Reader("a"))
    tell(*ENOUGH)
    run_edition(approve=False)
    with clock.frozen(TUESDAY + timedelta(days=91)):
        assert run_edition() == ["quarterly-newsletter/2027-Q1/central"]
    assert len(letters()) == 1
