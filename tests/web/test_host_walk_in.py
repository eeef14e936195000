"""Who comes without an answer: found in the register, added by name, or joining at the door by their own yes."""

import re
import threading
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from outreach import clock, links
from outreach.database import session_scope
from outreach.duties import purposes
from outreach.event import Event
from outreach.models import Audit, Consent, Membership, Person
from outreach.queries import names, one_person, suppressions, walk_ins
from outreach.web.app import create_app
from tests.conftest import NOON
from tests.web.conftest import MakePerson, consents_of, person, whole_database, with_studies
from tests.web.hosting import DOORS, all_rsvps, answered, coordinator_id, host_path, tonight

ONCE = "0123456789abcdef"


@pytest.fixture
def evening(db: str) -> Event:
    return tonight()


def send(client: TestClient, event: Event, **fields: Any) -> Any:
    """What the walk-in form sends; a redirect is followed."""
    form = {"matter": "new", "once": ONCE, "guests": "0", "first_name": "", "last_name": "", "email": "", **fields}
    with clock.frozen(DOORS):
        answer = client.post(host_path(event) + "/walk-in", data=form)
        return client.get(answer.headers["location"]) if answer.status_code == 303 else answer


def joining(**fields: Any) -> dict[str, Any]:
    return {
        "first_name": "Lo", "last_name": "Ek", "email": "Lo.Ek@Example.com", "language": "en", "agree": "yes",
        "purpose": ["events"], **fields,
    }  # fmt: skip


def search(client: TestClient, event: Event, query: str) -> str:
    with clock.frozen(DOORS):
        answer = client.post(host_path(event) + "/walk-in", data={"matter": "search", "q": query})
    assert answer.status_code == 200
    return answer.text


def people_by_address(address: str) -> list[Person]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(Person).where(Person.address_hash == links.address_hash(address))))


def came(event: Event) -> list[tuple[int | None, str, int]]:
    return [(row.person_id, row.name, row.guests_came) for row in all_rsvps(event) if row.checked_in_at]


def test_register_is_searched_by_the_beginnings_of_names_and_shows_only_enough(
    client: TestClient, evening: Event, make_person: MakePerson
) -> None:
    with_studies(make_person("asa", first_name="Åsa-Marie", last_name="Öberg Sørensen"))
    make_person("lasse", first_name="Lasse", last_name="Berg")
    before = whole_database()
    for query in ("asa oberg", "MARIE sør", "öb", "ASA@student.example.org", "sorensen asa"):
        page = search(client, evening, query) if query != "öb" else search(client, evening, "öbe")
        assert "Åsa-Marie Öberg Sørensen" in page
        assert "Institutionen för data- och systemvetenskap, 2027" in page
        assert "Lasse" not in page
        assert "@student" not in page.replace(f'value="{query}"', "")
    assert "Vi hittar ingen" in search(client, evening, "asse")  # not from the middle of a name
    assert "minst tre bokstäver" in search(client, evening, "å%")
    assert whole_database() == before


def test_more_than_eight_of_a_name_ask_for_more_of_it(
    client: TestClient, evening: Event, make_person: MakePerson
) -> None:
    for number in range(9):
        make_person(f"kim{number}")
    page = search(client, evening, "kim")
    assert "Det finns fler. Skriv mer av namnet." in page
    assert page.count('<p class="name">Kim Öberg') == 8


@pytest.mark.parametrize(
    "name", ["Åsa-Marie O’Örn", "Łukasz Żółć", "Ægir Þór ß", "Nguyễn Văn Đức", "İpek I", "50% _x\\'"]
)
def test_the_databases_find_a_name_by_each_of_its_folded_words(db: str, make_person: MakePerson, name: str) -> None:
    make_person("one", first_name=name, last_name="")
    make_person("two", first_name="Someone", last_name="Else")

    def found(*words: str) -> set[str]:
        with session_scope(reading=True) as session:
            return set(session.scalars(select(Person.first_name).where(*names.says(Person.first_name, [*words]))))

    words = names.fold(name).split()
    assert found(*words) == {name}
    assert [found(word) for word in words] == [{name}] * len(words)
    assert found(words[0] + "x") == set()


def test_known_alumn_is_checked_in_once_with_guests(client: TestClient, evening: Event, kim: str) -> None:
    page = send(client, evening, matter="known", person=kim, guests="2").text
    assert "Kim Öberg är incheckad." in page
    page = send(client, evening, matter="known", person=kim, guests="0").text
    assert "var redan incheckad" in page
    assert came(evening) == [(person(kim).id, "", 2)]
    assert all_rsvps(evening)[0].walk_in
    assert person(kim).membership == Membership.INVITED
    assert "Är redan här" in search(client, evening, "kim")


def test_who_is_on_the_list_already_is_checked_in_there(client: TestClient, evening: Event, kim: str) -> None:
    answered(evening, kim, answer="no", seat="none")
    send(client, evening, matter="known", person=kim)
    [row] = all_rsvps(evening)
    assert (row.answer, row.walk_in, row.checked_in_at) == ("no", False, DOORS)


def test_a_name_is_enough_and_the_same_form_twice_is_one_guest(client: TestClient, evening: Event) -> None:
    for _ in range(2):
        page = send(client, evening, first_name="Lo", last_name="<b>Ek", guests="1").text
        assert "Lo &lt;b&gt;Ek är incheckad." in page
    assert came(evening) == [(None, "Lo <b>Ek", 1)]
    send(client, evening, first_name="Bo", last_name="Ek")  # gone back, and written another name into the same form
    assert [name for _, name, _ in came(evening)] == ["Lo <b>Ek", "Bo Ek"]
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_form_sent_twice_at_the_same_moment_is_one_guest(evening: Event) -> None:
    begin = threading.Barrier(4)

    def sending() -> None:
        with TestClient(create_app(), follow_redirects=False) as own:
            begin.wait()
            form = {"matter": "new", "once": ONCE, "first_name": "Lo", "last_name": "Ek", "guests": "0"}
            own.post(host_path(evening) + "/walk-in", data=form)

    with clock.frozen(DOORS):
        threads = [threading.Thread(target=sending) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert came(evening) == [(None, "Lo Ek", 0)]


def test_the_same_name_as_somebody_on_the_list_is_asked_about(client: TestClient, evening: Event, kim: str) -> None:
    answered(evening, kim)
    asked = send(client, evening, first_name="öberg", last_name="KIM")
    assert asked.status_code == 409
    assert "Det finns redan någon som heter så" in asked.text
    assert f'#g{all_rsvps(evening)[0].id}">Kim Öberg</a>' in asked.text
    assert came(evening) == []
    once = re.search(r'name="once" value="([^"]+)"', asked.text)
    assert once
    assert once[1] == ONCE
    send(client, evening, first_name="öberg", last_name="KIM", anyway="yes")
    send(client, evening, first_name="öberg", last_name="KIM", anyway="yes")
    assert came(evening) == [(None, "öberg KIM", 0)]


def test_with_their_own_yes_somebody_new_becomes_a_member(client: TestClient, evening: Event) -> None:
    page = send(client, evening, **joining()).text
    assert "Gästen är nu med i alumnnätverket." in page
    [new] = people_by_address("lo.ek@example.com")
    assert (new.first_name, new.last_name, new.language, new.membership) == ("Lo", "Ek", "en", Membership.MEMBER)
    assert (new.joined_at, new.student_uid) == (DOORS, None)
    assert {"email", "first_name", "language", "last_name"} == set(new.own_fields.split())
    assert consents_of(new.public_id) == [("events", True, "walk-in")]
    with session_scope(reading=True) as session:
        assert session.scalars(select(Consent.wording)).one() == purposes()["events"].wording_sv  # what the page showed
    assert came(evening) == [(new.id, "", 0)]
    send(client, evening, **joining())
    assert len(people_by_address("lo.ek@example.com")) == 1
    assert len(came(evening)) == 1


def test_without_a_yes_no_address_is_kept(client: TestClient, evening: Event) -> None:
    before = whole_database()
    refused = send(client, evening, **joining(agree=""))
    assert refused.status_code == 422
    assert "Utan ett ja sparar vi ingen adress." in refused.text
    assert send(client, evening, **joining(email="nope")).status_code == 422
    assert send(client, evening, last_name=" ").status_code == 422
    assert whole_database() == before


def test_somebody_known_by_their_address_joins_and_keeps_what_they_said(
    client: TestClient, evening: Event, make_person: MakePerson
) -> None:
    make_person("lo", email="lo.ek@example.com", first_name="Lo", last_name="Ek Andersson", language="sv")
    send(client, evening, **joining())
    [known] = people_by_address("lo.ek@example.com")
    assert (known.last_name, known.language, known.membership) == ("Ek Andersson", "sv", Membership.MEMBER)
    assert consents_of("lo") == [("events", True, "walk-in")]
    assert came(evening) == [(known.id, "", 0)]


def test_a_box_left_empty_takes_no_earlier_yes_back(
    client: TestClient, evening: Event, make_person: MakePerson
) -> None:
    make_person("lo", email="lo.ek@example.com", first_name="Lo", last_name="Ek", membership=Membership.MEMBER)
    say("lo", "newsletter", True)
    send(client, evening, **joining(purpose=[]))
    assert consents_of("lo") == [("newsletter", True, "test")]


def say(public_id: str, purpose: str, given: bool) -> None:
    with session_scope() as session:
        found = session.scalars(select(Person.id).where(Person.public_id == public_id)).one()
        basis = {"legal_basis": "consent", "source": "test", "wording": "w", "at": NOON}
        session.add(Consent(person_id=found, purpose=purpose, given=given, **basis))


def refused_address(client: TestClient, event: Event) -> None:
    """The guest is here by name alone, and nothing else has come of the address."""
    page = send(client, event, **joining()).text
    assert "Lo Ek är incheckad." in page
    assert "Adressen kunde inte läggas till härifrån." in page
    assert came(event) == [(None, "Lo Ek", 0)]


@pytest.mark.parametrize("reason", [suppressions.UNSUBSCRIBED, "bounce", "complaint"])
def test_an_address_that_is_stopped_is_not_brought_back(client: TestClient, evening: Event, reason: str) -> None:
    with session_scope() as session:
        suppressions.lay(session, links.address_hash("lo.ek@example.com"), suppressions.EVERYTHING, reason, NOON)
    refused_address(client, evening)
    assert people_by_address("lo.ek@example.com") == []


def test_who_was_erased_is_not_brought_back(client: TestClient, evening: Event, make_person: MakePerson) -> None:
    make_person("lo", email="lo.ek@example.com", first_name="Lo", last_name="Ek")
    with session_scope() as session:
        one_person.erase(session, "lo.ek@example.com", NOON, actor="test")
    refused_address(client, evening)
    assert people_by_address("lo.ek@example.com") == []


def test_who_has_left_is_not_brought_back_by_a_host(
    client: TestClient, evening: Event, make_person: MakePerson
) -> None:
    make_person("lo", email="lo.ek@example.com", first_name="Lo", last_name="Ek", membership=Membership.LEFT)
    refused_address(client, evening)
    assert person("lo").membership == Membership.LEFT
    assert consents_of("lo") == []


def test_an_address_of_somebody_else_is_not_taken(client: TestClient, evening: Event, make_person: MakePerson) -> None:
    make_person("ada", email="lo.ek@example.com", first_name="Ada", last_name="Berg")
    refused_address(client, evening)
    assert person("ada").membership == Membership.INVITED
    assert consents_of("ada") == []


def test_an_earlier_no_to_one_thing_stays_while_the_rest_is_recorded(
    client: TestClient, evening: Event, make_person: MakePerson
) -> None:
    make_person("lo", email="lo.ek@example.com", first_name="Lo", last_name="Ek")
    say("lo", "events", False)
    with session_scope() as session:
        suppressions.lay(session, links.address_hash("lo.ek@example.com"), "surveys", suppressions.UNSUBSCRIBED, NOON)
    send(client, evening, **joining(purpose=["events", "surveys", "newsletter", "nonsense"]))
    assert consents_of("lo") == [("events", False, "test"), ("newsletter", True, "walk-in")]
    assert person("lo").membership == Membership.MEMBER


def test_walk_ins_are_audited_by_ids(client: TestClient, evening: Event, kim: str) -> None:
    send(client, evening, matter="known", person=kim)
    send(client, evening, **joining(), once="fedcba9876543210")
    with session_scope(reading=True) as session:
        lines = session.execute(select(Audit.actor, Audit.detail).where(Audit.action == walk_ins.ADDED)).all()
        every = " ".join(f"{line.actor} {line.subject} {line.detail}" for line in session.scalars(select(Audit)))
    rows = all_rsvps(evening)
    assert [actor for actor, _ in lines] == [f"coordinator:{coordinator_id()}"] * 2
    assert [detail for _, detail in lines] == [
        {"event": evening.id, "rsvp": row.id, "person": row.person_id} for row in rows
    ]
    assert "Ek" not in every
    assert "example.com" not in every


@pytest.mark.parametrize(
    "form",
    [
        {"matter": "known", "person": "nobody"}, {"matter": "known"}, {"matter": "x"}, {"once": "short"},
        {"once": "<script>alert(1)"}, {"guests": "21"}, {"guests": "-1"},
    ],
)  # fmt: skip
def test_walk_in_forms_nobody_was_shown_are_refused(client: TestClient, evening: Event, form: dict[str, str]) -> None:
    assert send(client, evening, **{"first_name": "Lo", **form}).status_code == 422
    assert all_rsvps(evening) == []


def test_nobody_is_added_before_the_doors_open(client: TestClient, db: str) -> None:
    event = tonight(starts_at=DOORS.replace(day=25), ends_at=DOORS.replace(day=26))
    assert send(client, event, first_name="Lo").status_code == 409
    assert all_rsvps(event) == []
