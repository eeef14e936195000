"""Events, the map and the reach as tables, pictures and sentences."""

import base64
import io
import re
from datetime import date

import matplotlib.image
import pandas as pd
import pytest

from outreach import figures
from outreach.figures.map import gathered

pytestmark = pytest.mark.usefixtures("home")

EVENTS = pd.DataFrame(
    [
        (1, "a", "Kväll", "Evening", 7, "Tokyo", "JP", date(2026, 12, 10), 2026, 60, False),
        (2, "b", "Lunch|", "Lunch|", 7, "Tokyo", "JP", date(2026, 12, 11), 2026, 20, True),
        (3, "c", "Träff", "Meeting", None, "Stockholm", "SE", date(2027, 1, 12), 2027, 60, False),
    ],
    columns=["event_id", "slug", "title_sv", "title_en", "visit_id", "city", "country", "day", "year", "capacity",
             "cancelled"],
).astype({"visit_id": "Int64"})  # fmt: skip
TURNOUT = pd.DataFrame(
    [
        (1, "dsv", 2020, 40, 30, 20, 10),
        (1, "juridik", 2020, 30, 20, 6, 2),
        (1, "", 0, 0, 0, 0, 6),
        (2, "dsv", 2012, 10, 0, 0, 0),
    ],
    columns=["event_id", "department_code", "cohort", "invited", "answered", "coming", "came"],
)
COUNTED = figures.counted(EVENTS, TURNOUT)


def pictures(markdown: str) -> list[tuple[int, ...]]:
    """The shapes of the pictures in a text."""
    found = re.findall(r"data:image/png;base64,([^)]+)\)", markdown)
    return [matplotlib.image.imread(io.BytesIO(base64.b64decode(one))).shape for one in found]


def test_an_events_tables_hide_small_cells_and_say_so() -> None:
    words = figures.event_markdown(COUNTED, 1, "en")
    assert "| Evening, Tokyo 2026-12-10 | 70 | 50 | 26 | 18 |" in words
    assert "| Department of Law | 30 | 20 | 6 | – |" in words
    assert "| Not known | 0 | 0 | 0 | – |" in words
    assert "| No degree in the register | 0 | 0 | 0 | 6 |" in words
    assert "– means hidden: fewer than 5" in words


def test_an_event_is_followed_by_its_visit_where_the_visit_holds_more() -> None:
    assert "## Hela besöket" in figures.event_markdown(COUNTED, 1, "sv")
    assert "## Hela besöket" not in figures.event_markdown(COUNTED, 3, "sv")
    assert "Alla evenemang i" not in figures.event_markdown(COUNTED, 1, "sv")  # the city holds the visit alone


def test_a_year_has_its_events_visits_and_cities_and_no_other_years() -> None:
    words = figures.year_markdown(COUNTED, 2026, "sv")
    assert "| Lunch\\|, Tokyo 2026-12-11 (inställt) | 10 | 0 | 0 | 0 |" in words
    assert "| **Hela 2026** | 80 | 50 | 26 | 18 |" in words
    assert "| Tokyo (JP) | 80 | 50 | 26 | 18 |" in words
    assert "| Tokyo 2026-12-10 | 80 | 50 | 26 | 18 |" in words
    assert "Stockholm" not in words


def test_a_table_of_one_small_line_is_not_shown() -> None:
    lone = figures.counted(EVENTS, TURNOUT.iloc[[3]].assign(invited=3))
    words = figures.event_markdown(lone, 2, "sv")
    assert "Institution: för få för att visas." in words
    assert "Institutionen för data" not in words


def test_a_year_and_an_event_nobody_was_invited_to_have_figures_too() -> None:
    assert "Det finns inga evenemang att räkna ännu." in figures.year_markdown(COUNTED, 2030, "sv")
    assert "| Meeting, Stockholm 2027-01-12 | 0 | 0 | 0 | 0 |" in figures.event_markdown(COUNTED, 3, "en")


def test_a_picture_stands_in_the_text_and_says_what_it_shows() -> None:
    words = figures.year_markdown(COUNTED, 2026, "en")
    (shape,) = pictures(words)
    assert shape[1] == 900
    assert "![Evening, Tokyo 2026-12-10: invited: 70, answered: 50, coming, with guests: 26" in words


def members(*rows: tuple[str, str, float, float, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["city", "country", "latitude", "longitude", "people"])


TOWNS = members(
    ("Stockholm", "SE", 59.33, 18.07, 40),
    ("Uppsala", "SE", 59.86, 17.64, 4),
    ("Kiruna", "SE", 67.86, 20.23, 2),
    ("Gällivare", "SE", 67.13, 20.66, 3),
    ("Suva", "FJ", -18.14, 178.44, 3),
    ("Apia", "WS", -13.83, -171.77, 3),
)


def test_a_small_place_is_counted_with_a_larger_one_near_by_and_else_among_the_others() -> None:
    found = gathered(TOWNS)
    assert found.places[["city", "people", "towns"]].to_numpy().tolist() == [["Stockholm", 44, 2], ["Gällivare", 5, 2]]
    assert (found.others, found.few) == (6, False)


def test_too_few_others_are_not_counted() -> None:
    found = gathered(TOWNS.iloc[:5])
    assert (found.others, found.few) == (0, True)
    words = figures.map_markdown(TOWNS.iloc[:5], TOWNS, {"SE": "Sverige"}, "sv")
    assert "Övriga orter" not in words
    assert words.count("Några få bor någon annanstans.") == 1


def test_neighbours_across_the_date_line_are_near() -> None:
    found = gathered(members(("Taveuni", "FJ", -16.9, 179.9, 9), ("Rabi", "FJ", -16.5, -179.9, 1)))
    assert found.places["people"].tolist() == [10]


def test_one_place_in_two_languages_is_one_place() -> None:
    found = gathered(members(("Göteborg", "SE", 57.7, 11.97, 9), ("Gothenburg", "SE", 57.7, 11.97, 3)))
    assert found.places[["city", "people"]].to_numpy().tolist() == [["Göteborg", 12]]


def test_the_map_comes_with_its_table_and_no_small_place_is_in_either() -> None:
    words = figures.map_markdown(TOWNS, TOWNS, {"SE": "Sweden"}, "en")
    assert "| Stockholm and around | Sweden | 44 |" in words
    assert "| Other places |  | 6 |" in words
    for small in ("Kiruna", "Suva", "Uppsala"):
        assert small not in words
    assert len(pictures(words)) == 1


def test_the_same_map_is_the_same_bytes() -> None:
    assert figures.members_map(TOWNS, TOWNS, "sv") == figures.members_map(TOWNS, TOWNS, "sv")


def test_no_members_give_a_sentence_and_no_map() -> None:
    words = figures.map_markdown(TOWNS.head(0), TOWNS, {}, "sv")
    assert "data:image" not in words
    assert "Ingen ort" in words


def reached(*rows: tuple[str, int, str, bool, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["department_code", "cohort", "language", "member", "reason", "people"])


def test_the_reach_says_how_many_of_which_departments_years_and_languages_and_why_not_the_others() -> None:
    frame = reached(
        ("dsv", 2020, "sv", True, "", 12), ("juridik", 2012, "en", True, "", 8),
        ("dsv", 2012, "en", False, "no_consent", 30), ("juridik", 2020, "sv", False, "left", 2),
    )  # fmt: skip
    words = figures.reach_markdown(frame, "Tokyo, Japan", 100.0, "en")
    assert "Within 100 km we know of 52 people. Of them 20 are members of the alumni network, and 20 would get" in words
    assert "| Department of Law | 10 | 8 | 8 |" in words
    assert "| 2020 | 14 | 12 | 12 |" in words
    assert "| English | 38 | 8 | 8 |" in words
    assert "for few" not in words
    assert "| The person has left the network. |" not in words  # the two reasons would tell of each other
    assert "Nothing has been sent." in words


def test_a_reach_of_a_few_is_not_counted() -> None:
    words = figures.reach_markdown(reached(("dsv", 2020, "sv", True, "", 4)), "Suva, Fiji", None, "sv")
    assert "I hela landet känner vi till färre än 5 personer." in words
    assert "|" not in words
