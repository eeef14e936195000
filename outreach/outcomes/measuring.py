"""Everything the standard tables are made of, exact: for protect() alone, never for anybody to read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from outreach.outcomes.averages import weighted_median
from outreach.outcomes.cube import (
    Cube,
    Floats,
    activity_columns,
    choice_columns,
    codes_of,
    conditional,
    counted,
    number_columns,
    scale_columns,
    yes_columns,
)
from outreach.outcomes.grouping import DIMENSIONS, FEWEST, Groups, Ints, grouped, pooled
from outreach.outcomes.rates import ACTIVITIES
from outreach.outcomes.weighting import post_stratified, weighting_cells

COUNTED = ("reached", "responded", "known")
ACTIVITY = "activity"
CHOSEN = "__"  # stands between a question and one of its choices in a column's name


@dataclass(frozen=True)
class Question:
    """A coded question and its column in the frame.

    choice: one of `choices` (str). scale: a whole number, `choices` ("1", "2", ...) in order. number: a float, no
    choices. multiple: a bool column `<code>__<choice>` for each choice, NA in all of them for no answer.
    asked_of: the activities of those who are asked; empty for everyone. Must be given where it is so: from the number
    who answered, readers infer how many had such an activity.
    """

    code: str
    kind: Literal["choice", "scale", "number", "multiple"]
    choices: tuple[str, ...] = ()
    asked_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question with what was answered: a cube, or one for each of several choices.

    medians: group x (median, weighted median) of a number, NaN where nobody gave one.
    """

    question: Question
    cubes: tuple[Cube, ...]
    medians: Floats | None = None


@dataclass(frozen=True)
class Measured:
    """groups: whom figures are for. people: group x (everyone, reached, responded, known). asked: activity first."""

    groups: Groups
    people: Ints
    asked: tuple[Asked, ...]


def measured(frame: pd.DataFrame, questions: Iterable[Question]) -> Measured | None:
    """Count a frame (see rates.py): one survey, or several cohorts pooled. None: too few answered to publish anything.

    Raises KeyError for a question without its column, ValueError for an answer that is none of the choices.
    """
    if frame.empty or frame[list(COUNTED)].sum().min() < FEWEST:
        return None
    frame = frame.reset_index(drop=True)
    shown = pooled(frame)
    composed = frame.assign(department=shown["department"], level=shown["level"])
    responded, known = (composed[name].astype(bool) for name in ("responded", "known"))
    cells = [weighting_cells(composed, observed) for observed in (responded, known)]
    groups = grouped(frame, shown, pd.Series(pd.factorize(pd.MultiIndex.from_arrays(cells))[0]))
    weights = [_of_strata(post_stratified(composed, observed), groups) for observed in (responded, known)]
    activity = codes_of(frame["activity"], ACTIVITIES, known)
    questions = tuple(questions)
    cube = counted(ACTIVITY, activity_columns(), activity, groups, weights[1])
    sides = {question.asked_of for question in questions if question.asked_of}
    borders = tuple((*(code in side for code in ACTIVITIES), False) for side in sorted(sides))
    first = Asked(Question(ACTIVITY, "choice", ACTIVITIES), (replace(cube, borders=borders),))
    asked = [_asked(frame, question, responded, groups, weights[0]) for question in questions]
    limited = [_of_those_asked(each, frame, responded, groups) for each in asked]
    return Measured(groups, _people(frame, groups), (first, *limited))


def _of_those_asked(asked: Asked, frame: pd.DataFrame, responded: pd.Series, groups: Groups) -> Asked:
    """With those who were not asked set apart from those who did not answer."""
    question = asked.question
    if not question.asked_of:
        return asked
    names = [f"{question.code}{CHOSEN}{choice}" for choice in question.choices]
    given = frame[names if question.kind == "multiple" else [question.code]].notna().any(axis=1)
    left = responded & ~given & ~frame["activity"].isin(question.asked_of)
    return replace(asked, cubes=tuple(conditional(cube, ~left.to_numpy(), groups) for cube in asked.cubes))


def _of_strata(weights: pd.Series, groups: Groups) -> Floats:
    result = np.zeros(groups.strata)
    result[groups.stratum] = weights.to_numpy()
    return result


def _people(frame: pd.DataFrame, groups: Groups) -> Ints:
    result = np.zeros((len(groups.rows), 1 + len(COUNTED)), dtype=np.int64)
    each = np.column_stack([np.ones(len(frame), dtype=np.int64), frame[list(COUNTED)].to_numpy(dtype=np.int64)])
    fine = np.column_stack(
        [np.bincount(groups.stratum, weights=column, minlength=groups.strata) for column in each.T]
    ).astype(np.int64)
    for dimension in range(groups.member.shape[1]):
        np.add.at(result, groups.member[:, dimension], fine)
    return result


def _asked(frame: pd.DataFrame, question: Question, responded: pd.Series, groups: Groups, weights: Floats) -> Asked:
    if question.kind == "multiple":
        cubes = (
            counted(question.code, yes_columns(choice), _ticked(frame, question, choice, responded), groups, weights)
            for choice in question.choices
        )
        return Asked(question, tuple(replace(cube, taking=(0, 1)) for cube in cubes))
    if question.kind == "number":
        values: Floats = frame[question.code].to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
        values[~responded.to_numpy()] = np.nan
        given = np.where(responded, np.isnan(values).astype(np.int64), -1)
        cube = counted(question.code, number_columns(), given, groups, weights)
        return Asked(question, (replace(cube, taking=(0,)),), _medians(values, groups, weights))
    answers = frame[question.code]
    if question.kind == "scale":
        answers = answers.astype("Int64").astype("string")
    codes = codes_of(answers, question.choices, responded)
    columns = scale_columns if question.kind == "scale" else choice_columns
    return Asked(question, (counted(question.code, columns(question.choices), codes, groups, weights),))


def _ticked(frame: pd.DataFrame, question: Question, choice: str, responded: pd.Series) -> Ints:
    """0 ticked, 1 left out, 2 the question was not answered, -1 not asked."""
    ticks = frame[f"{question.code}{CHOSEN}{choice}"].astype("boolean")
    answered = np.where(ticks.isna(), 2, np.where(ticks.fillna(False), 0, 1))
    return np.where(responded, answered, -1).astype(np.int64)


def _medians(values: Floats, groups: Groups, weights: Floats) -> Floats:
    result = np.full((len(groups.rows), 2), np.nan)
    given = ~np.isnan(values)
    values, strata = values[given], groups.stratum[given]
    for dimension in range(len(DIMENSIONS)):
        rows = groups.member[strata, dimension]
        order = np.argsort(rows, kind="stable")
        starts = np.unique(rows[order], return_index=True)[1][1:]
        for people in np.split(order, starts) if order.size else []:
            own = values[people]
            result[rows[people[0]]] = np.median(own), weighted_median(own, weights[strata[people]])
    return result
