"""The newsletter's rules without a database: when it opens, which story stands where, what the schedule says."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some
from prefect.server.schemas.schedules import CronSchedule

from outreach import duties
from outreach.duties import Section, StoryKind
from outreach.editions import calendar, filling
from outreach.rendering.told import told
from outreach.settings import ROOT
from outreach.story import Channel, Kind, Story, Telling
from outreach.up.lay import _first_values

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def story(number: int, kind: str = "news", department: str | None = None, **fields: object) -> Story:
    values: dict[str, object] = {
        "id": number, "slug": f"s{number}", "kind": Kind(kind), "department_code": department,
        "tellings": (Telling("sv", f"Titel {number}", "Text"),), "link": None, "picture": None, "person_id": None,
        "happens_at": None, "place": "", "publish_from": None, "publish_until": None, "channels": frozenset(Channel),
    }  # fmt: skip
    return Story(**values | fields)  # type: ignore[arg-type]


def section(name: str, *kinds: str, **fields: object) -> Section:
    return Section(name=name, title_sv=name, title_en=name, kinds=kinds, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 11, 30), None), (date(2026, 12, 1), "2026-Q4"), (date(2026, 12, 15), "2026-Q4"),
        (date(2026, 12, 16), None), (date(2027, 3, 2), "2027-Q1"), (date(2027, 6, 1), "2027-Q2"),
        (date(2027, 9, 6), None), (date(2027, 9, 7), "2027-Q3"),
    ],
)  # fmt: skip
def test_an_edition_opens_on_the_first_tuesday_and_catches_up_for_14_days(day: date, period: str | None) -> None:
    due = calendar.due(day, 14)
    assert (due.name if due else None) == period


@given(some.dates(date(2020, 1, 1), date(2090, 12, 31)))
def test_the_last_and_the_next_edition_stand_around_every_day(day: date) -> None:
    last, following = calendar.latest(day), calendar.coming(day)
    assert last.opens <= day < following.opens
    for one in (last, following):
        assert (one.opens.weekday(), one.opens.month % 3) == (1, 0)
        assert one.opens.day <= 7
        assert calendar.named(one.name) == one


def test_the_schedule_prefect_is_given_means_the_first_tuesday() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    (mine,) = [item for item in deployments if item["name"] == "quarterly-newsletter"]
    first, daily = (CronSchedule(**line["schedule"]) for line in _first_values(mine)["schedules"])
    start = datetime(2026, 11, 22, tzinfo=ZoneInfo("Europe/Stockholm"))
    dates = asyncio.run(first.get_dates(8, start=start))
    assert [f"{one:%Y-%m-%d %H:%M}" for one in dates] == [
        "2026-12-01 08:00", "2027-03-02 08:00", "2027-06-01 08:00", "2027-09-07 08:00",
        "2027-12-07 08:00", "2028-03-07 08:00", "2028-06-06 08:00", "2028-09-05 08:00",
    ]  # fmt: skip
    assert len({one.date() for one in asyncio.run(daily.get_dates(8, start=start))}) == 8


def test_kinds_in_the_configuration_are_the_kinds_there_are() -> None:
    assert set(StoryKind.__args__) == {kind.value for kind in Kind}  # type: ignore[attr-defined]


def test_shared_sections_choose_first_and_departments_have_the_rest() -> None:
    sections = [section("own", "news", whose="own", at_most=2), section("news", "news", at_most=2)]
    plan = filling.fill(sections, [story(n, department="juridik") for n in range(1, 6)], kept={}, now=NOW)
    assert [one.id for one in plan.shared["news"]] == [1, 2]
    assert [one.id for one in plan.own["own"]["juridik"]] == [3, 4]
    assert plan.seen_by("own", "fysikum") == ()


def test_coming_events_stand_by_their_day_and_past_ones_not_at_all() -> None:
    days = {1: 9, 2: 3, 3: -1, 4: 6}
    pool = [story(number, "event", happens_at=NOW + timedelta(days=after)) for number, after in days.items()]
    plan = filling.fill([section("events", "event", at_most=2)], pool, kept={}, now=NOW)
    assert [one.id for one in plan.shared["events"]] == [2, 4]


def test_what_stands_keeps_its_place_and_what_is_gone_leaves_one_free() -> None:
    sections = [section("lead", "news", at_most=1), section("news", "news", at_most=2)]
    pool = [story(number) for number in (9, 1, 2, 3)]
    plan = filling.fill(sections, pool, kept={1: "lead", 2: "news", 77: "news"}, now=NOW)
    assert [one.id for one in plan.shared["lead"]] == [1]
    assert [one.id for one in plan.shared["news"]] == [2, 9]


def test_a_section_with_too_few_says_so() -> None:
    sections = [section("lead", "news", at_least=1, at_most=1), section("portrait", "portrait", at_least=2)]
    plan = filling.fill(sections, [story(1), story(2, "portrait")], kept={}, now=NOW)
    assert [(one.section.name, one.found) for one in filling.missing(sections, plan)] == [("portrait", 1)]


@given(
    some.lists(some.tuples(some.sampled_from(list(Kind)), some.sampled_from([None, "juridik", "fysikum"])), max_size=40)
)
def test_no_story_stands_twice_and_none_where_it_does_not_fit(given_: list[tuple[Kind, str | None]]) -> None:
    pool = [story(number, kind.value, department) for number, (kind, department) in enumerate(given_, start=1)]
    sections = duties.duty("quarterly-newsletter").sections
    plan = filling.fill(sections, pool, kept={}, now=NOW)
    placed = plan.placed()
    assert len({one.id for _, one in placed}) == len(placed)
    rules = {one.name: one for one in sections}
    for name, one in placed:
        assert one.kind.value in rules[name].kinds
        assert rules[name].whose == "any" or (one.department_code is None) == (rules[name].whose == "central")
    for name, found in plan.shared.items():
        assert len(found) <= rules[name].at_most


def test_a_long_text_is_cut_between_paragraphs_and_never_ends_with_a_heading() -> None:
    long = "Första stycket.\n\n## Rubrik\n\n" + "ord " * 100
    short = told(long, 40)
    assert short.cut
    assert short.text == "Första stycket."
    assert "<h4>" in told(long).html
    assert not told("Kort.", 40).cut
