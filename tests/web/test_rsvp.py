"""Answering an invitation on the web: what is shown, what is kept, and what is said when it cannot be."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.database import session_scope
from outreach.event import Answer, Event, Seat
from outreach.models import EventRow, Person, PlanStatus, Rsvp
from outreach.queries import one_person, seats
from tests.conftest import NOON
from tests.seats.conftest import lay_event, lay_visit, seats_of, told
from tests.web.conftest import MakePerson, whole_database

CLOSED = NOON + timedelta(days=25)


def at(public_id: str = "kim", about: str = "tokyo-evening") -> str:
    return f"/rsvp/{links.token('rsvp', public_id, about)}"


def answer(client: TestClient, who: str = "kim", said: str = "yes", **fields: Any) -> Any:
    sent = {"matter": "answer", "answer": said, "guests": "0", "needs": "", "version": version(client, who), **fields}
    return client.post(at(who), data=sent)


def version(client: TestClient, who: str) -> str:
    found = re.search(r'name="version" value="(-?\d+)"', client.get(at(who)).text)
    return found[1] if found else "0"


def rsvp(who: str = "kim") -> Rsvp | None:
    with session_scope(reading=True) as session:
        found = select(Rsvp).join(Person, Person.id == Rsvp.person_id).where(Person.public_id == who)
        return session.scalars(found).one_or_none()


def kept(who: str = "kim") -> tuple[str, int, str, str]:
    """(answer, guests, seat, needs)."""
    found = rsvp(who)
    assert found is not None
    return found.answer, found.guests, found.seat, found.needs


@pytest.fixture
def event(sqlite_db: str, make_person: MakePerson) -> Event:
    """Two seats; up to one guest. Kim and Bo read Swedish, Lee English."""
    for name, language in (("kim", "sv"), ("bo", "sv"), ("lee", "en")):
        make_person(name, language=language, time_zone="Asia/Tokyo")
    return lay_event(capacity=2, guests_allowed=1)


def test_page_says_what_when_where_and_who_comes_and_changes_nothing(client: TestClient, event: Event) -> None:
    visit = lay_visit("Rektor och fyra forskare")
    with session_scope() as session:
        session.execute(update(EventRow).values(visit_id=visit))
    before = whole_database()
    content = client.get(at()).text
    for words in (
        "Alumnkväll i Tokyo", "tisdag 22 december 2026 kl. 20.00–23.00 (Tokyotid, UTC+9)",
        "Sveriges ambassad, 1-10-3 Roppongi, Tokyo, Japan", "Rektor och fyra forskare", "lördag 12 december 2026",
        "En kväll om forskning.", "Kim, du är varmt välkommen", "Du får ta med en gäst",
    ):  # fmt: skip
        assert words in content
    assert "Hos dig är klockan" not in content
    assert client.head(at()).status_code == 200
    assert "Kim, you are warmly welcome." in client.get(f"{at('lee')}?done=answer").text
    assert whole_database() == before


def test_reader_elsewhere_sees_their_own_time_too(client: TestClient, event: Event, make_person: MakePerson) -> None:
    make_person("eva", time_zone="Europe/Stockholm")
    assert "Hos dig är klockan då: tisdag 22 december kl. 12.00" in client.get(at("eva")).text


def test_yes_with_a_guest_is_kept_and_shown(client: TestClient, event: Event) -> None:
    done = answer(client, guests="1", needs="  Inga nötter\r\nHiss  ")
    assert done.status_code == 303
    assert kept() == ("yes", 1, "seated", "Inga nötter\nHiss")
    content = client.get(done.headers["location"]).text
    assert "Tack, ditt svar är sparat." in content
    assert "Du och en gäst har plats." in content
    assert 'value="yes" checked' in content
    assert 'value="1"' in content
    assert "Inga nötter" in content


def test_who_comes_too_late_sees_their_number_in_line_in_their_language(client: TestClient, event: Event) -> None:
    answer(client, "kim", guests="1")
    answer(client, "bo")
    answer(client, "lee", guests="1")
    assert "Du är nummer 1 på väntelistan." in client.get(at("bo")).text
    assert "You and one guest are number 2 on the waiting list." in client.get(at("lee")).text


def test_offered_place_is_confirmed_by_one_button_or_given_on(client: TestClient, event: Event) -> None:
    for who in ("kim", "bo", "lee"):
        answer(client, who, guests="1" if who == "kim" else "0")
    answer(client, "kim", "no")
    content = client.get(at("bo")).text
    assert "En plats är din till måndag 23 november kl. 20.00 om du bekräftar." in content  # by the clock in Tokyo
    assert client.post(at("bo"), data={"matter": "confirm"}).status_code == 303
    assert client.post(at("bo"), data={"matter": "confirm"}).status_code == 303
    assert kept("bo")[2] == "seated"
    declined = re.search(
        r'name="answer" value="no"><input type="hidden" name="version" value="(\d+)"', client.get(at("lee")).text
    )
    assert declined is not None
    assert answer(client, "lee", "no", version=declined[1]).status_code == 303
    assert "Du har svarat att du inte kan komma." in client.get(at("kim")).text


def test_offer_that_lapsed_is_said_so_and_is_not_confirmed(client: TestClient, event: Event) -> None:
    answer(client, "kim", guests="1")
    answer(client, "bo")
    answer(client, "kim", "no")
    with clock.frozen(NOON + timedelta(hours=25)):
        assert "Platsen bekräftades inte i tid" in client.get(at("bo")).text
        late = client.post(at("bo"), data={"matter": "confirm"})
        assert late.status_code == 409
        assert "Platsen är inte längre din att bekräfta" in late.text
        assert kept("bo")[2] == "lapsed"
        assert "svara ja igen" in late.text
        answer(client, "bo")
        assert kept("bo")[2] == "seated"


@pytest.mark.parametrize("guests", ["10000", "10 000", "2", "-1", "två", "9" * 5000, "1e3", "٣"])
def test_guests_beyond_what_is_allowed_get_a_sentence_and_nothing_typed_is_lost(
    client: TestClient, event: Event, guests: str
) -> None:
    refused = answer(client, guests=guests, needs="Nötter")
    assert refused.status_code == 422
    assert "Så många gäster går det inte att ta med." in refused.text
    assert f'value="{guests}"' in refused.text
    assert "Nötter</textarea>" in refused.text
    assert 'value="yes" checked' in refused.text
    assert rsvp() is None


def test_more_guests_than_there_is_room_for_leave_the_old_answer(client: TestClient, event: Event) -> None:
    answer(client, "kim")
    answer(client, "bo")
    refused = answer(client, "kim", guests="1", needs="Hiss")
    assert refused.status_code == 409
    assert "Det finns inte plats för så många gäster just nu" in refused.text
    assert "Hiss</textarea>" in refused.text
    assert "Du har en plats." in refused.text
    assert kept() == ("yes", 0, "seated", "")


def test_nothing_chosen_is_asked_for(client: TestClient, event: Event) -> None:
    refused = answer(client, said="", needs="Hiss")
    assert refused.status_code == 422
    assert 'href="#answer">Kommer du?: Välj ja, kanske eller nej.' in refused.text
    assert "Hiss</textarea>" in refused.text
    assert client.post(at(), data={"matter": "party"}).status_code == 422
    assert client.post(at(), data={}).status_code == 422


def test_needs_are_text_whatever_they_hold(client: TestClient, event: Event) -> None:
    hostile = '<script>alert(1)</script> {{ 7 * 7 }} "&</textarea><b>\x00'
    answer(client, needs=hostile)
    assert kept()[3] == '<script>alert(1)</script> {{ 7 * 7 }} "&</textarea><b>'
    content = client.get(at()).text
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} &#34;&amp;&lt;/textarea&gt;&lt;b&gt;</textarea>" in content
    )
    assert "<script" not in content
    too_long = answer(client, needs="å" * 501)
    assert too_long.status_code == 422
    assert "Skriv högst 500 tecken." in too_long.text
    assert "å" * 501 in too_long.text
    assert answer(client, needs="å" * 500).status_code == 303


def test_no_gives_the_seat_up_and_forgets_guests_and_needs(client: TestClient, event: Event) -> None:
    answer(client, guests="1", needs="Hiss")
    assert answer(client, said="no", guests="10000", needs="x" * 900).status_code == 303
    assert kept() == ("no", 0, "none", "")
    assert answer(client, said="perhaps", needs="Hiss").status_code == 303
    assert kept() == ("perhaps", 0, "none", "Hiss")
    assert "Du har svarat kanske. Ingen plats hålls för dig." in client.get(at()).text


def test_two_who_use_one_link_do_not_undo_each_other_unseen(client: TestClient, event: Event) -> None:
    seen = version(client, "kim")
    assert answer(client, guests="1", needs="Hiss", version=seen).status_code == 303
    refused = answer(client, said="no", needs="Nötter", version=seen)
    assert refused.status_code == 409
    assert "Svaret har ändrats sedan du öppnade sidan" in refused.text
    assert "Du och en gäst har plats." in refused.text  # what stands
    assert 'value="no" checked' in refused.text  # what was typed
    assert "Nötter</textarea>" in refused.text
    assert kept() == ("yes", 1, "seated", "Hiss")
    again = re.search(r'name="version" value="(\d+)"', refused.text)
    assert again is not None
    assert answer(client, said="no", version=again[1]).status_code == 303
    assert kept()[0] == "no"
    assert answer(client, said="yes", version="nonsense").status_code == 409


def test_button_pressed_twice_is_one_answer(client: TestClient, event: Event) -> None:
    for _ in range(2):
        assert answer(client, guests="1", version="0").status_code == 303
    assert len(told(event)) == 1


def test_after_the_last_day_the_page_says_so_and_a_seat_can_be_given_up(client: TestClient, event: Event) -> None:
    answer(client, "kim")
    answer(client, "bo")
    answer(client, "lee")
    with clock.frozen(CLOSED):
        content = client.get(at()).text
        assert "Sista dagen att svara har passerat" in content
        assert "<textarea" not in content
        late = answer(client, guests="1", needs="Hiss <b>")
        assert late.status_code == 409
        assert "Svaret kom efter sista dagen och är inte sparat" in late.text
        assert "<q>Hiss &lt;b&gt;</q>" in late.text  # what they typed is there to copy
        assert kept() == ("yes", 0, "seated", "")
        assert answer(client, said="no", version="1").status_code == 303
        assert "A place is yours until" in client.get(at("lee")).text
        assert client.post(at("lee"), data={"matter": "confirm"}).status_code == 303
    assert {seat for seat, _ in seats_of(event).values()} == {Seat.NONE, Seat.SEATED}


def test_answer_after_the_last_day_by_who_never_answered(client: TestClient, event: Event) -> None:
    with clock.frozen(CLOSED):
        assert "Vill du ändå komma, skriv till oss" in client.get(at()).text
        assert answer(client).status_code == 409
    assert rsvp() is None


def test_cancelled_event_says_so_and_takes_no_answer(client: TestClient, event: Event) -> None:
    answer(client, needs="Hiss")
    with session_scope() as session:
        session.execute(update(EventRow).values(status=PlanStatus.CANCELLED))
    content = client.get(at()).text
    assert "Evenemanget är inställt." in content
    assert "<form" not in content
    refused = answer(client, said="no", version="1")
    assert refused.status_code == 409
    assert "redan var inställt" in refused.text
    assert kept() == ("yes", 0, "seated", "Hiss")


def test_event_that_has_begun_takes_no_answer(client: TestClient, event: Event) -> None:
    with clock.frozen(event.starts_at + timedelta(minutes=5)):
        assert "Evenemanget har börjat" in client.get(at()).text
        assert "redan hade börjat" in answer(client, needs="Hiss").text
    assert rsvp() is None


def test_one_line_of_feedback_after_the_event(client: TestClient, event: Event) -> None:
    answer(client)
    assert client.post(at(), data={"matter": "feedback", "feedback": "För tidigt"}).status_code == 422
    with clock.frozen(event.ends_at + timedelta(days=1)):
        assert "Hur var det?" in client.get(at()).text
        assert "<form" not in client.get(at("bo")).text  # who had no seat is not asked
        assert client.post(at("bo"), data={"matter": "feedback", "feedback": "Jag?"}).status_code == 422
        done = client.post(at(), data={"matter": "feedback", "feedback": " Fin kväll!\n<b>Mer</b> kaffe "})
        assert done.status_code == 303
        content = client.get(done.headers["location"]).text
        assert "Tack, vi har tagit emot det." in content
        assert 'value="Fin kväll! &lt;b&gt;Mer&lt;/b&gt; kaffe"' in content
        too_long = client.post(at(), data={"matter": "feedback", "feedback": "x" * 501})
        assert too_long.status_code == 422
        assert "x" * 501 in too_long.text
        assert answer(client, said="no", version="1").status_code == 409
    kept_line = rsvp()
    assert kept_line is not None
    assert (kept_line.feedback, kept_line.seat) == ("Fin kväll! <b>Mer</b> kaffe", "seated")


def test_forged_expired_and_erased_links_get_pages_of_their_own(client: TestClient, event: Event) -> None:
    good = at()
    tampered = good.replace("tokyo-evening", "tokyo-dinner")
    other_use = f"/rsvp/{links.token('preferences', 'kim')}"
    old = f"/rsvp/{links.token('rsvp', 'kim', event.public_id, NOON - timedelta(seconds=1))}"
    answer(client, needs="Hiss")
    before = whole_database()
    for path, status in ((tampered, 400), (other_use, 400), (f"{good}x", 400), (old, 410), (at(about="gone"), 410)):
        posted = client.post(path, data={"matter": "answer", "answer": "no", "version": "1"})
        assert (client.get(path).status_code, posted.status_code) == (status, status)
    assert whole_database() == before
    with session_scope() as session:
        one_person.erase(session, "kim@student.example.org", NOON, actor="cli")
    assert client.get(good).status_code == 410
    assert "Vi har inga uppgifter om dig" in client.get(good).text
    assert answer(client).status_code == 410


def test_title_and_text_of_an_event_are_shown_as_text(client: TestClient, event: Event) -> None:
    with session_scope() as session:
        session.execute(
            update(EventRow).values(title_sv="<i>Kväll</i>", body_sv="<script>x</script> **Mat**", venue="<b>")
        )
    content = client.get(at()).text
    assert "<h1>&lt;i&gt;Kväll&lt;/i&gt;</h1>" in content
    assert "&lt;script&gt;x&lt;/script&gt; <strong>Mat</strong>" in content
    assert "<script" not in content
    assert "<b>" not in content


def test_language_asked_for_stays_after_the_answer(client: TestClient, event: Event) -> None:
    sent = {"matter": "answer", "answer": Answer.YES.value, "version": "0"}
    done = client.post(f"{at()}?lang=en", data=sent)
    assert "You have a place." in client.get(done.headers["location"]).text


def test_answers_by_link_and_by_query_are_one(client: TestClient, event: Event) -> None:
    answer(client, guests="1", needs="Hiss")
    kim = rsvp()
    assert kim is not None
    assert kim.person_id is not None
    with session_scope(reading=True) as session:
        stands = seats.standing(session, event.id, kim.person_id)
    assert stands is not None
    assert (stands.answer, stands.guests, stands.seat, stands.needs, stands.version) == (
        Answer.YES, 1, Seat.SEATED, "Hiss", 1,
    )  # fmt: skip
