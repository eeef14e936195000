"""Visits and events from a sheet: each once, changed when they change, nothing the second time, nothing lost."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from outreach import clock, database
from outreach.errors import PermanentFailure
from outreach.models import Audit, EventChange
from outreach.queries import visits as queries
from outreach.visits import changing
from outreach.visits.importing import import_visits
from tests.visits.planned import answers, told
from tests.visits.visit_files import AT_HOME, TOKYO, known_events, known_visits, rejects, write


def test_a_visit_and_its_event_come_in_with_everything_they_have(db: str, tmp_path: Path) -> None:
    row = TOKYO | {
        "department": "asien-mellanost", "body_sv": "Välkommen **du**.", "body_en": "Welcome.",
        "entry_sv": "Ring på.", "radius_km": "hela landet", "departments": "arkeologi; engelska", "from_year": "1990",
        "until_year": "2020", "interests": "mentor, ambassadör",
    }  # fmt: skip
    summary = import_visits(write(tmp_path / "v.csv", row))
    assert (summary.read, summary.visits_added, summary.events_added, summary.rejected) == (1, 1, 1, 0)
    (visit,), (event,) = known_visits(), known_events()
    assert (visit.place.country, visit.starts_on, visit.ends_on) == ("JP", date(2027, 5, 10), date(2027, 5, 14))
    assert (visit.delegation, visit.department_code) == ("Rektor och två dekaner", "asien-mellanost")
    assert (event.visit_id, event.delegation, event.department_code) == (visit.id, visit.delegation, "asien-mellanost")
    assert event.starts_at == datetime(2027, 5, 12, 9, 0, tzinfo=UTC)
    assert event.ends_at == datetime(2027, 5, 12, 11, 30, tzinfo=UTC)
    assert (event.place.time_zone, event.slug) == ("Asia/Tokyo", "tokyo-2027-05-12")
    assert (event.answer_by, event.capacity, event.guests_allowed) == (date(2027, 5, 5), 60, 1)
    assert (event.radius_km, event.body_en, event.entry_en) == (None, "Welcome.", "Ring på.")
    assert (event.narrowing.departments, event.narrowing.interests) == (
        ("arkeologi", "engelska"), ("ambassador", "mentor"),
    )  # fmt: skip
    assert (event.narrowing.from_year, event.narrowing.until_year) == (1990, 2020)


def test_the_same_file_twice_changes_nothing(db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", TOKYO, AT_HOME)
    import_visits(path)
    before = (known_visits(), known_events())
    again = import_visits(path)
    assert (again.visits_added, again.visits_changed, again.visits_unchanged) == (0, 0, 1)
    assert (again.events_added, again.events_changed, again.events_unchanged) == (0, 0, 2)
    assert (known_visits(), known_events()) == before


def test_what_is_left_out_has_the_usual_value(sqlite_db: str, tmp_path: Path) -> None:
    import_visits(write(tmp_path / "v.csv", AT_HOME))
    (event,) = known_events()
    assert event.visit_id is None
    assert (event.answer_by, event.radius_km, event.guests_allowed) == (date(2027, 3, 5), 100.0, 0)
    assert event.department_code is None


def test_several_events_share_the_visit_that_one_row_describes(sqlite_db: str, tmp_path: Path) -> None:
    lunch = {"visit": "tokyo-27", "title_sv": "Lunch", "venue": "Hotellet", "starts_at": "2027-05-13 12:00",
             "ends_at": "13:30", "capacity": "12"}  # fmt: skip
    kyoto = lunch | {
        "title_sv": "Kväll i Kyoto",
        "event_city": "Kyoto",
        "starts_at": "2027-05-13 18:00",
        "ends_at": "21:00",
    }
    summary = import_visits(write(tmp_path / "v.csv", lunch, TOKYO, kyoto))
    assert (summary.visits_added, summary.events_added, summary.rejected) == (1, 3, 0)
    (visit,) = known_visits()
    assert {(event.visit_id, event.place.name) for event in known_events()} == {
        (visit.id, "Tokyo"),
        (visit.id, "Kyoto"),
    }


def test_an_event_added_later_finds_its_visit_by_name(sqlite_db: str, tmp_path: Path) -> None:
    import_visits(write(tmp_path / "v.csv", TOKYO))
    later = AT_HOME | {"visit": "tokyo-27", "starts_at": "2027-05-11 19:00", "city": "", "country": ""}
    assert import_visits(write(tmp_path / "w.csv", later)).events_added == 1
    assert {event.place.country for event in known_events()} == {"JP"}


def test_a_visit_without_an_event_is_a_visit_alone(sqlite_db: str, tmp_path: Path) -> None:
    row = {name: TOKYO[name] for name in ("city", "country", "starts_on", "ends_on", "delegation")}
    assert import_visits(write(tmp_path / "v.csv", row)).visits_added == 1
    assert import_visits(write(tmp_path / "v.csv", row)).visits_unchanged == 1
    assert known_events() == []


def test_swedish_headers_commas_and_workbooks_say_the_same(sqlite_db: str, tmp_path: Path) -> None:
    swedish = {"Besök": "t", "Ort": "Tokyo", "Land": "Japan", "Ankomst": "2027-05-10", "Avresa": "2027-05-14",
               "Titel": "Kväll", "Lokal": "Ambassaden", "Börjar": "2027-05-12 18:00", "Slutar": "20:30",
               "Svara senast": "2027-05-05", "Antal platser": "60", "Gäster": "1", "Radie km": "50"}  # fmt: skip
    assert import_visits(write(tmp_path / "v.csv", swedish, delimiter=",")).events_added == 1
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(swedish))
    days = {"Ankomst": date(2027, 5, 10), "Avresa": date(2027, 5, 14), "Svara senast": date(2027, 5, 5),
            "Börjar": datetime(2027, 5, 12, 18),  # noqa: DTZ001 - as a cell holds it
            "Antal platser": 60, "Gäster": 1, "Radie km": 50}  # fmt: skip
    sheet.append([days.get(name, text) for name, text in swedish.items()])
    book.save(tmp_path / "v.xlsx")
    again = import_visits(tmp_path / "v.xlsx")
    assert (again.visits_unchanged, again.events_unchanged, again.rejected) == (1, 1, 0)


def test_a_moved_event_is_changed_and_those_who_come_are_told(db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", TOKYO)
    import_visits(path)
    (event,) = known_events()
    answers(event, "aya")
    moved = import_visits(write(path, TOKYO | {"starts_at": "2027-05-12 18:30"}))
    assert (moved.events_changed, moved.told) == (1, 1)
    (after,) = known_events()
    assert (after.sequence, after.public_id) == (event.sequence + 1, event.public_id)
    assert ("aya", "changed") in told(event, "changed")
    assert import_visits(path).events_unchanged == 1
    with database.session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(EventChange)) == 1
        assert session.scalars(select(Audit.actor).where(Audit.action == "changed_event")).all() == ["import"]


def test_a_changed_visit_is_changed_and_its_events_know_who_comes(sqlite_db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", TOKYO)
    import_visits(path)
    assert import_visits(write(path, TOKYO | {"delegation": "Prorektor"})).visits_changed == 1
    assert [event.delegation for event in known_events()] == ["Prorektor"]


def test_a_row_gone_from_the_file_leaves_its_event_as_it_is(sqlite_db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", TOKYO, AT_HOME)
    import_visits(path)
    import_visits(write(path, TOKYO))
    assert len(known_events()) == 2


def test_an_event_that_has_been_stays_and_is_no_error_unless_the_file_moves_it(sqlite_db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", AT_HOME)
    import_visits(path)
    with clock.frozen(datetime(2027, 4, 1, tzinfo=UTC)):
        assert import_visits(path).events_unchanged == 1
        summary = import_visits(write(path, AT_HOME | {"starts_at": "2027-09-12 19:00"}))
        assert (summary.events_changed, summary.rejected) == (0, 1)
    assert "begun already" in rejects(path)[0]["reason"]


def test_a_cancelled_event_is_not_brought_back_by_its_file(sqlite_db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", AT_HOME)
    import_visits(path)
    with database.session_scope() as session:
        changing.cancel(session, queries.events(session)[0], actor="test", now=clock.now())
    assert import_visits(path).events_unchanged == 1
    assert import_visits(write(path, AT_HOME | {"capacity": "50"})).rejected == 1
    assert known_events()[0].cancelled


BAD = {
    "paris": ({"city": "Paris", "country": ""}, "Paris, France; Paris, United States (Texas)"),
    "no such city": ({"city": "Gotheburg", "country": ""}, "Did you mean Gothenburg, Sweden"),
    "no such country": ({"country": "Narnia"}, "No country is called 'Narnia'"),
    "no city": ({"city": "", "country": ""}, "The city is missing"),
    "end before start": ({"ends_at": "2027-03-12 18:00"}, "The end is before the beginning"),
    "weeks long": ({"ends_at": "2027-05-12 18:00"}, "more than 7 days"),
    "skipped hour": ({"starts_at": "2027-03-28 02:30", "ends_at": "04:00"}, "from UTC+01:00 to UTC+02:00"),
    "doubled hour": ({"starts_at": "2027-10-31 02:30", "ends_at": "04:00"}, "02:30+02:00 or 2027-10-31 02:30+01:00"),
    "no day": ({"starts_at": "snart"}, "'snart' is not a time"),
    "not in the calendar": ({"starts_at": "2027-02-30 18:00"}, "is not a"),
    "capacity 0": ({"capacity": "0"}, "a whole number from 1 to 5000"),
    "capacity -1": ({"capacity": "-1"}, "a whole number from 1 to 5000"),
    "no capacity": ({"capacity": ""}, "must be filled in"),
    "capacity in words": ({"capacity": "många"}, "a whole number from 1 to 5000"),
    "10,000 guests": ({"guests_allowed": "10000"}, "a whole number from 0 to 10"),
    "guests without room": ({"capacity": "2", "guests_allowed": "2"}, "does not fit"),
    "answer after": ({"answer_by": "2027-03-13"}, "is after the event"),
    "answer long ago": ({"answer_by": "2026-11-01"}, "has passed"),
    "the past": ({"starts_at": "2026-03-12 19:00", "answer_by": "2026-03-01"}, "That time has passed"),
    "radius": ({"radius_km": "-5"}, "will not do: write kilometres"),
    "department": ({"department": "trolleri"}, "does not stand in config/departments.csv"),
    "audience": ({"departments": "arkeologi; trolleri"}, "'trolleri'"),
    "interest": ({"interests": "dans"}, "There is no interest 'dans'"),
    "years": ({"from_year": "2020", "until_year": "1990"}, "1990 is before 2020"),
    "code": ({"body_sv": "<script>alert(1)</script>"}, "holds code"),
    "our own marks": ({"title_sv": "tag0123456789_given_name_tZ"}, "own marks"),
    "no title": ({"title_sv": "", "title_en": ""}, "must be filled in"),
    "no venue": ({"venue": ""}, "must be filled in"),
    "unknown visit": ({"visit": "bergen"}, "There is no visit 'bergen'"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_row_that_cannot_be_taken_is_named_and_the_others_stand(sqlite_db: str, tmp_path: Path, case: str) -> None:
    wrong, sentence = BAD[case]
    path = write(tmp_path / "v.csv", TOKYO, AT_HOME | wrong)
    summary = import_visits(path)
    assert (summary.read, summary.events_added, summary.rejected) == (2, 1, 1)
    (row,) = rejects(path)
    assert sentence in row["reason"]
    assert row["orsak"] != row["reason"]
    assert row["rad/line"] == "3"
    assert row["capacity"] == (AT_HOME | wrong)["capacity"].replace("-1", "'-1")
    assert "2 rows read" in summary.sentence("en")


def test_the_list_of_rejects_can_be_corrected_and_imported(sqlite_db: str, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", AT_HOME | {"city": "Springfield", "country": "USA"})
    assert import_visits(path).rejected == 1
    (row,) = rejects(path)
    assert import_visits(write(tmp_path / "corrected.csv", row | {"city": "Springfield (Illinois)"})).events_added == 1
    assert known_events()[0].place.time_zone == "America/Chicago"


def test_an_hour_that_comes_twice_is_taken_with_its_offset(sqlite_db: str, tmp_path: Path) -> None:
    first = AT_HOME | {"starts_at": "2027-10-31 02:30+02:00", "ends_at": "2027-10-31 02:30+01:00"}
    assert import_visits(write(tmp_path / "v.csv", first)).events_added == 1
    (event,) = known_events()
    assert (event.ends_at - event.starts_at).total_seconds() == 3600


def test_two_rows_that_contradict_each_other_are_told(sqlite_db: str, tmp_path: Path) -> None:
    other = TOKYO | {"title_sv": "Lunch", "delegation": "Någon annan"}
    path = write(tmp_path / "v.csv", TOKYO, other, AT_HOME, AT_HOME | {"capacity": "50"}, AT_HOME)
    summary = import_visits(path)
    assert (summary.events_added, summary.rejected) == (2, 2)
    assert [row["rad/line"] for row in rejects(path)] == ["3", "5"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"ort;kapacitett\nTokyo;5\n", "unknown column 'kapacitett'"),
        (b"titel;start\nx;y\n", "the column 'city' is missing"),
        (b"city;ort\nx;y\n", "two columns mean 'city'"),
        (b"\x00\x01\x02", "not a text file"),
        (b"city\n", "has a header but no rows"),
    ],
)
def test_a_file_that_is_no_list_of_visits_is_refused_whole(
    sqlite_db: str, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "v.csv"
    path.write_bytes(content)
    with pytest.raises(PermanentFailure, match=sentence):
        import_visits(path)


def test_a_draft_that_is_already_there_is_not_different(db: str, tmp_path: Path) -> None:
    import_visits(write(tmp_path / "v.csv", TOKYO))
    with database.session_scope() as session:
        (event,) = queries.events(session)
        draft = replace(changing.draft_of(event), source_key="x")
        assert changing.different(event, draft) == ()
