"""Weights that give those who answered the cohort's composition: post-stratification."""

import numpy as np
import numpy.typing as npt
import pandas as pd

FEWEST = 10  # respondents a weighting cell must have


def weighting_cells(
    frame: pd.DataFrame, observed: pd.Series, by: tuple[str, ...] = ("department", "level"), fewest: int = FEWEST
) -> pd.Series:
    """A cell (int) for each person: `by` crossed, with cells of too few respondents put together.

    The rule: a cell with fewer than `fewest` observed people joins the other such cells of its first variable (its
    department). A joint cell still too small joins those of everybody, and if that too is too small, it takes in the
    smallest of the rest until it is not. NA is a value of its own.
    """
    fine = pd.Series(frame.groupby(list(by), dropna=False, sort=True).ngroup().to_numpy(), index=frame.index)
    first = pd.Series(frame.groupby(by[0], dropna=False, sort=True).ngroup().to_numpy(), index=frame.index)
    fine = _collapsed(fine, observed, -2 - first, fewest)
    fine = _collapsed(fine, observed, pd.Series(-1, index=frame.index), fewest)
    sizes = observed.groupby(fine).sum()
    while -1 in sizes.index and sizes[-1] < fewest and len(sizes) > 1:
        fine = fine.mask(fine == sizes.drop(-1).idxmin(), -1)
        sizes = observed.groupby(fine).sum()
    return fine


def _collapsed(cells: pd.Series, observed: pd.Series, into: pd.Series, fewest: int) -> pd.Series:
    small = observed.groupby(cells).transform("sum") < fewest
    return cells.mask(small, into)


def post_stratified(
    frame: pd.DataFrame, observed: pd.Series, by: tuple[str, ...] = ("department", "level"), fewest: int = FEWEST
) -> pd.Series:
    """A weight (float, mean 1 among the observed) for each person's cell: its share of the cohort through its share of
    the observed. Everybody of a cell carries its weight, observed or not; without anybody observed it is 0.
    """
    cells = weighting_cells(frame, observed, by, fewest)
    people = cells.groupby(cells).transform("size")
    seen = observed.groupby(cells).transform("sum")
    total = int(observed.sum())
    return (people / len(frame) * total / seen.where(seen > 0)).fillna(0.0)


def effective_people(weights: npt.NDArray[np.float64]) -> float:
    """How many people of equal weight tell as much: (sum of w)^2 / sum of w^2; 0 for nobody.

    Source: L. Kish, Survey Sampling, Wiley 1965, section 11.7.
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0
