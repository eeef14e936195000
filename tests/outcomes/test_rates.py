"""The published formulas, to the last digit."""

import numpy as np
import pandas as pd
import pytest

from outreach.outcomes import ACTIVITIES, career_outcomes_rate, knowledge_rate, response_rate
from outreach.outcomes.averages import weighted_median
from outreach.outcomes.disclosure import rounded
from outreach.outcomes.rates import wilson


def cohort(**numbers: int) -> pd.DataFrame:
    """So many of each activity; `unknown` of no known activity. Half of the known answered the survey themselves."""
    activity = [code for code, number in numbers.items() if code != "unknown" for _ in range(number)]
    known = [True] * len(activity) + [False] * numbers.get("unknown", 0)
    frame = pd.DataFrame({"known": known, "activity": activity + [None] * numbers.get("unknown", 0)})
    return frame.assign(responded=frame["known"] & (frame.index % 2 == 0))


CLASS = cohort(
    full_time=60, part_time=9, self_employed=4, internship=2, volunteer_service=1, military=1, continuing_education=23,
    seeking_work=14, seeking_education=3, not_seeking=3, unknown=30,
)  # fmt: skip


def test_knowledge_rate_is_known_outcomes_of_everyone() -> None:
    found = knowledge_rate(CLASS)
    assert (found.numerator, found.denominator, found.share) == (120, 150, 0.8)


def test_career_outcomes_rate_leaves_out_the_unknown_and_those_who_seek_nothing() -> None:
    found = career_outcomes_rate(CLASS)
    assert (found.numerator, found.denominator, found.share) == (100, 117, 100 / 117)


def test_response_rate_counts_completed_surveys_only() -> None:
    found = response_rate(CLASS)
    assert (found.numerator, found.denominator, found.share) == (60, 150, 0.4)


def test_a_known_outcome_without_an_activity_is_in_the_denominator() -> None:
    frame = cohort(full_time=2).assign(activity=["full_time", None])
    assert career_outcomes_rate(frame).denominator == 2


def test_a_cohort_of_nobody_has_no_rate() -> None:
    empty = CLASS.iloc[:0]
    assert np.isnan([response_rate(empty).share, knowledge_rate(empty).low, career_outcomes_rate(empty).high]).all()


def test_nobody_is_called_anything_but_the_ten_activities() -> None:
    assert len(set(ACTIVITIES)) == 10


@pytest.mark.parametrize(
    ("people", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_is_the_published_one(people: int, of: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert np.round(wilson(people / of, of), 4).tolist() == [low, high]


def test_numbers_are_rounded_as_hesa_does() -> None:
    assert [rounded(number) for number in (0, 1, 2, 2.5, 3, 4, 5, 7, 7.5, 8, 12, 13, 22.5, 1112, 1113)] == [
        0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 15, 25, 1110, 1115,
    ]  # fmt: skip


def test_weighted_median_of_equal_weights_is_the_median() -> None:
    dice = np.random.default_rng(1)
    for size in range(1, 40):
        values = dice.integers(0, 12, size).astype(float)
        assert weighted_median(values, np.full(size, 0.7)) == np.median(values)


def test_weighted_median_lies_where_half_of_the_weight_is_and_leaves_out_who_said_nothing() -> None:
    values, weights = np.array([1.0, 2.0, 9.0, np.nan]), np.array([1.0, 1.0, 3.0, 50.0])
    assert weighted_median(values, weights) == 9.0
    assert np.isnan(weighted_median(np.array([np.nan]), np.array([1.0])))
