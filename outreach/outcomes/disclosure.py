"""The one way out: what of the exact figures may be shown, so that nobody's answer can be worked out.

What is promised. In everything published together, a number of 1 to 4 people can, to a reader who knows the method, the
weights and how many people there are of every kind, still be
- `threshold`: anything from 0 to 4 (or to as many as there are in the group);
- `hesa`: anything that rounds to the number shown, 0 to 2 or 3 to 7.
So the interval is at least 4 wide, except where HESA's own rounding to 0 says more. See hiding.py for how.

A hidden number bears one and the same mark, whether it is small or protects one that is: told apart, two small numbers
with a known sum would give each other away. A zero is shown: it is nobody's answer. How many people graduated, were
reached and responded is shown for groups of at least ten answers, and who did not answer is not protected.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from math import floor
from typing import Literal

import numpy as np

from outreach.outcomes.cube import BASE, HIGH, Cube, Floats
from outreach.outcomes.grouping import DIMENSIONS, Groups, Ints
from outreach.outcomes.hiding import FEW, Hidden, Reach, covered, hidden_numbers, joined
from outreach.outcomes.measuring import ACTIVITY, COUNTED, Asked, Measured
from outreach.outcomes.tables import ESTIMATES, Figures, Sums, Table, Unit, cells_of, intervals, shares, sums

Mode = Literal["hesa", "threshold"]
Decide = Callable[[Cube, Groups, Reach], Hidden]
LEAST_FOR_SHARE = {"hesa": 22.5, "threshold": FEW}
LEAST_FOR_AVERAGE = {"hesa": 8, "threshold": FEW}
DECIMALS = {"hesa": 2, "threshold": 3}  # of a share: whole per cent, tenths
RESPONSE, OUTCOMES = "response", "career_outcomes"


def rounded(count: float) -> int:
    """To the nearest 5, halves up: 0, 1 and 2 become 0. Source: HESA's standard rounding methodology."""
    return 5 * floor(count / 5 + 0.5)


def threshold_reach(_true: int) -> tuple[int, int]:
    """What a hidden number of 1 to 4 must be able to be: anything from 0 to 4."""
    return 0, FEW - 1


def hesa_reach(true: int) -> tuple[int, int]:
    """What a rounded number must be able to be: anything that rounds to the same."""
    return (max(0, rounded(true) - 2), rounded(true) + 2)


REACH: dict[str, Reach] = {"hesa": hesa_reach, "threshold": threshold_reach}


def protect(exact: Measured | None, mode: Mode, decide: Decide = hidden_numbers) -> tuple[Table, ...]:
    """All standard tables of what was measured, safe to publish together.

    Nothing else made of the answers may leave, and the same people are published once, in one mode: two publications
    can be compared. Percentages and averages are made of exact counts and then rounded; in `hesa`, counts and totals
    are rounded separately, shares of fewer than 22.5 people and averages of 7 or fewer are left out.
    """
    if exact is None:
        return ()
    tables = [*_tables(RESPONSE, "share", (RESPONSE,), _response(exact, mode), exact.groups, mode)]
    hidden = [_hidden(asked, exact.groups, mode, decide) for asked in exact.asked]
    for asked, parts in zip(exact.asked, _across(exact.asked, hidden), strict=True):
        tables += _of_question(asked, parts, exact.groups, mode)
    return tuple(tables)


def _hidden(asked: Asked, groups: Groups, mode: Mode, decide: Decide) -> list[Hidden]:
    parts = [decide(cube, groups, REACH[mode]) for cube in asked.cubes]
    return joined(parts, asked.cubes[0].number(BASE)) if len(parts) > 1 else parts


def _across(every: tuple[Asked, ...], hidden: list[list[Hidden]]) -> list[list[Hidden]]:
    """Whoever is said to have another activity was asked other questions: those, or the activity, are hidden as well.

    A witness that changes an activity takes the person's answers to the questions that hang on it along; one that
    gives an answer to somebody who was not asked gives them an activity.
    """
    asked = [parts for each, parts in zip(every, hidden, strict=True) if each.question.asked_of]
    if not asked:
        return hidden
    of_questions, everywhere = [list(chain(*asked)), list(chain(hidden[0], *asked))]

    def all_covered(parts: list[Hidden], by: list[Hidden]) -> list[Hidden]:
        groups = np.logical_or.reduce([part.crossed for part in by])
        weighted = np.logical_or.reduce([part.crossed_weighted for part in by])
        return [covered(part, groups, weighted) for part in parts]

    result = [all_covered(hidden[0], of_questions)]
    for each, parts in zip(every[1:], hidden[1:], strict=True):
        result.append(all_covered(parts, everywhere) if each.question.asked_of else parts)
    return result


def _of_question(asked: Asked, parts: list[Hidden], groups: Groups, mode: Mode) -> Iterable[Table]:
    totals = [sums(cube, groups) for cube in asked.cubes]
    code = asked.question.code
    if asked.question.kind == "number":
        figures = _medians(asked, totals[0], parts[0], mode)
        yield from _tables(code, "median", ("median", "weights"), figures, groups, mode)
        return
    found = [
        _shares(cube, total, part, [column.key for column in cube.columns if column.shown and column.key != BASE], mode)
        for cube, total, part in zip(asked.cubes, totals, parts, strict=True)
    ]
    yield from _tables(code, "share", ("weights", "intervals"), _beside(found), groups, mode)
    if asked.question.kind == "scale":
        if len(asked.question.choices) > 3:
            figures = _shares(asked.cubes[0], totals[0], parts[0], [HIGH], mode)
            yield from _tables(f"{code}_{HIGH}", "share", (HIGH, "weights", "intervals"), figures, groups, mode)
        figures = _means(asked, totals[0], parts[0], mode)
        yield from _tables(f"{code}_mean", "mean", ("mean", "weights"), figures, groups, mode)
    if code == ACTIVITY:
        figures = _shares(asked.cubes[0], totals[0], parts[0], [OUTCOMES], mode)
        yield from _tables(OUTCOMES, "share", (OUTCOMES, "weights", "intervals"), figures, groups, mode)


def _shares(cube: Cube, total: Sums, hidden: Hidden, keys: list[str], mode: Mode) -> Figures:
    """The columns `keys` of a cube, each as a share of its own base."""
    own = [cube.number(key) for key in keys]
    of = [cube.number(cube.columns[number].of) for number in own]
    count, base = total.plain[:, own], total.plain[:, of]
    estimate = shares(count, base)
    weighted = shares(total.weighted[:, own], total.weighted[:, of])
    effective = np.broadcast_to(total.effective[:, None], count.shape)
    effective = effective * shares(base, total.plain[:, [cube.number(BASE)]])  # the same design effect
    moved = hidden.any | hidden.weighted
    weighted_hidden = moved[:, own] | moved[:, of] | moved[:, [cube.number(BASE)]]
    count_hidden = hidden.other if mode == "hesa" else hidden.any
    return Figures(
        tuple(keys), count, base, estimate, *intervals(estimate, base), weighted, *intervals(weighted, effective),
        effective,
        count_safe=~count_hidden[:, own],
        base_safe=~count_hidden[:, of],
        share_safe=~(hidden.any[:, own] | hidden.any[:, of]) & (base >= LEAST_FOR_SHARE[mode]),
        weighted_safe=np.logical_not(weighted_hidden),
    )  # fmt: skip


def _means(asked: Asked, total: Sums, hidden: Hidden, mode: Mode) -> Figures:
    """The mean of a scale, shown where every number of the row is."""
    values = np.arange(1, len(asked.question.choices) + 1, dtype=np.float64)
    base = total.plain[:, [-1]]
    estimate = shares(total.plain[:, : len(values)] @ values[:, None], base)
    weighted = shares(total.weighted[:, : len(values)] @ values[:, None], total.weighted[:, [-1]])
    return _average("mean", base, estimate, weighted, total, hidden, mode)


def _medians(asked: Asked, total: Sums, hidden: Hidden, mode: Mode) -> Figures:
    assert asked.medians is not None
    plain, weighted = asked.medians[:, [0]], asked.medians[:, [1]]
    return _average("median", total.plain[:, [-1]], plain, weighted, total, hidden, mode)


def _average(
    name: str, base: Ints, estimate: Floats, weighted: Floats, total: Sums, hidden: Hidden, mode: Mode
) -> Figures:
    nothing = np.full(base.shape, np.nan)
    base_safe = ~(hidden.other if mode == "hesa" else hidden.any)[:, [-1]]
    effective = total.effective[:, None]
    return Figures(
        (name,), base, base, estimate, nothing, nothing, weighted, nothing, nothing, effective,
        count_safe=base_safe,
        base_safe=base_safe,
        share_safe=~hidden.any.any(axis=1, keepdims=True) & (base >= LEAST_FOR_AVERAGE[mode]),
        weighted_safe=np.logical_not(hidden.weighted.any(axis=1, keepdims=True)),
    )  # fmt: skip


def _response(exact: Measured, mode: Mode) -> Figures:
    """How many were reached, responded and are known, of everyone. Groups are too large for this to tell of anyone."""
    count, base = exact.people[:, 1:], np.broadcast_to(exact.people[:, [0]], exact.people[:, 1:].shape)
    estimate = shares(count, base)
    nothing, safe = np.full(count.shape, np.nan), np.ones(count.shape, dtype=bool)
    return Figures(
        COUNTED, count, base, estimate, *intervals(estimate, base), nothing, nothing, nothing, nothing,
        count_safe=safe, base_safe=safe, share_safe=base >= LEAST_FOR_SHARE[mode], weighted_safe=~safe,
    )  # fmt: skip


def _beside(found: list[Figures]) -> Figures:
    """Several figures of the same groups as one, their columns beside each other."""
    if len(found) == 1:
        return found[0]
    names = [name for name in Figures.__dataclass_fields__ if name != "columns"]
    columns = tuple(column for part in found for column in part.columns)
    return Figures(columns, **{name: np.hstack([getattr(part, name) for part in found]) for name in names})


def _tables(
    question: str, unit: Unit, notes: tuple[str, ...], figures: Figures, groups: Groups, mode: Mode
) -> Iterable[Table]:
    every = (mode, *notes)
    for dimension in DIMENSIONS:
        table = Table(f"{question}.{dimension}", question, dimension, unit, every, cells_of(figures, groups, dimension))
        yield _as_shown(table, mode)


def _as_shown(table: Table, mode: Mode) -> Table:
    """With the decimals shown and, in hesa, every number of people rounded for itself."""
    decimals = DECIMALS[mode] if table.unit == "share" else 1
    cells = table.cells.assign(**{name: table.cells[name].round(decimals) for name in ESTIMATES})
    cells = cells.assign(effective_base=cells["effective_base"].round())
    if mode == "hesa":
        counts = {name: cells[name].map(rounded, na_action="ignore").astype("Int64") for name in ("count", "base")}
        effective = cells["effective_base"].map(rounded, na_action="ignore")
        cells = cells.assign(**counts, effective_base=effective)
    return replace(table, cells=cells)
