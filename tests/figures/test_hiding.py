"""Small cells are hidden, and nothing that is shown gives them away."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.figures.hiding import LEAST, hidden_cells, shown_by_level

LEVELS = ("event", "visit", "year")


def hidden_of(*counts: int) -> set[int]:
    """The places of the hidden cells."""
    found = hidden_cells(pd.Series(counts))
    return set(found[found].index)


def test_a_cell_under_five_is_hidden_and_the_next_smallest_with_it() -> None:
    assert hidden_of(10, 7, 8, 3) == {1, 3}
    assert hidden_of(5, 5, 5) == set()


def test_hidden_cells_count_five_together_so_that_the_total_tells_of_nobody() -> None:
    assert hidden_of(20, 30, 1, 1) == {0, 2, 3}
    assert hidden_of(20, 30, 2, 3) == {2, 3}


def test_a_nought_tells_of_nobody_unless_it_tells_who_somebody_is() -> None:
    assert hidden_of(0, 9, 8) == set()
    assert hidden_of(0, 0, 3) == {0, 1, 2}


@given(st.lists(st.integers(0, 12), min_size=2, max_size=8))
def test_no_small_cell_is_shown_and_what_is_hidden_is_no_single_cell_and_not_few(counts: list[int]) -> None:
    hidden = hidden_of(*counts)
    assert {place for place, count in enumerate(counts) if 0 < count < LEAST} <= hidden
    together = sum(counts[place] for place in hidden)
    assert not hidden or (len(hidden) >= 2 and together >= LEAST) or len(hidden) == len(counts)


def two_events(*rows: tuple[int, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["event", "department", "came"])
    return frame.assign(visit="v1", year=2026)


def test_a_visit_does_not_tell_what_one_of_its_events_hides() -> None:
    rows = [(1, "dsv", 3), (1, "juridik", 9), (1, "kemi", 20), (2, "dsv", 30), (2, "juridik", 30), (2, "kemi", 30)]
    shown = shown_by_level(two_events(*rows), LEVELS, "department", ["came"])
    assert shown["event"].loc[1, "came"].isna().to_dict() == {"dsv": True, "juridik": True, "kemi": False}
    for level, node in (("visit", "v1"), ("year", 2026)):
        column = shown[level].loc[node, "came"]
        assert column.isna().to_dict() == {"dsv": True, "juridik": True, "kemi": False}
        assert column["kemi"] == 50


def test_what_two_events_hide_may_be_told_together_where_it_is_many() -> None:
    rows = [(1, "dsv", 4), (1, "juridik", 4), (2, "dsv", 3), (2, "juridik", 4)]
    shown = shown_by_level(two_events(*rows), LEVELS, "department", ["came"])
    assert shown["event"]["came"].isna().all()
    assert shown["visit"].loc["v1", "came"].to_dict() == {"dsv": 7, "juridik": 8}


def test_a_part_is_hidden_with_a_sum_that_its_parts_would_tell() -> None:
    rows = [(1, "dsv", 3), (1, "juridik", 9), (1, "kemi", 20), (2, "dsv", 30), (2, "juridik", 30), (2, "kemi", 30)]
    shown = shown_by_level(two_events(*rows), LEVELS, "department", ["came"])
    for name in ("dsv", "juridik"):
        assert shown["event"]["came"].isna().groupby(level=1).any()[name]


@pytest.mark.parametrize("seed", range(40))
def test_no_sum_of_what_is_shown_tells_of_one_hidden_cell_or_of_few_people(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [(event, name, int(rng.integers(0, 15))) for event in (1, 2, 3, 4) for name in "abcde"]
    counts = pd.DataFrame(rows, columns=["event", "department", "came"])
    counts = counts.assign(visit=counts["event"].map({1: "v1", 2: "v1", 3: "v2", 4: "v3"}))
    counts = counts.assign(year=counts["visit"].map({"v1": 2026, "v2": 2026, "v3": 2027}))
    shown = shown_by_level(counts, LEVELS, "department", ["came"])
    true = {level: counts.groupby([level, "department"])["came"].sum() for level in LEVELS}
    hidden = {level: set(shown[level].index[shown[level]["came"].isna()]) for level in LEVELS}
    for level in LEVELS:
        assert {key for key, came in true[level].items() if 0 < came < LEAST} <= hidden[level]
        for node in counts[level].unique():
            assert_many({(node, name) for name in "abcde"} & hidden[level], true[level])
    for level, above in pairwise(LEVELS):
        for node, parts in counts.groupby(above)[level].unique().items():
            for name in "abcde":
                below = {(part, name) for part in parts} & hidden[level]
                if (node, name) in hidden[above]:
                    assert below
                else:
                    assert_many(below, true[level])


def assert_many(cells: set[tuple[object, str]], true: "pd.Series[int]") -> None:
    assert not cells or (len(cells) >= 2 and sum(true.loc[cell] for cell in cells) >= LEAST)
