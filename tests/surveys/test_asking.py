"""Whom a survey asks, when it reminds, and that it stops when somebody answers."""

import shutil
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, insert, select, update

from outreach import campaigning, clock, delivery, duties
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.mail import transport_from
from outreach.models import Campaign, CampaignStatus, Person, Recipient, Study, Survey, SurveyMember
from outreach.queries import audiences, selection, survey_frame
from outreach.settings import ROOT, settings
from outreach.surveys import opening
from tests.conftest import forget_settings
from tests.surveys.conftest import (
    COMPLETED,
    DUTY,
    Enrol,
    Graduate,
    a_class,
    after,
    answer,
    approve_all,
    cut,
    outcomes,
    publish,
    run_duty,
    the_survey,
    written_to,
)

CLASS = {f"g{number}" for number in range(8)}
pytestmark = pytest.mark.usefixtures("db")


def on(days: int) -> AbstractContextManager[None]:
    return cast(AbstractContextManager[None], after(days))


def test_the_cohort_of_fifteen_months_ago_is_asked_once(graduate: Enrol) -> None:
    graduate(
        *a_class(), Graduate("before", date(2025, 7, 31)), Graduate("later", date(2025, 9, 1)), Graduate("none", None)
    )
    run_duty()
    run_duty()
    assert written_to(1) == CLASS
    assert set(outcomes(1)) == CLASS


def test_who_still_studies_here_is_counted_and_not_asked(graduate: Enrol) -> None:
    graduate(*a_class(), Graduate("doctoral", still_studies=True))
    run_duty()
    assert outcomes(1)["doctoral"] == ("excluded", "still_studying")
    assert written_to(1) == CLASS


def test_who_has_no_address_is_counted(graduate: Enrol) -> None:
    graduate(*a_class(), Graduate("silent", email=None))
    run_duty()
    assert outcomes(1)["silent"] == ("excluded", "no_address")
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).where(SurveyMember.reached.is_(False))) == 1


def test_reminders_come_on_weekdays_of_their_own_to_those_who_have_not_answered(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for day in (3, 7, 8, 10, 18, 19, 20, 24):
        with on(day):
            if day == 3:
                answer(ids["g0"])
            if day == 10:
                answer(ids["g1"])
            run_duty()
            if day == 7:
                assert outcomes(2) == {}
            if day == 8:
                assert written_to(2) == CLASS - {"g0"}
            if day == 18:
                assert outcomes(3) == {}
    assert written_to(3) == CLASS - {"g0", "g1"}
    assert outcomes(2)["g0"] == outcomes(3)["g1"] == ("excluded", "answered")


def test_a_reminder_that_is_late_waits_for_another_weekday(graduate: Enrol) -> None:
    graduate(*a_class())
    run_duty()
    with on(14):  # nobody ran the duty for a fortnight; this is the invitation's own weekday
        run_duty()
        assert outcomes(2) == {}
    with on(15):
        run_duty()
        assert written_to(2) == CLASS


def test_no_two_messages_share_a_weekday_however_late_one_is(graduate: Enrol) -> None:
    graduate(*a_class())
    run_duty()  # a Monday
    with on(12):
        run_duty()
        assert written_to(2) == CLASS
    for day in (19, 22, 23, 26):  # seven, ten days after the reminder; then eleven; then its own weekday
        with on(day):
            run_duty()
        assert written_to(3) == (CLASS if day >= 23 else set())


def test_a_reminder_that_waits_for_a_signature_holds_the_next_one(graduate: Enrol) -> None:
    graduate(*a_class())
    run_duty()
    for day in (8, 19, 20):
        with on(day), session_scope() as session:
            (campaign,) = campaigning.open_campaigns(session, DUTY, day=clock.today(), department=None, parameters={})
            campaigning.select(session, campaign, clock.today())
    assert set(outcomes(2)) == CLASS
    assert outcomes(3) == {}


def test_the_first_reminder_does_not_follow_the_last(graduate: Enrol) -> None:
    graduate(*a_class())
    run_duty()
    with on(8):
        run_duty()
    with session_scope() as session:
        session.execute(
            update(Recipient)
            .where(Recipient.wave == 2)
            .values(status="excluded", reason="over_budget", accepted_at=None)
        )
    with on(19), session_scope() as session:
        (campaign,) = campaigning.open_campaigns(session, DUTY, day=clock.today(), department=None, parameters={})
        survey_waves = duties.duty(DUTY)
        for number in (3, 2):
            found = audiences.AUDIENCES[DUTY](session, campaign, survey_waves, number, clock.today())
            selection.select_wave(session, campaign, number, found, clock.now(), size=100)
    assert {status for status, _ in outcomes(3).values()} == {"planned"}
    assert set(outcomes(2).values()) == {("excluded", "over_budget")}


def test_a_degree_the_register_learns_of_late_is_asked_about_too(graduate: Enrol) -> None:
    graduate(*a_class())
    run_duty()
    graduate(Graduate("late"), Graduate("late_and_studies", still_studies=True))
    with on(10):
        run_duty()
    assert written_to(1) == CLASS | {"late"}
    assert outcomes(1)["late_and_studies"] == ("excluded", "still_studying")
    graduate(Graduate("too_late"))
    with on(43):
        run_duty()
    assert "too_late" not in outcomes(1)


def test_who_has_two_degrees_in_the_month_is_asked_once(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    with session_scope() as session:
        study = {"department_code": "dsv", "level": "first", "completed_on": COMPLETED}
        session.execute(
            insert(Study), [study | {"person_id": each, "programme_code": "SKAND"} for each in ids.values()]
        )
    run_duty()
    assert written_to(1) == CLASS
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(SurveyMember)) == 8


def test_a_completed_study_that_left_the_register_still_counts_and_one_that_was_left_is_not_going_on(
    graduate: Enrol,
) -> None:
    graduate(*a_class(), Graduate("left", still_studies=True))
    with session_scope() as session:
        session.execute(update(Study).values(missing_since=clock.now()))
    run_duty()
    assert written_to(1) == CLASS | {"left"}


def test_two_departments_follow_up_programmes_of_the_same_code(graduate: Enrol) -> None:
    own = {"programme": "SMASK", "first_month": "2025-01", "last_month": "2025-06"}
    graduate(*a_class(5, department="dsv", completed=date(2025, 1, 31)))
    graduate(*(Graduate(f"j{n}", date(2025, 1, 31), department="juridik") for n in range(5)))
    run_duty("dsv", **own)
    assert written_to(1) == {f"g{n}" for n in range(5)}
    run_duty("juridik", **own)
    assert {uid for uid, status, _ in ledger_rows() if status == "accepted"} == {
        *(f"g{n}" for n in range(5)), *(f"j{n}" for n in range(5))
    }  # fmt: skip


def test_programmes_with_long_names_and_odd_signs_have_surveys_of_their_own(graduate: Enrol) -> None:
    codes = [f"{'ETT-LÅNGT-PROGRAM-UTAN-SLU'}T{n}" for n in "ÅÄÖ"]
    for number, code in enumerate(codes):
        graduate(
            *(
                Graduate(f"p{number}{n}", date(2025, 1, 31), department="dsv", programme=code, fields={})
                for n in range(5)
            )
        )
        run_duty("dsv", programme=code, first_month="2025-01", last_month="2025-06")
    assert len({uid for uid, status, _ in ledger_rows() if status == "accepted"}) == 15


def test_study_experience_can_be_asked_instead(
    graduate: Enrol, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "own"
    shutil.copytree(ROOT / "config", config)
    file = config / "duties.toml"
    file.write_text(file.read_text().replace('questionnaire = "career"', 'questionnaire = "study_experience"'))
    monkeypatch.setenv("OUTREACH_CONFIG_DIR", str(config))
    forget_settings()
    ids = graduate(*a_class())
    run_duty()
    for uid, person in ids.items():
        answer(person, {"satisfied": "4", "keep": uid, "change": "nej", "quote_ok": "yes"}, last="looking_back")
    with session_scope(reading=True) as session:
        told = survey_frame.frame(session, [the_survey().id])
    assert (len(told), int(told["satisfied"].sum()), int(told["known"].sum())) == (8, 32, 0)
    cut()
    with session_scope(reading=True) as session:
        texts = survey_frame.texts(session, [the_survey().id])
    assert Counter(texts["code"]) == {"keep": 8, "change": 8}


@pytest.mark.parametrize(
    ("day", "cohorts"),
    [
        (date(2024, 2, 29), {(date(2022, 11, 1), 15), (date(2021, 2, 1), 36), (date(2019, 2, 1), 60)}),
        (date(2026, 1, 31), {(date(2024, 10, 1), 15), (date(2023, 1, 1), 36), (date(2021, 1, 1), 60)}),
        (date(2026, 12, 31), {(date(2025, 9, 1), 15), (date(2023, 12, 1), 36), (date(2021, 12, 1), 60)}),
        (date(2027, 3, 1), {(date(2025, 12, 1), 15), (date(2024, 3, 1), 36), (date(2022, 3, 1), 60)}),
    ],
)
def test_months_are_counted_back_over_years_and_short_months(day: date, cohorts: set[tuple[date, int]]) -> None:
    times = duties.duty(DUTY).survey
    assert times is not None
    assert cohorts <= set(opening.due(times, 30, day))
    assert {months for first, months in opening.due(times, 0, day.replace(day=1))} == {15, 36, 60}


def test_the_last_day_of_a_leap_february_belongs_to_its_cohort(graduate: Enrol) -> None:
    graduate(*a_class(completed=date(2024, 2, 29)))
    with clock.frozen(datetime(2025, 5, 5, 10, tzinfo=UTC)):
        run_duty()
    assert written_to(1) == CLASS


def test_who_begins_and_does_not_send_is_reminded(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    answer(ids["g0"], send=False)
    with on(8):
        run_duty()
    assert "g0" in written_to(2)


def test_after_closing_nobody_is_asked_and_who_answered_is_thanked_once(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for uid in ("g0", "g1", "g2", "g3", "g4"):
        answer(ids[uid])
    with on(44):
        run_duty()
        assert outcomes(2) == {}
        assert outcomes(4) == {}
        publish()
        run_duty()
        run_duty()
    assert written_to(4) == {"g0", "g1", "g2", "g3", "g4"}


def test_what_was_not_signed_before_closing_is_not_sent(graduate: Enrol) -> None:
    graduate(*a_class())
    run_duty()
    with session_scope() as session:
        session.execute(update(Campaign).values(status=CampaignStatus.PAUSED))
    with on(43):
        with session_scope() as session:
            session.execute(update(Campaign).values(status=CampaignStatus.OPEN))
        run_duty()
    assert outcomes(2) == {}


def test_a_month_in_which_too_few_completed_is_not_asked(graduate: Enrol) -> None:
    graduate(*a_class(4))
    run_duty()
    assert outcomes(1) == {}


def test_a_department_follows_up_a_programme_of_its_own(graduate: Enrol) -> None:
    graduate(
        *a_class(department="dsv", completed=date(2025, 1, 31)), Graduate("other", date(2025, 1, 31), programme="XX")
    )
    own = {"programme": "SMASK", "first_month": "2025-01", "last_month": "2025-06"}
    run_duty("dsv", **own)
    run_duty("dsv", **own)
    assert written_to(1) == CLASS
    assert the_survey().department_code == "dsv"


@pytest.mark.parametrize(
    ("department", "own"),
    [
        (None, {"programme": "SMASK", "first_month": "2025-01", "last_month": "2025-06"}),
        ("dsv", {"programme": "SMASK", "first_month": "2025-06", "last_month": "2025-01"}),
        ("dsv", {"programme": "SMASK", "first_month": "2025-01", "last_month": "2026-11"}),
        ("dsv", {"programme": "SMASK", "first_month": "soon", "last_month": "2026-01"}),
        ("dsv", {"programme": "NOBODY", "first_month": "2025-01", "last_month": "2025-06"}),
        ("dsv", {}),
    ],
)  # fmt: skip
def test_a_survey_nobody_can_answer_is_refused(graduate: Enrol, department: str | None, own: dict[str, str]) -> None:
    graduate(*a_class(department="dsv", completed=date(2025, 1, 31)))
    with pytest.raises(PermanentFailure):
        run_duty(department, **own)
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count(Survey.id))) == 0


def test_nobody_is_asked_in_two_surveys_at_once(graduate: Enrol) -> None:
    graduate(*a_class(), *(Graduate(f"o{number}", date(2025, 7, 10)) for number in range(6)))
    run_duty()
    assert written_to(1) == CLASS
    # These months end fifteen months ago too, so both surveys ask about the same time.
    run_duty(next(iter(departments())), programme="SMASK", first_month="2025-07", last_month="2025-08")
    every = [(uid, status) for uid, status, _ in ledger_rows()]
    assert sorted(uid for uid, status in every if status == "accepted") == sorted(CLASS | {f"o{n}" for n in range(6)})
    assert {uid for uid, _, reason in ledger_rows() if reason == "asked_in_another"} == CLASS


def ledger_rows() -> list[tuple[str | None, str, str | None]]:
    with session_scope(reading=True) as session:
        found = select(Person.student_uid, Recipient.status, Recipient.reason)
        rows = session.execute(found.join(Recipient, Recipient.person_id == Person.id)).tuples().all()
        return [(uid, str(status), reason) for uid, status, reason in rows]


def test_who_answers_between_selection_and_claim_gets_no_reminder(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    with on(8):
        with session_scope() as session:
            (campaign,) = campaigning.open_campaigns(session, DUTY, day=clock.today(), department=None, parameters={})
            campaigning.select(session, campaign, clock.today())
            campaigning.render(session, campaign)
        approve_all()
        answer(ids["g3"])
        delivery.deliver(campaign, duties.duty(DUTY), [2], transport_from(settings()))
    assert written_to(2) == CLASS - {"g3"}
    assert outcomes(2)["g3"] == ("excluded", "answered")


def test_surveys_open_by_the_calendar() -> None:
    times = duties.duty("career-survey").survey
    assert times is not None
    assert opening.due(times, 0, date(2026, 11, 1)) == [
        (date(2025, 8, 1), 15), (date(2023, 11, 1), 36), (date(2021, 11, 1), 60)
    ]  # fmt: skip
    assert {months for _, months in opening.due(times, 30, date(2026, 11, 22))} == {15, 36, 60}
    assert date(2025, 7, 1) in {first for first, _ in opening.due(times, 40, date(2026, 11, 9))}
    assert COMPLETED.month == 8
