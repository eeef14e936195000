"""After the cut no query over the whole database leads from an answer to a person: every join path is tried.

Three attackers with the whole database before them: one follows keys, one looks for any value of an answer's rows
anywhere else, one knows what everyone studied and from the ledger who was thanked, and takes away whom they can.
"""

from collections import Counter, deque
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select, text

from outreach import clock
from outreach.database import engine, session_scope
from outreach.models import Base, Person, Recipient, Study, SurveyAnswer, SurveyMember, SurveyResponse, SurveyVersion
from outreach.queries import one_person, surveys
from outreach.questionnaires import Questionnaire
from tests.surveys.conftest import Enrol, Graduate, a_class, after, answer, cut, publish, run_duty, the_survey

ABOUT_ANSWERS = {"survey_answers", "survey_responses"}
K = 5


@pytest.fixture
def after_the_cut(db: str, graduate: Enrol) -> set[str]:
    """Twenty-three asked, seventeen answered and thanked, the link cut; the ids the answers had before."""
    people = [
        *a_class(10),
        *(Graduate(f"s{number}", programme="LITEN") for number in range(3)),
        *(Graduate(f"d{number}", department="juridik", programme="JUR") for number in range(4)),
        *(Graduate(f"q{number}", department="dsv", programme="DSV", level="first") for number in range(6)),
    ]
    ids = graduate(*people)
    run_duty()
    for number, uid in enumerate(sorted(ids)):
        if number % 4:
            answer(
                ids[uid], {"activity": "full_time" if number % 2 else "seeking_work", "meaningful": str(number % 5 + 1)}
            )
    with after(44):  # type: ignore[attr-defined]
        publish()
        run_duty()
    with session_scope(reading=True) as session:
        before = set(session.scalars(select(SurveyResponse.id)))
    with after(110):  # type: ignore[attr-defined]
        assert cut() is not None
    return before


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order they lie."""
    with session_scope(reading=True) as session:
        return {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def test_no_key_leads_from_an_answer_to_fewer_than_five(after_the_cut: set[str]) -> None:
    """Follows every foreign key in both directions, row by row, from each answer until it comes to people."""
    everything, metadata = rows(), Base.metadata
    for answer_row in everything["survey_responses"]:
        reached = people_by_keys(metadata, everything, answer_row)
        assert not reached or len(reached) >= K


def people_by_keys(metadata: MetaData, everything: dict[str, list[dict[str, Any]]], start: dict[str, Any]) -> set[int]:
    """The people that rows joined by keys to one response lead to, without passing through what all people share."""
    keys = [
        (table.name, key.parent.name, key.column.table.name, key.column.name)
        for table in metadata.sorted_tables
        for key in table.foreign_keys
    ]
    shared = {"departments", "coordinators", "surveys", "survey_versions"}
    seen, queue = set(), deque([("survey_responses", start)])
    people: set[int] = set()
    while queue:
        table, row = queue.popleft()
        for child, column, parent, target in keys:
            for here, mine, there, theirs in ((child, column, parent, target), (parent, target, child, column)):
                if here != table or there in shared or row[mine] is None:
                    continue
                for found in everything[there]:
                    mark = (there, tuple(sorted((name, str(value)) for name, value in found.items())))
                    if found[theirs] == row[mine] and mark not in seen:
                        seen.add(mark)
                        queue.append((there, found))
                        people |= {found["id"]} if there == "people" else set()
    return people


def test_nothing_of_an_answer_stands_anywhere_else(after_the_cut: set[str]) -> None:
    """Neither the ids that answers have now, nor those they had, nor when they were saved."""
    everything = rows()
    now = {row["id"] for row in everything["survey_responses"]}
    assert not now & after_the_cut
    elsewhere = {name: found for name, found in everything.items() if name not in ABOUT_ANSWERS}
    told = {str(value) for found in elsewhere.values() for row in found for value in row.values()}
    assert not any(id_ in value for value in told for id_ in now | after_the_cut)
    assert not any(value for row in everything["survey_responses"] for value in (row["saved_at"], row["language"]))
    assert all(row["person_id"] is row["response_id"] is None for row in everything["survey_members"])


def test_what_was_studied_leads_to_five_or_more_who_were_thanked(after_the_cut: set[str]) -> None:
    """Who knows the register and the ledger: everyone thanked answered. Of each combination of what stands with an
    answer, and of what is left when the others are taken away, there are five or more of them."""
    with session_scope(reading=True) as session:
        thanked = set(session.scalars(select(Recipient.person_id).where(Recipient.wave == 4)))
        studied = session.execute(select(Study.person_id, Study.department_code, Study.programme_code, Study.level))
        known = {row[0]: row[1:] for row in studied if row[0] in thanked}
        groups = Counter(
            session.execute(
                select(SurveyResponse.department_code, SurveyResponse.programme_code, SurveyResponse.level)
            ).tuples()
        )
    assert sum(groups.values()) == len(thanked)
    left = dict(known)
    for group in sorted(groups, key=lambda each: each.count(None)):
        candidates = {person for person, each in left.items() if fits(each, group)}
        assert len(candidates) >= groups[group] >= K
        if None not in group:
            left = {person: each for person, each in left.items() if person not in candidates}


def fits(studied: tuple[str, ...], group: tuple[str | None, ...]) -> bool:
    return all(told is None or told == own for told, own in zip(group, studied, strict=True))


def test_rows_do_not_lie_in_the_order_people_answered(after_the_cut: set[str]) -> None:
    """Written anew in random order. Sorted alike by chance is one in 10^14 for seventeen answers, so it would not be
    chance; ids that grow would tell it as well."""
    with session_scope(reading=True) as session:
        kind = session.get_bind().dialect.name
        order = "rowid" if kind == "sqlite" else "ctid"
        lie = [row[0] for row in session.execute(text(f"SELECT id FROM survey_responses ORDER BY {order}"))]
        said = dict(
            session.execute(
                select(SurveyAnswer.response_id, SurveyAnswer.value).where(SurveyAnswer.code == "meaningful")
            )
            .tuples()
            .all()
        )
        people = session.scalars(select(Person.student_uid).order_by(Person.student_uid)).all()
        members = session.scalars(select(SurveyMember.answered).order_by(SurveyMember.id)).all()
    answered = [str(number % 5 + 1) for number, _ in enumerate(people) if number % 4]
    assert sorted(said.values()) == sorted(answered)
    assert [said[id_] for id_ in lie] != answered
    assert members != [bool(number % 4) for number, _ in enumerate(people)]


@pytest.mark.usefixtures("db")
def test_a_country_the_register_knows_leads_to_nobody(graduate: Enrol) -> None:
    """The register tells who lives where. An answer that names a country only two of them live in would be theirs."""
    abroad = [Graduate(f"x{number}", fields={"country": "NZ"}) for number in range(2)]
    ids = graduate(*a_class(8, fields={"country": "SE"}), *abroad)
    run_duty()
    for uid, person in ids.items():
        there = "NZ" if uid.startswith("x") else "SE"
        answer(person, {"activity": "full_time", "work_country": there, "meaningful": "1" if there == "NZ" else "5"})
    cut()
    with session_scope(reading=True) as session:
        lives = Counter(session.scalars(select(Person.country)))
        told = Counter(session.scalars(select(SurveyAnswer.value).where(SurveyAnswer.code == "work_country")))
    assert told == {"SE": 8}
    assert all(lives[country] >= K for country in told)


@pytest.mark.usefixtures("db")
def test_which_text_was_answered_leads_to_nobody(graduate: Enrol) -> None:
    """The ledger tells who had answered before a reminder, and when: before or after a text was changed. Two who
    answered the old one would be the two it names."""
    ids = graduate(*a_class(10))
    run_duty()
    for uid in ("g0", "g1"):
        answer(ids[uid], {"activity": "full_time", "sector": "state"})
    change_the_text()
    for uid in sorted(ids)[2:]:
        answer(ids[uid], {"activity": "full_time", "sector": "state", "added": "yes"})
    cut()
    with session_scope(reading=True) as session:
        versions = Counter(session.scalars(select(SurveyResponse.version_id)))
        told: dict[str, set[str]] = {}
        for response, code in session.execute(select(SurveyAnswer.response_id, SurveyAnswer.code)):
            told.setdefault(response, set()).add(code)
    assert set(versions.values()) == {10}
    assert min(Counter(map(frozenset, told.values())).values()) >= K


def change_the_text() -> None:
    """The questionnaire as it is asked from now on has another last question of its first page."""
    with session_scope() as session:
        survey = the_survey()
        newest = session.scalars(select(SurveyVersion).order_by(SurveyVersion.id.desc())).first()
        assert newest is not None
        content = deepcopy(newest.content)
        words = {"sv": "Ny", "en": "New"}
        choices = [{"code": code, "sv": code, "en": code} for code in ("yes", "no")]
        content["sections"][0]["questions"].append(
            {"code": "added", "kind": "single", "text": words, "choices": choices}
        )
        surveys.keep_version(session, survey.id, content, Questionnaire.from_content(content).digest, newest.created_at)


@pytest.mark.usefixtures("db")
def test_enough_of_each_text_keep_what_only_theirs_asked(graduate: Enrol) -> None:
    ids = graduate(*a_class(10))
    run_duty()
    for uid in sorted(ids)[:5]:
        answer(ids[uid], {"activity": "full_time"})
    change_the_text()
    for uid in sorted(ids)[5:]:
        answer(ids[uid], {"activity": "full_time", "added": "yes"})
    cut()
    with session_scope(reading=True) as session:
        assert sorted(Counter(session.scalars(select(SurveyResponse.version_id))).values()) == [5, 5]
        assert Counter(session.scalars(select(SurveyAnswer.code))) == {"activity": 10, "added": 5}


def test_what_was_deleted_does_not_stand_in_the_file(sqlite_db: str, graduate: Enrol) -> None:
    with engine().connect() as connection:  # some SQLite do it by themselves
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")
    ids = graduate(*a_class())
    run_duty()
    for person in ids.values():
        answer(person, {"activity": "full_time", "employer": "Ostindiska kompaniet"})
    assert lies_in_the_file(sqlite_db, b"Ostindiska kompaniet")
    cut()
    assert not lies_in_the_file(sqlite_db, b"Ostindiska kompaniet")


def lies_in_the_file(url: str, words: bytes) -> bool:
    """Whether the database's own file holds the words, once what was written is in it."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return words in Path(url.removeprefix("sqlite:///")).read_bytes()


@pytest.mark.usefixtures("db")
def test_an_erased_person_takes_their_answers_along_until_the_cut_and_is_told_them_until_then(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for uid, person in ids.items():
        answer(person, {"activity": "full_time", "employer": uid})
    with session_scope() as session:
        told = one_person.everything(session, "g0@students.example.org", actor="office", action="exported")
        one_person.erase(session, "g0@students.example.org", clock.now(), actor="office")
    assert {row["code"]: row["value"] for row in told["survey_answers"]} == {"activity": "full_time", "employer": "g0"}
    with session_scope(reading=True) as session:
        assert set(session.scalars(select(SurveyAnswer.value))) == {"full_time", *(f"g{n}" for n in range(1, 8))}
        assert session.scalar(select(func.count()).select_from(SurveyResponse)) == 7
        assert session.scalar(select(func.count()).select_from(SurveyMember)) == 8
    cut()
    with session_scope() as session:
        told = one_person.everything(session, "g1@students.example.org", actor="office", action="exported")
        one_person.erase(session, "g1@students.example.org", clock.now(), actor="office")
        assert told["survey_answers"] == []
        assert session.scalar(select(func.count()).select_from(SurveyResponse)) == 7
