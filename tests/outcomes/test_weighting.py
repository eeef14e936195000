"""Those who answered are given the cohort's composition."""

import numpy as np
import pandas as pd
import pytest

from outreach.outcomes.weighting import effective_people, post_stratified, weighting_cells


def people(*cells: tuple[str, str, int, int]) -> pd.DataFrame:
    """(department, level, everyone, responded)."""
    rows = [
        {"department": department, "level": level, "responded": number < responded}
        for department, level, everyone, responded in cells
        for number in range(everyone)
    ]
    return pd.DataFrame(rows)


def test_weighted_composition_is_the_cohorts() -> None:
    frame = people(("A", "first", 60, 10), ("A", "second", 20, 10), ("B", "first", 20, 20))
    weights = post_stratified(frame, frame["responded"])
    found = weights[frame["responded"]].groupby([frame["department"], frame["level"]]).sum() / 40
    assert found.to_dict() == pytest.approx({("A", "first"): 0.6, ("A", "second"): 0.2, ("B", "first"): 0.2})
    assert weights[frame["responded"]].mean() == pytest.approx(1)


def test_small_cells_of_a_department_are_weighted_together() -> None:
    frame = people(("A", "first", 30, 6), ("A", "second", 30, 6), ("A", "third", 30, 20), ("B", "first", 9, 40))
    cells = weighting_cells(frame, frame["responded"])
    joint = cells.groupby([frame["department"], frame["level"]]).first()
    assert joint["A", "first"] == joint["A", "second"] != joint["A", "third"]


def test_small_departments_are_weighted_together_and_take_in_the_smallest_other_when_still_too_small() -> None:
    frame = people(("A", "first", 30, 4), ("B", "first", 30, 3), ("C", "first", 30, 11), ("D", "first", 30, 20))
    joint = weighting_cells(frame, frame["responded"]).groupby(frame["department"]).first()
    assert joint["A"] == joint["B"] == joint["C"] != joint["D"]


def test_no_cell_is_lost_however_few_answered() -> None:
    frame = people(("A", "first", 5, 2), ("B", "first", 5, 0))
    weights = post_stratified(frame, frame["responded"])
    assert weights[frame["responded"]].tolist() == [1.0, 1.0]


def test_effective_number_is_kishs() -> None:
    assert effective_people(np.array([1.0, 1.0, 1.0])) == 3
    assert effective_people(np.array([3.0, 1.0])) == pytest.approx(16 / 10)
    assert effective_people(np.array([])) == 0
