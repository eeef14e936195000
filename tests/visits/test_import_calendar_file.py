"""Visits from a calendar: whole days are visits, an entry with seats is an event, and its UID is what it is called."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from outreach.errors import PermanentFailure
from outreach.visits.importing import import_visits
from tests.visits.visit_files import known_events, known_visits, rejects

VISIT = """UID:a@cal
SUMMARY:Rektor i Tokyo
DTSTART;VALUE=DATE:20270510
DTEND;VALUE=DATE:20270515
LOCATION:Tokyo\\, Japan
DESCRIPTION:Avtal med tre lärosäten"""
EVENT = """UID:b@cal
SUMMARY:Alumnkväll
DTSTART;TZID=Asia/Tokyo:20270512T180000
DTEND;TZID=Asia/Tokyo:20270512T203000
LOCATION:Sveriges ambassad\\, 1-10-3 Roppongi\\, Tokyo\\, Japan
DESCRIPTION:Platser: 60\\nBesök: a@cal\\nGäster: 1\\nVälkommen till en kväll."""


def calendar(path: Path, *entries: str) -> Path:
    body = "".join(f"BEGIN:VEVENT\nDTSTAMP:20261101T000000Z\n{entry}\nEND:VEVENT\n" for entry in entries)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y\n{body}END:VCALENDAR\n"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    return path


def test_whole_days_are_a_visit_and_an_entry_with_seats_its_event(sqlite_db: str, tmp_path: Path) -> None:
    summary = import_visits(calendar(tmp_path / "v.ics", VISIT, EVENT))
    assert (summary.visits_added, summary.events_added, summary.rejected) == (1, 1, 0)
    (visit,), (event,) = known_visits(), known_events()
    assert (visit.starts_on, visit.ends_on) == (date(2027, 5, 10), date(2027, 5, 14))
    assert (visit.delegation, visit.purpose) == ("Rektor i Tokyo", "Avtal med tre lärosäten")
    assert (event.starts_at, event.ends_at) == (
        datetime(2027, 5, 12, 9, tzinfo=UTC), datetime(2027, 5, 12, 11, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (event.visit_id, event.capacity, event.guests_allowed) == (visit.id, 60, 1)
    assert (event.venue, event.body_sv) == ("Sveriges ambassad, 1-10-3 Roppongi", "Välkommen till en kväll.")


def test_the_same_calendar_twice_changes_nothing_and_a_moved_entry_moves_its_event(
    sqlite_db: str, tmp_path: Path
) -> None:
    path = calendar(tmp_path / "v.ics", VISIT, EVENT)
    import_visits(path)
    again = import_visits(path)
    assert (again.visits_unchanged, again.events_unchanged) == (1, 1)
    moved = import_visits(
        calendar(path, VISIT, EVENT.replace("T180000", "T190000").replace("Alumnkväll", "Alumnafton"))
    )
    assert moved.events_changed == 1
    (event,) = known_events()
    assert (event.title_sv, event.starts_at) == ("Alumnafton", datetime(2027, 5, 12, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("DTSTART:20270512T090000Z", "DTEND:20270512T113000Z"),
        ("DTSTART:20270512T180000", "DTEND:20270512T203000"),  # by the clock of the place
        ("DTSTART;TZID=Europe/Stockholm:20270512T110000", "DURATION:PT2H30M"),
        ("DTSTART;TZID=Tokyo Standard Time:20270512T180000", "DURATION:PT2H30M"),  # as Outlook names it
    ],
)
def test_every_way_to_say_when_gives_the_same_hour(sqlite_db: str, tmp_path: Path, start: str, end: str) -> None:
    lines = [line for line in EVENT.split("\n") if not line.startswith(("DTSTART", "DTEND"))]
    summary = import_visits(calendar(tmp_path / "v.ics", VISIT, "\n".join([*lines, start, end])))
    assert summary.rejected == 0
    (event,) = known_events()
    assert (event.starts_at, event.ends_at) == (
        datetime(2027, 5, 12, 9, tzinfo=UTC), datetime(2027, 5, 12, 11, 30, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("LOCATION:Tokyo\\, Japan", "LOCATION:Paris"), "Paris, France"),
        (("LOCATION:Tokyo\\, Japan", "SEQUENCE:1"), "The city is missing"),
        (("UID:a@cal", "UID:a@cal\nRRULE:FREQ=WEEKLY"), "recurs"),
        (("UID:a@cal", "UID:a@cal\nSTATUS:CANCELLED"), "cancelled"),
        (("DTSTART;VALUE=DATE:20270510\n", ""), "no beginning"),
        (("DTEND;VALUE=DATE:20270515", "DTEND;VALUE=DATE:20270501"), "before the beginning"),
        (("UID:a@cal", f"UID:{'a' * 300}"), "longer than 200"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_named_and_the_others_stand(
    sqlite_db: str, tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    path = calendar(tmp_path / "v.ics", VISIT.replace(*change), VISIT.replace("a@cal", "c@cal"))
    summary = import_visits(path)
    assert (summary.visits_added, summary.rejected) == (1, 1)
    (row,) = rejects(path)
    assert sentence in row["reason"]
    assert (row["post/entry"], row["SUMMARY"]) == ("1", "Rektor i Tokyo")


@pytest.mark.parametrize(
    "content", [b"hello", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff\xfe\x00", b"BEGIN:VEVENT"]
)
def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(sqlite_db: str, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v.ics"
    path.write_bytes(content)
    with pytest.raises(PermanentFailure, match=r"v\.ics"):
        import_visits(path)
