"""Hours and values as people write them: what is meant, or what is wrong with it in both languages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach import places
from outreach.event import Place
from outreach.visits import columns
from outreach.visits.checking import Refused, event_draft, visit_draft
from outreach.visits.drafts import EventDraft
from outreach.visits.local_time import moment
from outreach.visits.slips import Slip
from outreach.web.persons import ROLES
from tests.visits.visit_files import AT_HOME, TOKYO

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kathmandu"]
FIELDS = dict(AT_HOME)


def somewhere(zone: str) -> Place:
    return Place("Orten", "SE", 59.0, 18.0, zone)


@pytest.mark.parametrize(
    "text",
    ["2027-05-12 18:00", "2027-05-12T18:00", "2027-05-12 18:00:00", "2027-05-12 18.00", "2027/05/12 kl. 18.00",
     "2027-05-12 09:00Z", "2027-05-12 11:00+02:00", "2027-05-12T18:00:00+09:00", "2027-05-12 09:00 UTC"],
)  # fmt: skip
def test_an_hour_is_understood_however_it_is_written(text: str) -> None:
    assert moment(text, somewhere("Asia/Tokyo")) == datetime(2027, 5, 12, 9, tzinfo=UTC)


@settings(max_examples=150)
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001 - as a clock on the wall shows it
)
def test_the_hour_taken_is_the_hour_the_clock_there_shows(zone: str, shown: datetime) -> None:
    shown = shown.replace(second=0, microsecond=0)
    try:
        taken = moment(f"{shown:%Y-%m-%d %H:%M}", somewhere(zone))
    except Slip:  # asked about only near a change of the clocks
        near = [(shown + timedelta(hours=hours)).replace(tzinfo=ZoneInfo(zone)).utcoffset() for hours in (-3, 3)]
        assert near[0] != near[1]
        return
    assert taken.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown


@pytest.mark.parametrize(
    ("zone", "text", "offsets"),
    [
        ("Europe/Berlin", "2027-03-28 02:30", ("+01:00", "+02:00")),
        ("Europe/Berlin", "2027-10-31 02:30", ("+02:00", "+01:00")),
        ("America/New_York", "2027-03-14 02:15", ("-05:00", "-04:00")),
        ("America/New_York", "2027-11-07 01:30", ("-04:00", "-05:00")),
        ("Australia/Sydney", "2027-10-03 02:30", ("+10:00", "+11:00")),
        ("Australia/Sydney", "2027-04-04 02:30", ("+11:00", "+10:00")),
    ],
)
def test_an_hour_that_is_skipped_or_doubled_is_asked_about_with_both_offsets(
    zone: str, text: str, offsets: tuple[str, str]
) -> None:
    with pytest.raises(Slip) as slip:
        moment(text, somewhere(zone))
    for sentence in (slip.value.sv, slip.value.en):
        assert all(offset in sentence for offset in offsets)
    first, second = (moment(f"{text}{offset}", somewhere(zone)) for offset in offsets)
    assert abs(first - second) == timedelta(hours=1)


@pytest.mark.parametrize(
    "text", ["", "18:00", "2027-05-12", "2027-05-12 25:00", "12 maj kl 18", "2027-05-12 18:00+99:00"]
)
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(Slip):
        moment(text, somewhere("Asia/Tokyo"))


def test_everything_wrong_is_told_at_once_and_choices_come_along() -> None:
    with pytest.raises(Refused) as refused:
        event_draft(FIELDS | {"city": "Paris", "country": "", "capacity": "0", "title_sv": "", "title_en": ""})
    assert {problem.field for problem in refused.value.problems} == {"city", "capacity", "title_sv"}
    assert {choice.place.country for choice in refused.value.choices["city"]} == {"FR", "US"}
    field, sv, en = refused.value.problems[0]
    assert (field, "Paris, Frankrike" in sv, "Paris, France" in en) == ("city", True, True)


def test_a_choice_sent_back_as_it_was_shown_is_taken() -> None:
    for text, zone in (("Paris, Frankrike", "Europe/Paris"), ("Paris, USA (Texas)", "America/Chicago")):
        assert event_draft(FIELDS | {"city": text, "country": ""}).place.time_zone == zone


def test_one_language_serves_both_where_the_other_is_empty() -> None:
    draft = event_draft(FIELDS | {"title_sv": "", "title_en": "Alumni pub", "body_sv": "Hej", "body_en": ""})
    assert (draft.title_sv, draft.title_en, draft.body_en) == ("Alumni pub", "Alumni pub", "Hej")


def test_a_visit_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused, match="before the beginning"):
        visit_draft(TOKYO | {"ends_on": "2027-05-09"})


def test_a_department_whose_name_holds_a_comma_is_one() -> None:
    from outreach.departments import departments

    row = next(row for row in departments().values() if "," in row.name_sv)
    assert event_draft(FIELDS | {"departments": row.name_sv}).narrowing.departments == (row.code,)
    assert event_draft(FIELDS | {"departments": f"{row.name_sv}; {row.code}"}).narrowing.departments == (row.code,)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(columns.OF_THE_EVENT | columns.OF_BOTH)), st.text(max_size=60))
def test_whatever_stands_in_a_field_it_is_taken_or_refused_in_two_languages(field: str, text: str) -> None:
    judged = taken_or_refused(FIELDS | {field: text})
    if isinstance(judged, EventDraft):
        assert judged.starts_at < judged.ends_at
        assert 1 + judged.guests_allowed <= judged.capacity
    else:
        assert judged.problems
        assert all(problem.sv and problem.en and problem.sv != problem.en for problem in judged.problems)


def taken_or_refused(fields: dict[str, str]) -> EventDraft | Refused:
    try:
        return event_draft(fields)
    except Refused as refused:
        return refused


def test_every_role_people_can_offer_can_be_asked_for() -> None:
    assert set(columns.INTERESTS) == set(ROLES)


def test_no_header_means_two_columns() -> None:
    every = columns.OF_THE_VISIT | columns.OF_BOTH | columns.OF_THE_EVENT
    assert {(ours, word) for ours, words in every.items() for word in words if columns.column(word) != ours} == set()


def test_the_place_is_the_one_the_list_knows() -> None:
    assert event_draft(FIELDS).place == places.find("Stockholm", "SE")
