"""Frames as tables, pictures and sentences."""

import base64
import io
import re
from pathlib import Path

import matplotlib.image
import pandas as pd
import pytest

from outreach import figures
from outreach.departments import departments
from outreach.duties import LANGUAGES
from outreach.figures.markdown import table
from outreach.figures.words import REASONS, STATUSES
from outreach.models import RecipientStatus

pytestmark = pytest.mark.usefixtures("home")


def shares_of(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["department_code", "term", "graduates", "joined"])
    return frame.assign(share=frame["joined"] / frame["graduates"])


CLASSES = shares_of(
    ("dsv", "2026-VT", 40, 12),
    ("dsv", "2026-HT", 20, 18),
    ("juridik", "2026-HT", 1000, 500),
    ("dsv", "2027-VT", 10, 0),
)


def test_the_funnel_counts_everyone_considered_and_then_each_status_in_order_of_the_spine() -> None:
    rows = [(1, "accepted", 1200), (1, "excluded", 30), (2, "accepted", 4), (1, "odd", 1)]
    frame = pd.DataFrame(rows, columns=["wave", "status", "people"])
    assert figures.funnel_table(frame, "en") == (
        "| People | Message 1 | Message 2 |\n"
        "| --- | ---: | ---: |\n"
        "| **Considered** | 1,231 | 4 |\n"
        "| Did not get the letter | 30 | 0 |\n"
        "| Accepted by the mail service | 1,200 | 4 |\n"
        "| odd | 1 | 0 |\n"
    )
    assert "| **Övervägda** | 1\u00a0231 | 4 |" in figures.funnel_table(frame, "sv")


def test_exclusions_are_sentences_the_most_common_first_and_an_unknown_reason_is_its_code() -> None:
    rows = [(1, "member", 3), (1, "no_address", 7), (2, "member", 1), (1, "new|reason", 1)]
    frame = pd.DataFrame(rows, columns=["wave", "reason", "people"])
    assert figures.exclusion_table(frame, "sv").splitlines()[2:] == [
        "| Det finns ingen e-postadress i registret. | 7 | 0 |",
        "| Personen är redan medlem. | 3 | 1 |",
        "| new\\|reason | 1 | 0 |",
    ]


def test_who_was_over_the_limit_is_counted_by_the_campaign_that_went_first() -> None:
    key = "graduation-invitation/2026-HT/central"
    rows = [(1, f"over_budget:{key}", 3), (1, "over_budget", 1)]
    frame = pd.DataFrame(rows, columns=["wave", "reason", "people"])
    said = "Personen har nyss fått eller ska få så många brev som gränsen tillåter."
    assert figures.exclusion_table(frame, "sv").splitlines()[2:] == [
        f"| {said} Före gick {key}. | 3 |",
        f"| {said} | 1 |",
    ]
    assert f"as many messages as the limit allows. {key} went first." in figures.exclusion_table(frame, "en")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_empty_frames_give_a_sentence(language: str) -> None:
    empty = CLASSES.head(0)
    ledger = pd.DataFrame({"wave": [], "status": [], "reason": [], "people": []})
    for words in (
        figures.funnel_table(ledger, language),
        figures.exclusion_table(ledger, language),
        figures.share_joined_table(empty, language),
        figures.share_joined_text(empty, 0.9, language),
    ):
        assert re.fullmatch(r"[A-ZÅÄÖ][^|]+\.", words)
    assert "data:image" not in figures.share_joined_markdown(empty, language)


def test_every_status_and_every_reason_has_words_in_both_languages() -> None:
    assert set(STATUSES) == {str(status) for status in RecipientStatus}
    for swedish, english in REASONS.values():
        assert swedish.endswith(".")
        assert english.endswith(".")
        assert swedish != english


def test_every_reason_the_queries_give_has_words() -> None:
    """Reasons are plain literals in the queries; a new one must not reach a coordinator as a code."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in Path(figures.__file__).parents[1].glob("queries/**/*.py")
    )
    given = set(re.findall(r'reason="(\w+)"|_word\("(\w+)"\)|\), "(\w+)"\)|literal\("(\w+)", String\)', source))
    named = {word for match in given for word in match if word}
    assert {"no_address", "person_erased", "already_asked"} <= named
    assert named - set(REASONS) - set(LANGUAGES) == set()


def test_cells_cannot_break_a_table() -> None:
    assert table(["a", "b"], [["x|y\nz", "<b>\\"]]).splitlines()[2] == "| x\\|y z | &lt;b>\\\\ |"


def test_the_table_has_a_line_a_department_and_a_column_a_term() -> None:
    assert figures.share_joined_table(CLASSES, "en") == (
        "| Department | 2026-VT | 2026-HT | 2027-VT |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| **The whole university** | 12 of 40 (30%) | 518 of 1,020 (51%) | 0 of 10 (0%) |\n"
        "| Department of Computer and Systems Sciences | 12 of 40 (30%) | 18 of 20 (90%) | 0 of 10 (0%) |\n"
        "| Department of Law | – | 500 of 1,000 (50%) | – |\n"
    )


def test_later_terms_than_the_current_one_are_left_out() -> None:
    assert set(figures.recent(CLASSES, "2026-HT")["term"]) == {"2026-VT", "2026-HT"}
    assert set(figures.recent(CLASSES, "2027-VT", terms=1)["term"]) == {"2027-VT"}
    assert figures.recent(CLASSES, "2020-HT").empty


def test_the_sentence_says_what_the_picture_shows() -> None:
    autumn = CLASSES[CLASSES["term"] == "2026-HT"]
    assert figures.share_joined_text(autumn, 0.9, "en") == (
        "2026-HT: 518 of 1,020 (51%) have joined the alumni network. KTH's aim (2009): 90%. "
        "Highest: Department of Computer and Systems Sciences (90%). Lowest: Department of Law (50%)."
    )


def test_nobody_is_best_or_last_when_all_are_alike_or_too_few_to_tell() -> None:
    alike = shares_of(("dsv", "2026-HT", 40, 0), ("juridik", "2026-HT", 50, 0))
    few = shares_of(("dsv", "2026-HT", 40, 10), ("juridik", "2026-HT", 4, 4))
    for frame in (alike, few):
        assert figures.share_joined_text(frame, 0.9, "en").endswith("KTH's aim (2009): 90%.")


def test_a_department_of_its_own_is_compared_over_its_terms() -> None:
    own = CLASSES[CLASSES["department_code"] == "dsv"]
    words = figures.share_joined_text(own, 0.9, "sv")
    assert words.endswith("Störst andel: 2026-HT (90\u00a0%). Minst: 2027-VT (0\u00a0%).")
    assert "Hela universitetet" not in figures.share_joined_table(own, "sv")


@pytest.fixture
def largest() -> pd.DataFrame:
    """Every department with a class, which makes the largest picture there is."""
    return shares_of(*((code, "2026-HT", 30 + place, place) for place, code in enumerate(departments())))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_picture_is_a_png_of_less_than_150_kb(largest: pd.DataFrame, language: str) -> None:
    picture = figures.share_joined_plot(largest, 0.9, language)
    height, width, _ = matplotlib.image.imread(io.BytesIO(picture), format="png").shape
    assert len(picture) < 150_000
    assert width == 900
    assert 800 < height < 1100  # twenty bars, however many departments there are


def test_a_longer_bar_is_drawn_for_a_larger_share() -> None:
    def blue(joined: int) -> int:
        picture = figures.share_joined_plot(shares_of(("dsv", "2026-HT", 100, joined)), 0.9)
        red, _, blue, _ = matplotlib.image.imread(io.BytesIO(picture), format="png").transpose(2, 0, 1)
        return int(((blue > 0.5) & (red < 0.2)).sum())

    assert 1.9 < blue(80) / blue(40) < 2.1


def test_there_is_no_picture_of_nothing() -> None:
    with pytest.raises(ValueError, match="no class"):
        figures.share_joined_plot(CLASSES.head(0), 0.9)


def test_the_markdown_shows_the_class_of_today_with_its_picture_and_words(largest: pd.DataFrame) -> None:
    words = figures.share_joined_markdown(pd.concat([CLASSES, largest]), "sv")
    match = re.search(r"!\[(2026-HT: [^\]]+)\]\(data:image/png;base64,([^)]+)\)", words)
    assert match
    assert base64.b64decode(match[2]).startswith(b"\x89PNG")
    assert "| Institution | 2026-VT | 2026-HT |\n" in words
    assert "2027-VT" not in words
