"""The newsletter on the web: public once it is sent, with nothing personal in it and nobody who said no."""

import warnings
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from outreach import clock, tags
from outreach.database import session_scope
from outreach.queries import stories
from outreach.story import Channel
from outreach.web.app import create_app
from tests.newsletter.conftest import ENOUGH, Reader, Tale, run_edition

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = "/newsletter/2026-q4"


@pytest.fixture
def web(home) -> Iterator[TestClient]:
    with TestClient(create_app(), raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def test_an_edition_is_public_once_it_is_sent_and_not_before(db, join, tell, web):
    join(Reader("a"))
    tell(*ENOUGH, Tale("of-law", department="juridik", sv="Från juristerna"))
    run_edition(approve=False)
    assert web.get(PAGE).status_code == 404
    assert "2026-q4" not in web.get("/newsletter").text
    run_edition()
    page = web.get(f"{PAGE}?lang=sv")
    assert page.status_code == 200
    assert "Nyhetsbrev december 2026" in page.text
    assert "<h2>Juridiska institutionen</h2>" in page.text
    assert "Från din institution" not in page.text
    assert f"{PAGE}?lang=en" in web.get("/newsletter?lang=en").text
    assert page.headers["x-robots-tag"] == "all"


def test_no_personal_link_or_tag_stands_on_the_page(db, join, tell, web):
    join(Reader("a"))
    tell(*ENOUGH)
    run_edition()
    for language in ("sv", "en"):
        page = web.get(f"{PAGE}?lang={language}").text
        assert not tags.ANY_TAG.search(page)
        assert not any(word in page for word in ("/unsubscribe/", "/preferences/", "/join/", "Åsa"))


def test_a_story_without_consent_for_the_web_is_not_on_it_then_or_later(db, join, tell, web):
    join(Reader("kim"), Reader("lo"))
    told = tell(
        *ENOUGH,
        Tale("in-mail-only", "portrait", by="kim", sv="Bara i brevet", consents=[Channel.NEWSLETTER]),
        Tale("changes-mind", "portrait", "juridik", by="lo", sv="Ångrar sig sedan"),
        Tale("never-meant", department="juridik", sv="Inte för webben", fields={"channels": "newsletter"}),
    )
    run_edition()
    page = web.get(f"{PAGE}?lang=sv").text
    assert "Ångrar sig sedan" in page
    assert "Bara i brevet" not in page
    assert "Alumnporträttet" not in page, "a section without a story has no heading either"
    assert "Inte för webben" not in page
    with session_scope() as session:
        stories.record_consent(
            session, told["changes-mind"], Channel.WEB, given=False, source="test", wording="Nej", now=clock.now()
        )
    assert "Ångrar sig sedan" not in web.get(f"{PAGE}?lang=sv").text


def test_hostile_stories_stay_text_on_the_page(db, join, tell, web):
    join(Reader("a"))
    tell(
        *ENOUGH, Tale("nasty", department="juridik", sv="<!--/story--><script>x</script>", body="<b>x</b> [y](data:z)")
    )
    run_edition()
    page = web.get(f"{PAGE}?lang=sv").text
    assert "<script" not in page
    assert 'href="data:' not in page
    assert "&lt;script&gt;" in page


def test_the_feed_is_valid_atom(db, join, tell, web):
    join(Reader("a"))
    tell(*ENOUGH)
    empty = ElementTree.fromstring(web.get("/newsletter/feed.atom?lang=sv").content)
    assert empty.find(f"{ATOM}entry") is None
    run_edition()
    answer = web.get("/newsletter/feed.atom?lang=sv")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for one in (feed, *feed.findall(f"{ATOM}entry")):  # RFC 4287, 4.1.1 and 4.1.2: exactly one of each
        for name in ("id", "title", "updated"):
            (found,) = one.findall(f"{ATOM}{name}")
            assert found.text
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
    (entry,) = feed.findall(f"{ATOM}entry")
    assert web.get(entry.find(f"{ATOM}link").get("href").partition("8400")[2]).status_code == 200


def test_the_pages_are_there_before_anything_was_sent(sqlite_db, web):
    assert web.get("/newsletter/contribute?lang=sv").status_code == 200
    assert "har inte skickats" in web.get("/newsletter?lang=sv").text
    assert web.get("/newsletter/nowhere").status_code == 404


def test_a_special_edition_has_a_page_too(db, join, tell, web):
    join(Reader("a"))
    run_edition(special_name="Ny rektor", special_title_sv="Ny rektor", special_text_sv="En **ny** rektor.")
    page = web.get("/newsletter/extra-ny-rektor?lang=en").text
    assert "<strong>ny</strong>" in page
    assert "(in Swedish)" in page
