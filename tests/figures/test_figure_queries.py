"""The figures' SQL on tiny registers, on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy.orm import Session

from outreach.database import session_scope
from outreach.models import Campaign, Membership, Person, Recipient, RecipientStatus, Study
from outreach.queries import figures

AT = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
S = RecipientStatus
MEMBER, NONE, LEFT = Membership.MEMBER, Membership.NONE, Membership.LEFT
JUNE, JANUARY, DECEMBER = date(2026, 6, 7), date(2027, 1, 17), date(2026, 12, 1)


def person(session: Session, name: str, membership: Membership = NONE) -> int:
    row = Person(public_id=name, student_uid=name, first_name=name, membership=membership, created_at=AT, updated_at=AT)
    session.add(row)
    session.flush()
    return row.id


def study(session: Session, who: int, department: str, programme: str, end: date | None, **values: object) -> None:
    session.add(Study(person_id=who, department_code=department, programme_code=programme, expected_end=end, **values))


def campaign(session: Session, key: str) -> int:
    row = Campaign(key=key, duty="graduation-invitation", period="2026-HT", opened_at=AT)
    session.add(row)
    session.flush()
    return row.id


def recipients(session: Session, campaign_id: int, wave: int, status: S, reason: str | None, count: int) -> None:
    for number in range(count):
        token = f"{campaign_id}-{wave}-{status}-{reason}-{number}"[:32]
        session.add(
            Recipient(
                token=token,
                campaign_id=campaign_id,
                wave=wave,
                language="sv",
                status=status,
                reason=reason,
                selected_at=AT,
            )
        )


@pytest.fixture
def one_campaign(db: str) -> int:
    with session_scope() as session:
        mine, other = campaign(session, "mine"), campaign(session, "other")
        recipients(session, mine, 1, S.ACCEPTED, None, 3)
        recipients(session, mine, 1, S.EXCLUDED, "no_address", 2)
        recipients(session, mine, 1, S.EXCLUDED, "member", 1)
        recipients(session, mine, 1, S.REJECTED, "refused", 1)
        recipients(session, mine, 2, S.CANCELLED, "campaign_expired", 2)
        recipients(session, mine, 2, S.EXCLUDED, None, 1)
        recipients(session, other, 1, S.ACCEPTED, None, 5)
    return mine


def test_the_funnel_counts_each_status_of_each_wave_of_this_campaign_alone(one_campaign: int) -> None:
    with session_scope(reading=True) as session:
        found = figures.funnel(session, one_campaign)
    rows = [
        (1, "accepted", 3),
        (1, "excluded", 3),
        (1, "rejected", 1),
        (2, "cancelled", 2),
        (2, "excluded", 1),
    ]
    assert_frame_equal(found, pd.DataFrame(rows, columns=["wave", "status", "people"]))


def test_exclusions_count_those_who_were_not_written_to_by_reason(one_campaign: int) -> None:
    with session_scope(reading=True) as session:
        found = figures.exclusions(session, one_campaign)
    rows = [(1, "member", 1), (1, "no_address", 2), (2, "", 1), (2, "campaign_expired", 2)]
    assert_frame_equal(found, pd.DataFrame(rows, columns=["wave", "reason", "people"]))


def test_a_campaign_without_recipients_has_empty_frames_of_the_same_shape(db: str) -> None:
    with session_scope() as session:
        empty = campaign(session, "empty")
        funnel, exclusions = figures.funnel(session, empty), figures.exclusions(session, empty)
    assert list(funnel.columns) == ["wave", "status", "people"]
    assert list(exclusions.columns) == ["wave", "reason", "people"]
    assert funnel.empty
    assert exclusions.empty


def shares(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["department_code", "term", "graduates", "joined"])
    return frame.astype({"graduates": "int64", "joined": "int64"}).assign(share=lambda f: f["joined"] / f["graduates"])


def found_after(lay: Callable[[Session], None]) -> pd.DataFrame:
    with session_scope() as session:
        lay(session)
    with session_scope(reading=True) as session:
        return figures.share_joined(session)


def test_only_members_have_joined(db: str) -> None:
    def lay(session: Session) -> None:
        for number, membership in enumerate(Membership):
            study(session, person(session, f"p{number}", membership), "dsv", "SYSVK", JANUARY)

    assert_frame_equal(found_after(lay), shares(("dsv", "2026-HT", 4, 1)))


def test_two_programmes_in_a_department_and_term_count_once_and_two_departments_twice(db: str) -> None:
    def lay(session: Session) -> None:
        both = person(session, "both", MEMBER)
        study(session, both, "dsv", "SYSVK", JANUARY)
        study(session, both, "dsv", "SMASK", DECEMBER)
        study(session, both, "juridik", "JJURP", JANUARY)
        study(session, person(session, "one"), "dsv", "SYSVK", JANUARY)

    assert_frame_equal(found_after(lay), shares(("dsv", "2026-HT", 2, 1), ("juridik", "2026-HT", 1, 1)))


def test_the_day_of_the_degree_decides_the_class_and_earlier_terms_come_first(db: str) -> None:
    def lay(session: Session) -> None:
        study(session, person(session, "early", MEMBER), "dsv", "SYSVK", JANUARY, completed_on=JUNE)
        study(session, person(session, "late"), "dsv", "SYSVK", JANUARY)
        study(session, person(session, "next"), "astronomi", "NASTM", date(2027, 2, 1))

    expected = shares(("dsv", "2026-VT", 1, 1), ("dsv", "2026-HT", 1, 0), ("astronomi", "2027-VT", 1, 0))
    assert_frame_equal(found_after(lay), expected)


def test_first_and_last_days_of_a_term_belong_to_it(db: str) -> None:
    def lay(session: Session) -> None:
        for number, day in enumerate([date(2026, 7, 31), date(2026, 8, 1), date(2027, 1, 31), date(2027, 2, 1)]):
            study(session, person(session, f"p{number}"), "dsv", "SYSVK", day)

    assert list(found_after(lay)["graduates"]) == [1, 2, 1]


def test_who_has_no_end_or_vanished_from_the_register_without_a_degree_is_in_no_class(db: str) -> None:
    def lay(session: Session) -> None:
        study(session, person(session, "endless", MEMBER), "dsv", "SYSVK", None)
        study(session, person(session, "vanished", MEMBER), "dsv", "SYSVK", JANUARY, missing_since=AT)
        study(session, person(session, "done"), "dsv", "SYSVK", JANUARY, missing_since=AT, completed_on=JUNE)

    assert_frame_equal(found_after(lay), shares(("dsv", "2026-VT", 1, 0)))


def test_an_empty_register_has_no_class(db: str) -> None:
    found = found_after(lambda session: None)
    assert found.empty
    assert list(found.columns) == ["department_code", "term", "graduates", "joined", "share"]
