"""Telling a story: the form, what becomes of it, and what is refused beside its field."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pillow
from sqlalchemy import func, select
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import Image, StoryConsent, StoryRow, StoryStatus
from outreach.queries import stories
from outreach.settings import settings
from outreach.story import Channel
from outreach.web import story, story_form
from tests.web.conftest import MakePerson, whole_database


def at(public_id: str = "kim") -> str:
    return f"/story/{links.token('story', public_id)}"


def story_fields(**changes: Any) -> dict[str, Any]:
    """What the page sends for a story without a picture."""
    return {
        "kind": "portrait",
        "told_in": "sv",
        "title": "Från fält till stab",
        "body": "Jag läste **systemvetenskap**.\r\n\r\nNu arbetar jag i Kiruna.",
        "link": "",
        "alt": "",
        "channel": ["newsletter", "web"],
        **changes,
    }


def jpeg(size: tuple[int, int] = (900, 600), kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Pillow.new("RGB", size, (11, 61, 107)).save(out, kind)
    return out.getvalue()


def told() -> list[StoryRow]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(StoryRow).order_by(StoryRow.id)))


def answers_of(story_id: int) -> list[tuple[str, bool, str]]:
    with session_scope(reading=True) as session:
        found = select(StoryConsent).where(StoryConsent.story_id == story_id).order_by(StoryConsent.id)
        return [(row.channel, row.given, row.source) for row in session.scalars(found)]


def test_nothing_is_ticked_beforehand_and_looking_changes_nothing(client: TestClient, kim: str) -> None:
    before = whole_database()
    page = client.get(at())
    assert page.status_code == 200
    assert 'type="checkbox"' in page.text
    boxes = [part.partition(">")[0] for part in page.text.split('type="checkbox"')[1:]]
    assert not any("checked" in box for box in boxes)
    assert 'name="kind" value="portrait" checked' in page.text
    for word in ("samtycke", "högst två år", "Integritetsskyddsmyndigheten", "när som helst"):
        assert word in page.text
    assert whole_database() == before


def test_a_story_becomes_a_draft_of_the_tellers_department_that_says_where_it_may_stand(
    client: TestClient, kim: str
) -> None:
    answer = client.post(at(), data=story_fields(link="www.example.org/jag"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at()}/mine?done=told")
    [kept] = told()
    assert (kept.status, kept.source, kept.kind, kept.department_code) == (StoryStatus.DRAFT, "page", "portrait", "dsv")
    assert (kept.title_sv, kept.title_en, kept.portrays) == ("Från fält till stab", "", True)
    assert kept.body_sv == "Jag läste **systemvetenskap**.\n\nNu arbetar jag i Kiruna."
    assert kept.link == "https://www.example.org/jag"
    assert (kept.publish_until - clock.today()).days == story_form.SHOWN_DAYS  # type: ignore[operator]
    assert answers_of(kept.id) == [("newsletter", True, "page"), ("web", True, "page")]
    with session_scope(reading=True) as session:
        wording = session.scalars(select(StoryConsent.wording).where(StoryConsent.channel == "web")).one()
    assert wording.startswith("Ja, min berättelse och bild får visas på")
    assert "kan ta tillbaka mitt ja" in wording
    assert "Tack för att du berättar!" in client.get(answer.headers["location"]).text


def test_the_wording_stored_is_that_of_the_language_the_page_was_in(client: TestClient, kim: str) -> None:
    client.post(f"{at()}?lang=en", data=story_fields(told_in="en"))
    [kept] = told()
    assert (kept.title_sv, kept.title_en) == ("", "Från fält till stab")
    with session_scope(reading=True) as session:
        assert all("at any time" in wording for wording in session.scalars(select(StoryConsent.wording)))


def test_a_told_story_is_used_only_when_ready_and_where_its_teller_said_yes(client: TestClient, kim: str) -> None:
    client.post(at(), data=story_fields())
    [kept] = told()
    with session_scope() as session:
        assert stories.usable(session, Channel.WEB, clock.today()) == []
        stories.make_ready(session, kept.id, clock.now())
        usable = {channel for channel in Channel if stories.usable(session, channel, clock.today())}
    assert usable == {Channel.NEWSLETTER, Channel.WEB}


def test_a_button_pressed_twice_tells_one_story(client: TestClient, kim: str) -> None:
    answers = [client.post(at(), data=story_fields()) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    [kept] = told()
    assert len(answers_of(kept.id)) == 2


def test_a_story_sent_from_two_windows_at_once_is_one_and_four_are_three(client: TestClient, kim: str) -> None:
    with ThreadPoolExecutor(4) as windows:
        same = windows.map(lambda _: client.post(at(), data=story_fields()).status_code, range(4))
        assert set(same) == {303}
        assert len(told()) == 1
        titles = [f"Nummer {number}" for number in range(4)]
        sent = list(windows.map(lambda title: client.post(at(), data=story_fields(title=title)).status_code, titles))
    assert sorted(sent) == [303, 303, 409, 409]
    assert len(told()) == story.MOST_WAITING


def test_at_most_three_stories_of_a_person_wait(client: TestClient, kim: str, make_person: MakePerson) -> None:
    sent = [client.post(at(), data=story_fields(title=f"Nummer {number}")).status_code for number in range(5)]
    assert sent == [303, 303, 303, 409, 409]
    assert client.post(at(), data=story_fields(title="Nummer 2")).status_code == 303  # pressed twice
    assert len(told()) == story.MOST_WAITING
    page = client.get(at()).text
    assert "<form" not in page
    assert "väntar på att bli lästa" in page
    assert client.post(at(make_person("ada")), data=story_fields()).status_code == 303


def test_a_picture_is_made_anew_and_stands_with_its_description(client: TestClient, kim: str) -> None:
    files = {"picture": ("jag.jpg", jpeg(), "image/jpeg")}
    assert client.post(at(), data=story_fields(alt="Jag på taket"), files=files).status_code == 303
    [kept] = told()
    assert (kept.image_alt_sv, kept.image_alt_en) == ("Jag på taket", "")
    with session_scope(reading=True) as session:
        image = session.get_one(Image, kept.image_id)
    served = client.get(f"/images/{image.digest}-{image.width}.jpg")
    assert served.status_code == 200
    assert Pillow.open(BytesIO(served.content)).size == (900, 600)
    assert f"/images/{image.digest}-640.jpg" in client.get(f"{at()}/mine").text


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"title": "  "}, "title", "Ge berättelsen en rubrik."),
        ({"body": ""}, "body", "Skriv din berättelse."),
        ({"title": "x" * 201}, "title", "Det här är för långt."),
        ({"body": "Se [mig](javascript:alert(1))"}, "body", "En länk i texten går inte att använda."),
        ({"body": "<script>alert(1)</script>"}, "body", "Texten innehåller programkod"),
        ({"body": "![jag](https://example.org/a.png)"}, "body", "Det går inte att lägga bilder i texten."),
        ({"title": "Hej tag0123456789_first_name_tZ"}, "title", "Det här kan inte skrivas i ett brev."),
        ({"link": "javascript:alert(1)"}, "link", "Skriv en hel adress"),
        ({"link": "mailto:kim@example.org"}, "link", "Skriv en hel adress"),
        ({"kind": "research"}, "kind", "Välj vad berättelsen handlar om."),
        ({"told_in": "fi"}, "told_in", "Välj svenska eller engelska."),
        ({"channel": []}, "channels", "Kryssa för minst ett ställe"),
        ({"channel": ["television"]}, "channels", "Kryssa för minst ett ställe"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    client: TestClient, kim: str, change: dict[str, Any], field: str, sentence: str
) -> None:
    typed = {"link": "https://www.example.org/mitt", "alt": "Det jag skrev", **change}
    page = client.post(at(), data=story_fields(**typed))
    assert page.status_code == 422
    assert f'id="{field}-wrong">{sentence}' in page.text
    assert f'<a href="#{field}">' in page.text
    assert "Det jag skrev" in page.text
    if "channel" not in change:
        assert 'value="newsletter" checked' in page.text
    assert told() == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Filen är ingen bild vi kan läsa."),
        (b"<!doctype html><script>alert(1)</script>", "Filen är ingen bild vi kan läsa."),
        (jpeg()[:400], "Bilden är avbruten eller trasig."),
        (jpeg((60, 60)), "Bilden är för liten eller för smal."),
        (jpeg((7000, 5000), "PNG"), "fler än 30 miljoner bildpunkter"),
    ],
)
def test_a_picture_that_cannot_be_used_is_named_beside_its_field(
    client: TestClient, kim: str, data: bytes, sentence: str
) -> None:
    page = client.post(at(), data=story_fields(alt="Jag"), files={"picture": ("jag.png", data, "image/png")})
    assert page.status_code == 422
    assert sentence in page.text.partition('id="picture-wrong">')[2].partition("</p>")[0]
    assert told() == []
    assert not list((settings().data_dir).glob("images/*"))


def test_a_picture_stays_through_an_error_elsewhere_and_needs_a_description(client: TestClient, kim: str) -> None:
    first = client.post(at(), data=story_fields(), files={"picture": ("jag.jpg", jpeg(), "image/jpeg")})
    assert first.status_code == 422
    assert 'id="alt-wrong">Beskriv vad bilden visar' in first.text
    kept = first.text.partition('name="kept" value="')[2].partition('"')[0]
    assert client.post(at(), data=story_fields(kept=kept, alt="Jag på taket")).status_code == 303
    assert [row.image_id is not None for row in told()] == [True]


def test_the_picture_of_an_error_can_be_left_out_and_is_nobody_elses(
    client: TestClient, kim: str, make_person: MakePerson
) -> None:
    page = client.post(at(), data=story_fields(), files={"picture": ("jag.jpg", jpeg(), "image/jpeg")})
    kept = page.text.partition('name="kept" value="')[2].partition('"')[0]
    client.post(at(), data=story_fields(kept=kept, without_picture="yes"))
    client.post(at(make_person("ada")), data=story_fields(kept=kept, alt="Stulen"))
    client.post(at(make_person("bo")), data=story_fields(kept=kept + "x", alt="Påhittad"))
    assert [row.image_id for row in told()] == [None, None, None]


def test_too_large_a_body_is_refused_while_it_streams(client: TestClient, kim: str) -> None:
    taken = 0

    def stream() -> Any:
        nonlocal taken
        yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
        for _ in range(200):
            taken += 1
            yield b"x" * 1024 * 1024

    answer = client.post(at(), content=stream(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413
    assert told() == []


def test_nothing_is_taken_in_without_a_good_link(client: TestClient, kim: str) -> None:
    before = whole_database()
    for token in ("x", links.token("preferences", kim), links.token("story", kim) + "x"):
        for path in (f"/story/{token}", f"/story/{token}/mine"):
            assert client.get(path).status_code == 400
            files = {"picture": ("jag.jpg", jpeg(), "image/jpeg")}
            assert client.post(path, data=story_fields(alt="Jag"), files=files).status_code == 400
    assert client.get(at("nobody")).status_code == 410
    assert whole_database() == before
    assert not list((settings().data_dir).glob("images/*"))


def test_unseen_marks_are_taken_out_and_markup_is_shown_as_text(client: TestClient, kim: str) -> None:
    client.post(at(), data=story_fields(title="Hej\u202edå\x00", body="Fet <b>stil</b> & שלום"))
    [kept] = told()
    assert kept.title_sv == "Hejdå"
    page = client.get(f"{at()}/mine").text
    assert "Fet &lt;b&gt;stil&lt;/b&gt; &amp; שלום" in page


def test_preferences_lead_to_the_story_page(client: TestClient, kim: str) -> None:
    page = client.get(f"/preferences/{links.token('preferences', kim)}").text
    assert f'href="{at()}"' in page
    assert f'href="{at()}/mine"' in page


def test_two_people_may_tell_the_same(client: TestClient, kim: str, make_person: MakePerson) -> None:
    for public_id in (kim, make_person("ada")):
        client.post(at(public_id), data=story_fields())
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(StoryRow)) == 2
