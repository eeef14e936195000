"""Whom a survey asks, when it reminds, and that it stops when somebody answers."""

from contextlib import AbstractContextManager
from datetime import date
from typing import cast

import pytest
from sqlalchemy import func, select, update

from outreach import campaigning, clock, delivery, duties
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.mail import transport_from
from outreach.models import Campaign, CampaignStatus, Person, Recipient, Survey, SurveyMember
from outreach.settings import settings
from outreach.surveys import opening
from tests.surveys.conftest import (
    COMPLETED,
    DUTY,
    Enrol,
    Graduate,
    a_class,
    after,
    answer,
    approve_all,
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
