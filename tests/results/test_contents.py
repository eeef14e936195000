"""Every file says what the protected tables say, cell by cell, and nothing more."""

import json
from typing import Any

import pandas as pd
import pytest

from outreach import clock
from outreach.database import session_scope
from outreach.outcomes import HIDDEN, measured, protect
from outreach.queries import survey_frame, survey_results
from outreach.questionnaires import Questionnaire, questionnaire
from outreach.results import Results, making
from outreach.results.charts import charts
from outreach.results.grouping import told_by
from outreach.results.opendata import DATA
from outreach.results.published import Cell
from outreach.results.questions import prepared, told
from outreach.results.rounds import rounds
from tests.results.conftest import lay_classes
from tests.results.reading import cells_of, file, rows_of


def number(text: str) -> float | None:
    return float(text) if text else None


def every_cell(results: Results) -> list[tuple[str, str, Cell]]:
    return [(sheet.question, sheet.dimension, cell) for sheet in results.sheets.values() for cell in sheet.cells]


@pytest.fixture
def exact(sqlite_db: str) -> tuple[Results, pd.DataFrame, Any]:
    """A publication, the frame it was made of, and the protected tables made of that frame anew."""
    lay_classes(300)
    with session_scope(reading=True) as session:
        one = rounds(survey_results.closed_unpublished(session, clock.now()))[0]
        frame, texts = survey_frame.frame(session, one.ids), survey_frame.texts(session, one.ids)
        text = survey_results.newest_text(session, one.ids)
    assert text is not None
    whole = Questionnaire.from_content(text)
    content = making.content(frame, texts, whole, mode="threshold", hide_below=5)
    assert content is not None
    named = {"slug": "x", "first_month": "2024-06", "last_month": "2024-06", "months_after": 15,
             "names": {"department": {}, "programme": {}}}  # fmt: skip
    asked = told(whole)
    people = told_by(prepared(frame, whole, asked))
    safe = protect(making._with_sums(measured(people, [each.counted for each in asked])), "threshold")  # type: ignore[arg-type]
    return Results(named | json.loads(json.dumps(content))), people, safe


def test_what_is_kept_is_the_protected_tables_cell_by_cell(exact: tuple[Results, pd.DataFrame, Any]) -> None:
    results, _, safe = exact
    assert [table.key for table in safe] == list(results.sheets)
    for table in safe:
        kept = pd.DataFrame([vars(cell) for cell in results.sheets[table.key].cells])
        for name in table.cells:
            there, here = table.cells[name], kept[name]
            assert there.isna().tolist() == here.isna().tolist(), (table.key, name)
            assert there.dropna().tolist() == here.dropna().tolist(), (table.key, name)


def test_no_hidden_number_stands_in_any_file(exact: tuple[Results, pd.DataFrame, Any]) -> None:
    """In every table and file the place of a hidden figure is empty; nothing is left of the exact one."""
    results, people, _ = exact
    hidden = {(q, d, c.group, c.column) for q, d, c in every_cell(results) if c.mark == HIDDEN}
    small = people.loc[people["responded"], "activity"].value_counts()
    assert any(("activity", "all", "all", code) in hidden for code in small[small.between(1, 4)].index)
    for row in rows_of(file(results, "data.csv")):
        if (row["question"], row["dimension"], row["group"], row["column"]) in hidden:
            assert [row[name] for name in ("count", "estimate", "low", "high", "weighted")] == [""] * 5
    for table in json.loads(file(results, "data.json"))["tables"]:
        for row in table["cells"]:
            if row[-1] == HIDDEN:
                assert row[3] is None
                assert row[5:11] == [None] * 6


def test_csv_is_the_same_figures_and_every_code_stands_in_the_dictionary(results: list[Results]) -> None:
    newest = results[0]
    rows, cells = rows_of(file(newest, "data.csv")), every_cell(newest)
    assert len(rows) == len(cells) > 500
    for row, (question, dimension, cell) in zip(rows, cells, strict=True):
        assert (row["question"], row["dimension"], row["column"]) == (question, dimension, cell.column)
        assert [number(row[name]) for name in ("count", "base", "estimate", "weighted_high")] == [
            cell.count, cell.base, cell.estimate, cell.weighted_high,
        ]  # fmt: skip
    dictionary = {(row["kind"], row["of"], row["code"]): row for row in rows_of(file(newest, "dictionary.csv"))}
    assert {code for kind, _, code in dictionary if kind == "column"} == set(DATA)
    for row in rows:
        assert ("answer", row["question"], row["column"]) in dictionary
        assert ("group", row["dimension"], row["group"]) in dictionary
        assert ("question", "", row["question"]) in dictionary
        assert row["mark"] == "" or ("mark", "", row["mark"]) in dictionary
    assert all(row["sv"] and row["en"] for row in dictionary.values())


def test_json_is_the_same_figures(results: list[Results]) -> None:
    data = json.loads(file(results[0], "data.json"))
    assert Results({name: value for name, value in data.items() if name != "dictionary"}).sheets == results[0].sheets


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_workbook_has_every_figure_its_notes_and_the_method(results: list[Results], language: str) -> None:
    newest = results[0]
    rows = [row for _, row in cells_of(file(newest, f"tables-{language}.xlsx"))]
    figures = [row[3:12] for row in rows if len(row) > 11 and row[2] is not None and row[0] not in ("Grupp", "Group")]
    said = [
        tuple(getattr(cell, name) for name in ("count", "base", "estimate", "low", "high", "weighted", "weighted_low",
                                               "weighted_high", "effective_base"))
        for _, _, cell in every_cell(newest)
    ]  # fmt: skip
    assert figures == said
    text = " ".join(str(value) for row in rows for value in row if isinstance(value, str))
    assert "Wilson" in text
    assert "Kish" in text
    assert "NACE" in text


def test_the_same_publication_gives_the_same_bytes(results: list[Results]) -> None:
    for name in ("data.csv", "data.json", "tables-sv.xlsx"):
        assert file(results[0], name) == file(results[0], name)


def test_what_looks_like_a_formula_stays_text(results: list[Results]) -> None:
    evil = '=HYPERLINK("https://elsewhere.example.org";"x")'
    content = results[0].content | {"texts": [{"code": "missing", "group": "", "text": evil}]}
    poisoned = Results(content)
    assert rows_of(file(poisoned, "written.csv"))[0]["text"] == "'" + evil
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(file(poisoned, "tables-sv.xlsx")))
    cell = book["Egna ord"]["C4"]
    assert (cell.value, cell.data_type) == (evil, "s")


def test_written_answers_are_shown_from_groups_of_the_threshold_only(home: object) -> None:
    whole = questionnaire("career")
    people = pd.DataFrame({"department": ["dsv"] * 30 + ["others"] * 30})

    def texts(*groups: tuple[str, int]) -> pd.DataFrame:
        rows = [("missing", group, f"{group} {number}") for group, count in groups for number in range(count)]
        return pd.DataFrame(rows, columns=["code", "department", "text"])

    def shown(*groups: tuple[str, int]) -> dict[str, int]:
        found = making._written(texts(*groups), people, whole, 5)
        return {group: sum(row["group"] == group for row in found) for group in {row["group"] for row in found}}

    assert shown(("dsv", 5), ("juridik", 5)) == {"dsv": 5, "": 5}
    assert shown(("dsv", 4), ("juridik", 1)) == {"": 5}
    assert shown(("dsv", 5), ("juridik", 4)) == {"dsv": 5}
    assert shown(("dsv", 4)) == {}
    assert shown() == {}


def test_a_chart_says_in_words_what_it_shows(results: list[Results]) -> None:
    for language in ("sv", "en"):
        for chart in charts(results[0], language, others=results[1:]):  # type: ignore[arg-type]
            for label, marks in chart.lines:
                assert label in chart.alternative
                assert all(mark.words in chart.alternative for mark in marks)


def test_a_trend_is_drawn_from_two_classes_on(results: list[Results]) -> None:
    shown = next(one for one in results if (cell := one.cell("activity", "working")) is not None and cell.shown)
    earlier = Results(shown.content | {"first_month": "2023-06", "last_month": "2023-06"})
    trend = next(chart for chart in charts(shown, "sv", others=[earlier]) if chart.name == "trend")
    assert [label for label, _ in trend.lines] == [shown.months("sv"), "juni 2023"]
    assert "trend" not in {chart.name for chart in charts(shown, "sv")}
