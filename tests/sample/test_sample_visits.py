"""The sample's alumni and visits: harmless, the same each time, and taken in whole by the real imports."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from outreach import clock, places
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.queries import visits
from outreach.register import import_file
from outreach.sample import register, write_alumni, write_visits
from outreach.sample.alumni import ALUMNI_COLUMNS, alumni
from outreach.sample.cities import cities
from outreach.sample.travelling import visits as planned
from outreach.visits.importing import import_visits

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return alumni(people=2500, seed=7, today=TODAY)


def test_there_are_alumni_in_200_cities_that_are_found_and_most_live_in_sweden(people: pd.DataFrame) -> None:
    written = people[["city", "country"]].drop_duplicates()
    assert len(written) == len(cities()) == 200
    found = [places.guess(city, country) for city, country in written.itertuples(index=False)]
    assert None not in found
    assert 0.6 < (people["country"] == "SE").mean() < 0.8


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_the_same_seed_people_and_day_give_the_same_alumni(tmp_path: Path, name: str) -> None:
    def written(**changes: object) -> bytes:
        write_alumni(tmp_path / name, **({"people": 500, "seed": 1, "today": TODAY} | changes))  # type: ignore[arg-type]
        return (tmp_path / name).read_bytes()

    assert written() == written()
    assert written() != written(seed=2)
    assert written() != written(people=501)


def test_nobody_stands_in_both_the_register_and_the_list_of_alumni(people: pd.DataFrame) -> None:
    students = register(people=5000, seed=7, today=TODAY)[0]
    for column in ("student_uid", "email"):
        own = set(people[column]) - {""}
        assert own.isdisjoint(students[column].str.strip().str.lower())
        assert len(own) == (people[column] != "").sum()
    assert people.loc[people["email"] != "", "email"].str.endswith("@alumn.example.net").all()


def test_alumni_got_their_degree_before_they_joined_and_joined_before_today(people: pd.DataFrame) -> None:
    assert (people["degree_awarded"] < pd.Timestamp(TODAY)).all()
    members = people[people["member"] == 1]
    assert (members["joined_on"] >= members["degree_awarded"]).all()
    assert (members["joined_on"] < pd.Timestamp(TODAY)).all()
    assert members["joined_on"].notna().all()
    assert people.loc[people["member"] == 0, "joined_on"].isna().all()
    assert members["degree_awarded"].dt.year.nunique() > 25


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_alumni_may_be_very_small(count: int) -> None:
    assert list(alumni(people=count, seed=1, today=TODAY).columns) == list(ALUMNI_COLUMNS)


def test_a_list_of_nobody_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match="at least one"):
        write_alumni(tmp_path / "a.csv", people=0, seed=1, today=TODAY)


DAYS = [TODAY, date(2026, 12, 1), date(2026, 12, 10), date(2027, 3, 14), date(2027, 7, 1), date(2028, 2, 29)]


@pytest.mark.parametrize("today", DAYS)
def test_six_visits_lie_ahead_whatever_day_it_is_and_three_are_invited_to_at_once(today: date) -> None:
    frame = planned(today)
    assert frame["visit"].nunique() == 6
    assert set(frame["city"]) == {"Tokyo", "Boston", "Nairobi", "Berlin", "Helsingfors", "São Paulo"}
    days = [date.fromisoformat(moment[:10]) for moment in frame["starts_at"]]
    assert {day.weekday() for day in days} <= set(range(5))
    assert not [day for day in days if day.month == 12 and day.day > 20]
    near = {visit for visit, day in zip(frame["visit"], days, strict=True) if (day - today).days <= 42}
    assert near == {"berlin", "helsingfors", "tokyo"}
    assert min(date.fromisoformat(day) for day in frame["answer_by"]) > today


def test_the_real_import_takes_in_every_visit_event_and_alumn(
    sqlite_db: str, tmp_path: Path, set_environment: Callable[..., None]
) -> None:
    write_visits(tmp_path / "visits.csv", today=clock.today())
    summary = import_visits(tmp_path / "visits.csv")
    assert (summary.visits_added, summary.events_added, summary.rejected) == (6, 7, 0)
    write_alumni(tmp_path / "alumni.csv", people=1000, seed=7, today=clock.today())
    taken = import_file("alumni", tmp_path / "alumni.csv")
    assert (taken.added, taken.rejected) == (1000, 0)
    with session_scope(reading=True) as session:
        events = visits.events(session)
    assert {event.place.name for event in events} == {
        "Tokyo", "Boston", "Nairobi", "Berlin", "Helsingfors", "São Paulo",
    }  # fmt: skip
    assert min(event.capacity for event in events) == 8
    assert all(event.title("en") and event.body("en") and event.entry("en") for event in events)


def test_enough_alumni_live_near_each_visit_for_the_small_event_to_fill(people: pd.DataFrame) -> None:
    members = people[(people["member"] == 1) & (people["email"] != "")]
    near = members["city"].value_counts()
    assert near["Berlin"] > 8 * 2
    assert all(near[city] >= 5 for city in set(planned(TODAY)["city"]))
