"""The standard tables, as everything that shows figures gets them: protected, with estimates beside their bases."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from outreach.outcomes.cube import BASE, Bools, Cube, Floats
from outreach.outcomes.grouping import Groups, Ints
from outreach.outcomes.rates import wilson

COLUMNS = (
    "group", "parent", "column", "count", "base", "estimate", "low", "high", "weighted", "weighted_low",
    "weighted_high", "effective_base", "mark",
)  # fmt: skip
ESTIMATES = ("estimate", "low", "high", "weighted", "weighted_low", "weighted_high")
HIDDEN = "hidden"  # the count is not shown, nor anything made of it
NO_SHARE = "no_share"  # the count is shown, its share or average is not
Unit = Literal["share", "mean", "median"]


@dataclass(frozen=True)
class Table:
    """One table. key: `<question>.<dimension>`, unique. question and dimension: codes with words in words.py, or a
    questionnaire's own. unit: what the estimate is: a share of the base (0 to 1), a mean, a median.

    notes: keys of words.NOTES. cells (frame, a row a cell, in the order to show): group, parent (the department of a
    programme, the year of a month, or ""), column (an answer's code), count and base (Int64, people), estimate, low and
    high (float, the 95 % interval), weighted, weighted_low, weighted_high, effective_base (Kish), mark ("", HIDDEN or
    NO_SHARE). What is not shown is NA.
    """

    key: str
    question: str
    dimension: str
    unit: Unit
    notes: tuple[str, ...]
    cells: pd.DataFrame


@dataclass(frozen=True)
class Figures:
    """The exact numbers of a table for all groups, before anything is hidden; group x column each.

    `count_safe`, `share_safe`, `weighted_safe`: what may be shown.
    """

    columns: tuple[str, ...]
    count: Ints
    base: Ints
    estimate: Floats
    low: Floats
    high: Floats
    weighted: Floats
    weighted_low: Floats
    weighted_high: Floats
    effective_base: Floats
    count_safe: Bools
    base_safe: Bools
    share_safe: Bools
    weighted_safe: Bools


@dataclass(frozen=True)
class Sums:
    """A cube added up for the groups: plain, weighted (group x column) and the effective base (group)."""

    plain: Ints
    weighted: Floats
    effective: Floats


def sums(cube: Cube, groups: Groups) -> Sums:
    """Add up a cube for all groups, shown or not."""
    fine = cube.counts @ cube.holds.T.astype(np.int64)
    base = fine[:, cube.number(BASE)]
    parts = [fine, fine * cube.weights[:, None], (base * cube.weights**2)[:, None]]
    plain, weighted, squares = (_added(part, groups) for part in parts)
    total = weighted[:, cube.number(BASE)]
    effective = np.divide(total**2, squares[:, 0], out=np.zeros(len(total)), where=squares[:, 0] > 0)
    return Sums(plain.astype(np.int64), weighted, effective)


def _added(fine: npt.NDArray[Any], groups: Groups) -> Floats:
    result = np.zeros((len(groups.rows), fine.shape[1]))
    for dimension in range(groups.member.shape[1]):
        np.add.at(result, groups.member[:, dimension], fine)
    return result


def shares(numerators: Floats | Ints, denominators: Floats | Ints) -> Floats:
    """One through the other, NaN where there is nobody."""
    result = np.full(numerators.shape, np.nan)
    return np.asarray(np.divide(numerators, denominators, out=result, where=denominators > 0))


def intervals(estimates: Floats, people: Floats | Ints) -> tuple[Floats, Floats]:
    """Wilson's interval of each share, of so many (effective) people."""
    flat = [wilson(float(share), float(count)) for share, count in zip(estimates.flat, people.flat, strict=True)]
    both = np.array(flat, dtype=np.float64).reshape(*estimates.shape, 2)
    return both[..., 0], both[..., 1]


def cells_of(figures: Figures, groups: Groups, dimension: str) -> pd.DataFrame:
    """The cells of one dimension, with everything unsafe taken out; columns as Table says."""
    rows = groups.rows
    chosen = np.flatnonzero(rows["shown"] & (rows["dimension"] == dimension))
    width = len(figures.columns)

    def flat(values: Floats, safe: Bools) -> Floats:
        return np.where(safe[chosen], values[chosen], np.nan).ravel()

    def people(values: Ints, safe: Bools) -> pd.Series:
        return pd.Series(values[chosen].ravel(), dtype="Int64").where(safe[chosen].ravel())

    share_safe = figures.share_safe & figures.count_safe & figures.base_safe
    weighted_safe = share_safe & figures.weighted_safe
    mark = np.where(share_safe, "", NO_SHARE)
    mark = np.where(figures.count_safe, mark, HIDDEN)
    return pd.DataFrame(
        {
            "group": np.repeat(rows["group"].to_numpy()[chosen], width),
            "parent": np.repeat(rows["parent"].to_numpy()[chosen], width),
            "column": np.tile(figures.columns, len(chosen)),
            "count": people(figures.count, figures.count_safe),
            "base": people(figures.base, figures.base_safe),
            **{name: flat(getattr(figures, name), share_safe) for name in ("estimate", "low", "high")},
            **{
                name: flat(getattr(figures, name), weighted_safe)
                for name in ("weighted", "weighted_low", "weighted_high", "effective_base")
            },
            "mark": mark[chosen].ravel(),
        },
        columns=list(COLUMNS),
    )
