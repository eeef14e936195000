"""What is shown is right: every figure against a recount in plain Python, one person at a time."""

from math import isnan
from statistics import median

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.outcomes import ACTIVITIES, HIDDEN, Mode, Question, Table, measured, protect, words
from outreach.outcomes.disclosure import rounded
from outreach.outcomes.grouping import pooled
from outreach.outcomes.tables import COLUMNS
from outreach.outcomes.weighting import post_stratified
from tests.outcomes.samples import QUESTIONS, sample

Person = dict[str, object]


def people_of(frame: pd.DataFrame) -> list[Person]:
    """Each person with the groups they are shown in and their two weights."""
    groups = pooled(frame)
    composed = frame.assign(department=groups["department"], level=groups["level"])
    weights = {f"weight_{name}": post_stratified(composed, frame[name]) for name in ("responded", "known")}
    named = groups.add_prefix("in_")
    return [
        {key: None if value is pd.NA or value != value else value for key, value in person.items()}
        for person in pd.concat([frame.astype(object), named, pd.DataFrame(weights)], axis=1).to_dict("records")
    ]


def inside(people: list[Person], table: Table, cell: pd.Series) -> list[Person]:
    above = {"programme": "in_department", "cohort": "in_year"}.get(table.dimension)
    return [
        person
        for person in people
        if person[f"in_{table.dimension}"] == cell["group"] and (not above or person[above] == cell["parent"])
    ]


def answered(person: Person, table: Table, column: str) -> tuple[bool, bool]:
    """Whether a person is in the base and in the count."""
    question = table.question.removesuffix("_mean").removesuffix("_high")
    if question == "response":
        return True, bool(person[column])
    if question == "career_outcomes":
        return bool(person["known"]) and person["activity"] != "not_seeking", person["activity"] in ACTIVITIES[:7]
    if question == "activity":
        return person["activity"] is not None, person["activity"] == column
    if question == "contact":
        tick = person[f"contact__{column}"]
        return bool(person["responded"]) and tick is not None, tick is True
    given = bool(person["responded"]) and person[question] is not None
    if column == "high":
        return given, given and int(str(person[question])) >= 4
    return given, given and (column in ("mean", "median") or str(person[question]) == column)


def recounted(people: list[Person], table: Table, cell: pd.Series) -> tuple[int, int, float, float]:
    """Count, base, estimate and weighted estimate."""
    weight = "weight_known" if table.question in ("activity", "career_outcomes") else "weight_responded"
    base = count = 0
    heavy = heavy_base = 0.0
    values: list[float] = []
    for person in inside(people, table, cell):
        of, counted = answered(person, table, cell["column"])
        heaviness = float(str(person[weight]))
        size = 1.0
        if counted and table.unit in ("mean", "median"):
            size = float(str(person[table.question.removesuffix("_mean")]))
            values.append(size)
        base, count = base + of, count + counted
        heavy, heavy_base = heavy + heaviness * counted * size, heavy_base + heaviness * of
    if table.unit == "median":
        return count, base, median(values) if values else float("nan"), float("nan")
    total = sum(values) if table.unit == "mean" else count
    return count, base, total / base if base else float("nan"), heavy / heavy_base if heavy_base else float("nan")


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), mode=st.sampled_from(["threshold", "hesa"]))
def test_every_figure_shown_is_what_a_recount_finds(seed: int, mode: Mode) -> None:
    frame = sample(seed)
    people = people_of(frame)
    for table in protect(measured(frame, QUESTIONS), mode):
        for _, cell in table.cells.iterrows():
            count, base, estimate, weighted = recounted(people, table, cell)
            as_shown = rounded if mode == "hesa" else int
            assert pd.isna(cell["count"]) or cell["count"] == as_shown(count), (table.key, cell)
            assert pd.isna(cell["base"]) or cell["base"] == as_shown(base), (table.key, cell)
            within = 0.5 * 10.0 ** -(1 if table.unit != "share" else 2 if mode == "hesa" else 3) + 1e-9
            assert isnan(cell["estimate"]) or abs(cell["estimate"] - estimate) <= within, (table.key, cell)
            if table.unit != "median":
                assert isnan(cell["weighted"]) or abs(cell["weighted"] - weighted) <= within, (table.key, cell)


def test_large_groups_lose_nothing() -> None:
    frame = sample(4, 4000)
    tables = {table.key: table for table in protect(measured(frame, QUESTIONS), "threshold")}
    shown = tables["sector.all"].cells.set_index("column")
    assert shown["count"].to_dict() == frame["sector"].value_counts().to_dict()
    assert shown["base"].eq(int(frame["sector"].notna().sum())).all()
    months = tables["months_to_first_job.all"].cells.iloc[0]
    assert months["estimate"] == frame["months_to_first_job"].median()


def test_tables_have_the_promised_columns_and_words_in_both_languages() -> None:
    for table in protect(measured(sample(3), QUESTIONS), "hesa"):
        assert tuple(table.cells.columns) == COLUMNS
        assert table.dimension in words.DIMENSIONS
        assert set(table.notes) <= set(words.NOTES)
        assert set(table.cells["mark"]) <= {"", *words.MARKS}
    assert set(words.ACTIVITIES) == set(ACTIVITIES)
    assert words.group_words("D1:others", "sv") == "D1: övriga"


def test_small_programmes_are_shown_together_within_their_department() -> None:
    frame = sample(4, 400).assign(
        department="D",
        programme=["small"] * 6 + ["tiny"] * 6 + ["large"] * 388,
        responded=True,
        known=True,
        reached=True,
    )
    assert set(pooled(frame)["programme"]) == {"large", "D:others"}


def test_an_answer_outside_the_choices_is_refused_by_its_name() -> None:
    frame = sample(4, 100)
    frame.loc[frame["responded"].idxmax(), "sector"] = "moon"
    with pytest.raises(ValueError, match="sector: 'moon' is none of its choices"):
        measured(frame, QUESTIONS)


def test_nothing_is_published_of_fewer_than_ten_answers() -> None:
    frame = sample(4, 60).assign(responded=False)
    assert protect(measured(frame, QUESTIONS), "threshold") == ()
    assert protect(measured(frame.iloc[:0], QUESTIONS), "hesa") == ()


def test_a_question_nobody_answered_has_its_table() -> None:
    frame = sample(4, 200).assign(extra=pd.Series([None] * 200, dtype="string"))
    tables = protect(measured(frame, [Question("extra", "choice", ("a", "b"))]), "threshold")
    cells = next(table.cells for table in tables if table.key == "extra.all")
    assert cells["count"].tolist() == [0, 0]
    assert HIDDEN not in set(cells["mark"])
    assert cells["estimate"].isna().all()
