"""People in the portal: who finds whom, that every look is noted, that a correction stays and a stop holds."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.duties import duty
from outreach.models import Audit, Campaign, Consent, Person, Recipient, RecipientStatus, Study
from outreach.queries import standing
from outreach.queries.names import fold
from tests.register.conftest import student, students  # noqa: F401 - a fixture
from tests.web.conftest import MakePerson, suppressed
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor

Make = Callable[[str], Visitor]
ASA = {"first_name": "Åsa", "last_name": "Öberg-Ström"}
PAGES = ("", "/correct", "/suppress")
CENTRAL_PAGES = ("/export", "/export.json", "/export.html", "/erase")


def study(public_id: str, department: str, programme: str = "HKAND") -> None:
    with session_scope() as session:
        person_id = session.scalar(select(Person.id).where(Person.public_id == public_id))
        values = {"person_id": person_id, "department_code": department, "programme_code": programme}
        session.execute(insert(Study).values(**values, programme_sv=f"Program {department}"))


@pytest.fixture
def asa(sqlite_db: str, make_person: MakePerson) -> str:
    """Somebody who has studied archaeology, and nothing else."""
    return known(make_person, "asa", "arkeologi", **ASA)


def known(make_person: MakePerson, public_id: str, department: str, **fields: Any) -> str:
    named = {"first_name": "Kim", "last_name": "Öberg", **fields}
    make_person(public_id, **named, first_folded=fold(named["first_name"]), last_folded=fold(named["last_name"]))
    study(public_id, department)
    return public_id


def looks() -> list[tuple[str, str, str]]:
    with session_scope(reading=True) as session:
        return [
            tuple(row) for row in session.execute(select(Audit.actor, Audit.action, Audit.subject).order_by(Audit.id))
        ]


def actor_of(email: str) -> str:
    from outreach.models import Coordinator

    with session_scope(reading=True) as session:
        return f"coordinator:{session.scalar(select(Coordinator.id).where(Coordinator.email == email))}"


@pytest.mark.parametrize("typed", ["asa@student.example.org", " ASA@Student.example.org ", "uid-asa"])
def test_who_is_known_for_certain_is_shown_at_once(asa: str, visitor: Make, typed: str) -> None:
    answer = visitor(TOVE).send_form("/portal/people?lang=en", who=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/people/asa?lang=en")


@pytest.mark.parametrize("typed", ["oberg", "ÖBERG-s", "åsa", "asa oberg", "Öberg Åsa", "ström åsa", "ob as"])
def test_names_are_found_from_their_beginning_without_accents(asa: str, visitor: Make, typed: str) -> None:
    answer = visitor(TOVE).send_form("/portal/people", who=typed)
    assert answer.status_code == 200
    assert "Öberg-Ström, Åsa" in answer.text


@pytest.mark.parametrize("typed", ["berg", "sa", "asa lind", "%", "_", "o", "asa@student.example", "uid-as"])
def test_nobody_is_found_by_what_only_looks_alike(asa: str, visitor: Make, typed: str) -> None:
    answer = visitor(TOVE).send_form("/portal/people", who=typed)
    assert answer.status_code == 200
    assert "Ingen träff" in answer.text
    assert "Öberg-Ström" not in answer.text


@pytest.mark.parametrize("typed", ["asa@student.example.org", "uid-asa", "oberg", "åsa öberg"])
def test_a_department_finds_nobody_who_has_not_studied_with_it(asa: str, visitor: Make, typed: str) -> None:
    answer = visitor(HENRIK).send_form("/portal/people", who=typed)
    assert answer.status_code == 200
    assert "Öberg-Ström" not in answer.text
    assert "/portal/people/asa" not in answer.text


@pytest.mark.parametrize("end", PAGES)
def test_a_person_of_another_department_is_like_one_who_does_not_exist(asa: str, visitor: Make, end: str) -> None:
    henrik = visitor(HENRIK)
    hidden, nobody = henrik.get(f"/portal/people/asa{end}"), henrik.get(f"/portal/people/nobody{end}")
    assert (hidden.status_code, hidden.text) == (nobody.status_code, nobody.text)
    assert hidden.status_code == 404
    if end:
        form = {"scope": "all", "reason": "asked_by_phone", "first_name": "X", "email": "x@example.org"}
        assert henrik.send_form(f"/portal/people/asa{end}", **form).status_code == 404
    assert looks() == []
    assert suppressed("asa@student.example.org") == set()


@pytest.mark.parametrize("end", CENTRAL_PAGES)
def test_handing_over_and_erasing_is_the_central_offices(asa: str, visitor: Make, end: str) -> None:
    assert visitor(TOVE).get(f"/portal/people/asa{end}").status_code == 403
    assert visitor(ANNA).get(f"/portal/people/asa{end}").status_code == 200
    assert visitor(ANNA).get(f"/portal/people/nobody{end}").status_code == 404


def test_a_department_cannot_erase_by_posting(asa: str, visitor: Make) -> None:
    assert visitor(TOVE).send_form("/portal/people/asa/erase", sure="yes").status_code == 403
    assert "Öberg-Ström" in visitor(TOVE).get("/portal/people/asa").text


def test_every_look_is_noted(asa: str, visitor: Make) -> None:
    tove, anna = visitor(TOVE), visitor(ANNA)
    tove.get("/portal/people/asa")
    tove.send_form("/portal/people", who="oberg")
    anna.get("/portal/people/asa")
    anna.get("/portal/people/asa/export.json")
    by_tove, by_anna = actor_of(TOVE), actor_of(ANNA)
    assert looks() == [
        (by_tove, "looked_at", "asa"),
        (by_tove, "searched", "people"),
        (by_anna, "looked_at", "asa"),
        (by_anna, "exported", "asa"),
    ]


@pytest.mark.parametrize("end", ["/suppress", "/erase"])
def test_form_that_comes_back_is_a_look_too(asa: str, visitor: Make, end: str) -> None:
    anna = visitor(ANNA)
    answer = anna.send_form(f"/portal/people/asa{end}")
    assert answer.status_code == 422
    assert "Öberg-Ström" in answer.text
    assert looks() == [(actor_of(ANNA), "looked_at", "asa")]


def test_search_notes_by_id_whom_it_showed_and_nothing_that_was_typed(asa: str, visitor: Make) -> None:
    tove = visitor(TOVE)
    for typed in ("oberg", "nobody-is-called-so"):
        tove.send_form("/portal/people", who=typed)
    with session_scope(reading=True) as session:
        noted = session.scalars(select(Audit.detail).where(Audit.action == "searched").order_by(Audit.id)).all()
    assert noted == [{"found": 1, "people": ["asa"]}, {"found": 0, "people": []}]


def test_a_department_sees_its_own_and_the_central_offices_messages_only(asa: str, visitor: Make) -> None:
    study("asa", "fysikum", "FKAND")
    now = clock.now()
    with session_scope() as session:
        person_id = session.scalar(select(Person.id).where(Person.public_id == "asa"))
        for number, code in enumerate((None, "arkeologi", "fysikum")):
            key = f"newsletter/2026-Q{number + 1}/{code or 'central'}"
            named = {"key": key, "duty": "quarterly-newsletter", "period": f"2026-Q{number + 1}"}
            campaign = Campaign(**named, department_code=code, parameters={}, opened_at=now)
            session.add(campaign)
            session.flush()
            session.add(
                Recipient(token=f"{number}" * 32, campaign_id=campaign.id, wave=1, person_id=person_id, language="sv",
                          status=RecipientStatus.DELIVERED, selected_at=now)
            )  # fmt: skip
    page = visitor(TOVE).get("/portal/people/asa").text
    assert "2026-Q1" in page
    assert "2026-Q2" in page
    assert "2026-Q3" not in page
    assert "Program fysikum" not in page
    assert "2026-Q3" in visitor(ANNA).get("/portal/people/asa").text


def test_correction_is_not_undone_by_the_next_file(sqlite_db: str, visitor: Make, students: Any) -> None:  # noqa: F811
    rows = [student("u0", last_name="Obreg", first_name="Bo"), *(student(f"u{number}") for number in range(1, 9))]
    students(*rows)
    with session_scope(reading=True) as session:
        before = session.scalars(select(Person).where(Person.student_uid == "u0")).one()
    form = {
        name: getattr(before, name) or ""
        for name in ("first_name", "last_name", "email", "language", "country", "city")
    }
    anna = visitor(ANNA)
    changed = anna.send_form(f"/portal/people/{before.public_id}/correct", **{**form, "last_name": "Öberg"})
    assert changed.headers["location"].endswith("?done=corrected")
    students(*(row | {"first_name": "Boel"} if row["student_uid"] == "u0" else row for row in rows))
    with session_scope(reading=True) as session:
        after = session.scalars(select(Person).where(Person.student_uid == "u0")).one()
    assert (after.last_name, after.last_folded, after.own_fields) == ("Öberg", "oberg", "last_name")
    assert after.first_name == "Boel"  # what was not corrected is the register's still
    assert after.profile_updated_at is None  # it was not they who wrote it
    assert "Öberg," in anna.send_form("/portal/people", who="oberg").text


def test_what_is_wrong_in_a_correction_is_said_and_nothing_is_written(asa: str, visitor: Make) -> None:
    answer = visitor(TOVE).send_form("/portal/people/asa/correct", first_name="Åsa", email="nonsense", language="sv")
    assert answer.status_code == 422
    assert 'value="nonsense"' in answer.text
    assert "asa@student.example.org" in visitor(TOVE).get("/portal/people/asa").text


def test_stop_holds_at_once_and_is_the_persons_to_take_back(asa: str, visitor: Make) -> None:
    tove = visitor(TOVE)
    assert tove.send_form("/portal/people/asa/suppress", scope="newsletter", reason="asked_by_phone").status_code == 303
    assert suppressed("asa@student.example.org") == {("newsletter", "asked_by_phone")}
    with session_scope(reading=True) as session:
        why = standing.reason(duty("quarterly-newsletter"))
        assert session.scalar(select(why).where(Person.public_id == "asa")) == "said_no"
        said = session.scalars(select(Consent)).one()
        assert (said.purpose, said.given, said.source) == ("newsletter", False, "the office")
    from outreach import links

    own = f"/preferences/{links.token('preferences', 'asa')}"
    visitor("").post(own, data={"matter": "choices", "purpose": "newsletter"})
    assert suppressed("asa@student.example.org") == set()


@pytest.mark.parametrize(
    ("scope", "reason"), [("", "asked_by_phone"), ("all", ""), ("all", "erased"), ("nothing", "asked_by_phone")]
)
def test_stop_takes_no_other_words(asa: str, visitor: Make, scope: str, reason: str) -> None:
    answer = visitor(TOVE).send_form("/portal/people/asa/suppress", scope=scope, reason=reason)
    assert answer.status_code == 422
    assert suppressed("asa@student.example.org") == set()


def test_what_is_handed_over_holds_everything_and_reads_as_a_page(asa: str, visitor: Make) -> None:
    anna = visitor(ANNA)
    data = anna.get("/portal/people/asa/export.json")
    assert data.headers["content-disposition"] == 'attachment; filename="person-asa.json"'
    told = json.loads(data.text)
    assert told["people"][0]["last_name"] == "Öberg-Ström"
    assert told["studies"][0]["programme_sv"] == "Program arkeologi"
    page = anna.get("/portal/people/asa/export.html")
    assert "attachment" in page.headers["content-disposition"]
    assert "Öberg-Ström" in page.text
    assert "oberg strom" not in page.text


def test_erasing_takes_a_tick(asa: str, visitor: Make) -> None:
    anna = visitor(ANNA)
    assert anna.send_form("/portal/people/asa/erase").status_code == 422
    assert anna.get("/portal/people/asa").status_code == 200
    done = anna.send_form("/portal/people/asa/erase", sure="yes")
    assert (done.status_code, done.headers["location"]) == (303, "/portal/people?done=erased")
    assert anna.get("/portal/people/asa").status_code == 404
    assert suppressed("asa@student.example.org") == {("all", "erased")}
    assert "raderad" in anna.get("/portal/people?done=erased").text


def test_person_without_an_address_can_be_corrected_and_not_stopped(
    sqlite_db: str, visitor: Make, make_person: MakePerson
) -> None:
    known(make_person, "noa", "arkeologi", email=None)
    tove = visitor(TOVE)
    form = {"first_name": "Noa", "last_name": "Öberg", "language": "sv"}
    assert tove.send_form("/portal/people/noa/correct", **form).status_code == 303
    assert "Noa" in tove.get("/portal/people/noa").text
    assert tove.send_form("/portal/people/noa/suppress", scope="all", reason="asked_by_phone").status_code == 422


def test_more_than_fifty_are_not_listed_and_it_is_said(sqlite_db: str, visitor: Make, make_person: MakePerson) -> None:
    for number in range(52):
        known(make_person, f"p{number:02}", "arkeologi", last_name="Berg", first_name=f"Bo{number:02}")
    page = visitor(TOVE).send_form("/portal/people?lang=en", who="berg").text
    assert "More than 50 people" in page
    assert page.count("/portal/people/p") == 50
