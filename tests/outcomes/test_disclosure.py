"""Nobody's answer can be worked out; `make attack-test` does the same to a thousand samples."""

from dataclasses import replace

import numpy as np
import pytest

from outreach.outcomes import HIDDEN, NO_SHARE, Mode, measured, protect
from outreach.outcomes.cube import Cube
from outreach.outcomes.grouping import Groups
from outreach.outcomes.hiding import Hidden, Reach, hidden_numbers
from tests.outcomes.attack import breaches
from tests.outcomes.samples import QUESTIONS, sample

SHOWN = ["count", "estimate", "low", "high", "weighted", "weighted_low", "weighted_high"]


def small_numbers_alone(cube: Cube, groups: Groups, reach: Reach) -> Hidden:
    """What is hidden when nobody thinks of what the other numbers give away."""
    part = hidden_numbers(cube, groups, reach)
    nothing = {
        name: np.zeros_like(getattr(part, name)) for name in ("other", "weighted", "crossed", "crossed_weighted")
    }
    return replace(part, **nothing)


@pytest.mark.parametrize("mode", ["threshold", "hesa"])
def test_no_small_number_can_be_worked_out_from_everything_published(mode: Mode) -> None:
    attacked = 0
    for seed in (11, 12):
        frame = sample(seed, 90)
        count, found = breaches(seed, frame, protect(measured(frame, QUESTIONS), mode), QUESTIONS, mode, most=2)
        assert found == []
        attacked += count
    assert attacked >= 15


@pytest.mark.parametrize("mode", ["threshold", "hesa"])
def test_the_attack_finds_what_is_left_open_when_only_small_numbers_are_hidden(mode: Mode) -> None:
    frame = sample(11, 90)
    tables = protect(measured(frame, QUESTIONS), mode, small_numbers_alone)
    assert breaches(11, frame, tables, QUESTIONS, mode, most=2)[1]


def test_no_number_from_1_to_4_is_shown_and_nothing_is_made_of_a_hidden_one() -> None:
    for seed in range(2):
        for table in protect(measured(sample(seed), QUESTIONS), "threshold"):
            cells = table.cells
            assert not cells["count"].between(1, 4).any()
            assert not cells["base"].between(1, 4).any()
            assert cells.loc[cells["mark"] == HIDDEN, SHOWN].isna().all(axis=None)
            assert cells.loc[cells["mark"] == NO_SHARE, SHOWN[1:]].isna().all(axis=None)


def test_hesa_shows_multiples_of_5_and_no_share_of_fewer_than_22_5_people() -> None:
    for seed in range(2):
        for table in protect(measured(sample(seed), QUESTIONS), "hesa"):
            cells = table.cells
            assert ((cells["count"].dropna() % 5) == 0).all()
            assert ((cells["base"].dropna() % 5) == 0).all()
            small = cells["base"] <= 20
            assert table.unit != "share" or cells.loc[small.fillna(False), SHOWN[1:]].isna().all(axis=None)


def test_small_and_protecting_numbers_cannot_be_told_apart() -> None:
    marks = {mark for table in protect(measured(sample(3), QUESTIONS), "threshold") for mark in table.cells["mark"]}
    assert marks <= {"", HIDDEN, NO_SHARE}
