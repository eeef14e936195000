"""The follow-up after graduation as Prefect runs it: its form, the states its runs end in, and what it leaves."""

from typing import Any

import pytest
from prefect.artifacts import Artifact
from pydantic import ValidationError
from sqlalchemy import func, select

from flows.career_survey import CareerSurvey, career_survey
from flows.housekeeping import housekeeping
from outreach import clock, prefect_api
from outreach.database import session_scope
from outreach.departments import WHOLE_UNIVERSITY
from outreach.models import Campaign, Person, Recipient, Suppression, Survey, SurveyMember, SurveyVersion
from outreach.queries import survey_results
from outreach.results import Results
from outreach.sample.surveys import write_surveys
from outreach.steering import Turn, steer
from tests.surveys.conftest import (
    Enrol,
    Graduate,
    a_class,
    after,
    answer,
    approve_all,
    graduate,
    outcomes,
    the_survey,
    written_to,
)

__all__ = ["graduate"]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]
CLASS = {f"g{number}" for number in range(8)}
OWN = {"department": "dsv", "programme": "SMASK", "first_month": "2025-01", "last_month": "2025-06"}
ANNA = "anna.lindqvist@office.example.org"


def run(**params: Any) -> Any:
    state = career_survey(params=CareerSurvey(**params), return_state=True)
    assert state.is_completed(), state.message
    return state


def artifact(key: str) -> str:
    found = Artifact.get(key)
    assert found is not None
    return str(found.data)


def counted(*tables: type[Any]) -> list[int | None]:
    with session_scope(reading=True) as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_cohort_waits_for_a_signature_is_asked_and_nothing_is_left(sqlite_db: str, graduate: Enrol) -> None:
    assert run().name == "Completed"
    graduate(*a_class(), Graduate("doctoral", still_studies=True), Graduate("silent", email=None))
    waiting = run()
    assert (waiting.name, waiting.message) == ("Awaiting approval", "8 people wait until the text is approved.")
    assert written_to(1) == set()
    approve_all()
    assert run().name == "Completed"
    assert written_to(1) == CLASS
    told = artifact("preflight-career-survey-career-2025-08-15m-central")
    for line in (
        "| Tog examen | 10 |", "| Ska tillfrågas | 9 |",
        "| – läser fortfarande vid universitetet, tillfrågas inte | 1 |",
        "| – utan adress som fungerar | 1 |", "| Can be reached | 8 |", "| Expected answers | 4 |",
        "| Answers the target needs | 5 |", "That is not enough for the target.",
    ):  # fmt: skip
        assert line in told
    assert "example.org" not in told
    assert "Mottagna av e-posttjänsten" in artifact("funnel-career-survey-career-2025-08-15m-central")


def test_a_preview_leaves_no_survey_nor_anybody_in_it(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class(), *(Graduate(f"d{n}", Graduate("").completed, department="dsv") for n in range(5)))
    state = run(preview=True, department="dsv")  # as a run without a programme: all that are under way
    assert (state.name, state.message) == ("Previewed", "13 people would be written to. Nothing was sent.")
    assert counted(Survey, SurveyVersion, SurveyMember, Campaign, Recipient) == [0, 0, 0, 0, 0]


def test_a_preview_of_a_departments_own_counts_just_its_programme(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class(department="dsv", completed=Graduate("").completed.replace(month=3)), Graduate("other"))  # type: ignore[union-attr]
    state = run(preview=True, **OWN)
    assert state.message == "8 people would be written to. Nothing was sent."
    assert counted(Survey, SurveyMember) == [0, 0]


def test_a_departments_own_survey_is_signed_and_sent(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class(department="dsv", completed=Graduate("").completed.replace(month=3)))  # type: ignore[union-attr]
    assert run(**OWN).name == "Awaiting approval"
    approve_all()
    assert run(**OWN).name == "Completed"
    assert written_to(1) == CLASS
    assert the_survey().slug == "career-smask-2025-01-2025-06-dsv"


def test_the_daily_run_goes_on_with_a_departments_own_survey(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class(department="dsv", completed=Graduate("").completed.replace(month=3)))  # type: ignore[union-attr]
    run(**OWN)
    approve_all()
    assert run().name == "Completed"
    assert written_to(1) == CLASS


@pytest.mark.parametrize(
    "params",
    [
        {"programme": "SMASK"},
        {"department": "dsv", "programme": "SMASK"},
        OWN | {"department": WHOLE_UNIVERSITY},
        OWN | {"first_month": "2025-13"},
        OWN | {"last_month": "juni"},
        OWN | {"programme": "S" * 33},
        {"first_month": "2025-01"},
    ],
)
def test_a_survey_that_is_not_whole_is_refused_by_the_form(home: Any, params: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        CareerSurvey(**params)  # type: ignore[arg-type]


def test_a_programme_nobody_completed_fails_with_a_sentence(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class(4, department="dsv", completed=Graduate("").completed.replace(month=3)))  # type: ignore[union-attr]
    state = career_survey(params=CareerSurvey(**OWN), return_state=True)
    assert state.is_failed()
    assert "4 people have a degree from SMASK in these months." in str(state.message)
    assert counted(Survey) == [0]


def test_the_form_says_every_field_in_both_languages() -> None:
    fields = prefect_api.flow_shape("flows.career_survey.career_survey").parameter_schema["definitions"][
        "CareerSurvey"
    ]["properties"]
    assert set(fields) == {"preview", "department", "programme", "first_month", "last_month"}
    assert all(" / " in field["title"] and " / " in field["description"] for field in fields.values())
    assert fields["department"]["default"] == WHOLE_UNIVERSITY
    assert "Institutionen för data- och systemvetenskap" in fields["department"]["enum"]


def test_a_run_cuts_what_is_due_whatever_else_it_does(sqlite_db: str, graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run()
    for uid in sorted(ids)[:6]:
        answer(ids[uid])
    with after(102):  # type: ignore[attr-defined]
        run()
        assert the_survey().cut_at is None
    with after(103):  # type: ignore[attr-defined]
        run()
        assert the_survey().cut_at is not None
    with session_scope(reading=True) as session:
        assert set(session.execute(select(SurveyMember.person_id, SurveyMember.response_id)).tuples()) == {(None, None)}


def test_housekeeping_cuts_what_the_duty_did_not(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class())
    run()
    with after(103):  # type: ignore[attr-defined]
        housekeeping()
        assert the_survey().cut_at is None
    with after(104):  # type: ignore[attr-defined]
        housekeeping()
        assert the_survey().cut_at is not None


def test_a_paused_survey_asks_nobody_is_named_and_goes_on(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class())
    run()
    approve_all()
    key = "career-survey/career-2025-08-15m/central"
    steer(key, ANNA, Turn.PAUSE, via="cli")
    state = run()
    assert state.name == "Paused"
    assert key in str(state.message)
    assert written_to(1) == set()
    steer(key, ANNA, Turn.RESUME, via="cli")
    run()
    assert written_to(1) == CLASS


def test_a_cancelled_survey_asks_nobody_again(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class())
    run()
    approve_all()
    steer("career-survey/career-2025-08-15m/central", ANNA, Turn.CANCEL, via="cli")
    assert run().name == "Completed"
    assert {status for status, _ in outcomes(1).values()} == {"cancelled"}
    assert counted(Campaign) == [1]


def test_addresses_that_came_back_are_counted_before_anybody_signs(sqlite_db: str, graduate: Enrol) -> None:
    graduate(*a_class())
    with session_scope() as session:
        bad = session.scalars(select(Person.address_hash).order_by(Person.id).limit(2)).all()
        now = clock.now()
        session.add_all(Suppression(address_hash=each, scope="all", reason="bounced", at=now) for each in bad)
    run()
    told = artifact("preflight-career-survey-career-2025-08-15m-central")
    assert "| – without an address that works | 2 |" in told
    assert "| Can be reached | 6 |" in told
    assert {uid for uid, found in outcomes(1).items() if found == ("excluded", "suppressed")} == {"g0", "g1"}


def test_results_whose_round_is_over_are_published_and_left_to_look_at(sqlite_db: str) -> None:
    with session_scope() as session:
        write_surveys(session, people=400, seed=3, today=clock.today(), classes=1)
    assert run().name == "Completed"
    with session_scope(reading=True) as session:
        (published,) = [Results(row.content) for row in survey_results.published(session)]
    told = {language: artifact(f"results-{published.slug}-{language}") for language in ("sv", "en")}
    assert published.title("sv") in told["sv"]
    assert published.title("en") in told["en"]
    assert f"/results/{published.slug}" in artifact(f"results-{published.slug}-link")
    run()
    assert Artifact.get(f"results-{published.slug}-sv").data == told["sv"]  # type: ignore[union-attr]
