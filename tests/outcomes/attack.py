"""Somebody who wants to know what single people answered, has read everything published, and owns a solver.

They read the published tables and nothing else of the answers. They know the method, the weights, and from the
register of degrees how many people of every kind there are, were known and responded. All that becomes a system of
equations with whole, non-negative unknowns: how many of each kind gave each answer. For each small true number the
solver is asked for the least and the most it can be.

Nothing here uses the code that decides what is hidden.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from outreach.outcomes import ACTIVITIES, Question, Table
from outreach.outcomes.weighting import post_stratified

ABOVE = {"programme": "department", "cohort": "year"}
KINDS = ["department", "programme", "level", "cohort"]
POSITIVE, NOT_SEEKING = ACTIVITIES[:7], ACTIVITIES[-1]
HALF = {"threshold": 0.0005, "hesa": 0.005}  # a share is rounded to so much
EDGE = 1e-9


@dataclass(frozen=True)
class Breach:
    """A number of `true` people that can only be least..most, where the rule promises `promised`."""

    seed: int
    mode: str
    what: str
    true: int
    least: float
    most: float
    promised: tuple[int, int]


@dataclass(frozen=True)
class Target:
    """A number of `true` people among `size`; row: what it is the sum of."""

    what: str
    true: int
    size: int
    row: np.ndarray


@dataclass
class Kinds:
    """What is known beforehand. table: a row a kind of people with its groups; sizes and weights for each kind."""

    table: pd.DataFrame
    responded: np.ndarray
    known: np.ndarray
    weights: dict[str, np.ndarray]

    def inside(self, dimension: str, group: str, parent: str = "") -> np.ndarray:
        found = self.table[dimension] == group
        above = ABOVE.get(dimension)
        return (found & (self.table[above] == parent) if above else found).to_numpy()


@dataclass
class System:
    """Unknowns: kind x answer, flat. What is published as rows of `low <= a x <= high`."""

    size: int
    upper: np.ndarray
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    @cached_property
    def constraint(self) -> LinearConstraint:
        return LinearConstraint(csr_array(np.array(self.rows)), np.array(self.low), np.array(self.high))

    def extreme(self, target: np.ndarray, sign: int) -> float:
        whole, bounds = np.ones(self.size), Bounds(0, self.upper)
        found = milp(sign * target, constraints=self.constraint, bounds=bounds, integrality=whole)
        assert found.success, found.message  # the truth itself is a solution
        return sign * found.fun


def _published(tables: tuple[Table, ...], dimension: str) -> set[tuple[str, str]]:
    cells = next(table.cells for table in tables if table.key == f"response.{dimension}")
    return set(zip(cells["group"], cells["parent"], strict=True))


def kinds(frame: pd.DataFrame, tables: tuple[Table, ...]) -> Kinds:
    """Sort people as the published tables do: who is not named is among the others."""
    people = frame[KINDS].assign(year=frame["cohort"].str[:4], all="all")
    for dimension, above in (
        ("department", ""),
        ("level", ""),
        ("year", ""),
        ("programme", "department"),
        ("cohort", "year"),
    ):
        groups = _published(tables, dimension)
        parents = people[above] if above else [""] * len(people)
        people[f"raw {dimension}"] = people[dimension]
        people[dimension] = [
            code if (code, parent) in groups else (f"{parent}:others" if parent not in ("", "others") else "others")
            for code, parent in zip(people[dimension], parents, strict=True)
        ]
    table = people.drop_duplicates().reset_index(drop=True)
    number = people.merge(table.assign(kind=table.index), how="left")["kind"].to_numpy()
    shown = frame.assign(department=people["department"], level=people["level"])
    weights = {name: np.zeros(len(table)) for name in ("responded", "known")}
    for name, values in weights.items():
        values[number] = post_stratified(shown, frame[name])
    counts = [np.bincount(number, weights=frame[name], minlength=len(table)) for name in ("responded", "known")]
    return Kinds(table, counts[0], counts[1], weights)


def answers_of(frame: pd.DataFrame, question: Question) -> tuple[tuple[str, ...], pd.Series]:
    """The answers a question can have, the last being none, and everybody's true one ("" for not asked)."""
    if question.kind == "multiple":
        ticks = frame[[f"{question.code}__{choice}" for choice in question.choices]]
        states = tuple(f"{number:0{len(question.choices)}b}" for number in range(2 ** len(question.choices)))
        given = [
            "none" if row.isna().any() else "".join("1" if tick else "0" for tick in row) for _, row in ticks.iterrows()
        ]
        return (*states, "none"), pd.Series(given, index=frame.index).where(frame["responded"], "")
    if question.kind == "number":
        return ("given", "none"), frame[question.code].notna().map({True: "given", False: "none"}).where(
            frame["responded"], ""
        )
    asked = frame["known"] if question.code == "activity" else frame["responded"]
    given = frame[question.code].astype("string").fillna("none")
    return (*question.choices, "none"), given.where(asked, "")


def sums_of(question: Question, answers: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Everything a table may count, by the column's name: 1 for each answer that is in it."""
    some = {"base": [answer != "none" for answer in answers]}
    if question.kind == "multiple":
        for number, choice in enumerate(question.choices):
            some[choice] = [answer != "none" and answer[number] == "1" for answer in answers]
            some[f"not {choice}"] = [answer != "none" and answer[number] == "0" for answer in answers]
    elif question.kind != "number":
        some |= {choice: [answer == choice for answer in answers] for choice in question.choices}
    if question.kind == "scale":
        some["high"] = [answer in question.choices[-2:] for answer in answers]
        some["not high"] = [answer in question.choices[:-2] for answer in answers]
    if question.code == "activity":
        some["career_outcomes"] = [answer in POSITIVE for answer in answers]
        some["sought"] = [answer != NOT_SEEKING for answer in answers]
        some["still seeking"] = [answer not in (*POSITIVE, NOT_SEEKING) for answer in answers]
    return {name: np.array(held, dtype=float) for name, held in some.items()}


def _wilson(share: float, people: int) -> tuple[float, float]:
    z = 1.959963984540054
    root = (share * (1 - share) / people + z * z / (4 * people * people)) ** 0.5
    middle = share + z * z / (2 * people)
    return max(0, (middle - z * root) / (1 + z * z / people)), min(1, (middle + z * root) / (1 + z * z / people))


def _guessed(cell: pd.Series, digits: int) -> list[tuple[int, int]]:
    """The counts and bases that round to what a cell shows: counts, share and interval together."""
    around = [range(max(0, int(cell[name]) - 2), int(cell[name]) + 3) for name in ("count", "base")]
    found = []
    for count in around[0]:
        for base in around[1]:
            if base and count <= base:
                shown = np.round([count / base, *_wilson(count / base, base)], digits)
                if np.allclose(shown, cell[["estimate", "low", "high"]].astype(float), atol=10.0**-digits * 0.51):
                    found.append((count, base))
    return found


def _read(system: System, cell: pd.Series, unit: str, mode: str, plain: tuple, weighted: tuple) -> None:
    """What one published cell says. plain and weighted: the rows of its count (or sum of values) and its base."""
    (count, base), (heavy, heavy_base) = plain, weighted
    slack = 0 if mode == "threshold" else 2
    ranges = {"count": (cell["count"], count if unit == "share" else base), "base": (cell["base"], base)}
    for value, row in ranges.values():
        if not pd.isna(value):
            system.add(row, float(value) - slack, float(value) + slack)
    half = HALF[mode] if unit == "share" else 0.05
    if not pd.isna(cell["estimate"]):
        share = float(cell["estimate"])
        system.add(count - (share + half + EDGE) * base, -np.inf, 0)
        system.add(count - (share - half - EDGE) * base, 0, np.inf)
        if slack and unit == "share":
            counts, bases = zip(*_guessed(cell, 2), strict=True)
            system.add(count, min(counts), max(counts))
            system.add(base, min(bases), max(bases))
    if not pd.isna(cell["weighted"]):
        share = float(cell["weighted"])
        system.add(heavy - (share + half + EDGE) * heavy_base, -np.inf, 0)
        system.add(heavy - (share - half - EDGE) * heavy_base, 0, np.inf)


def _system(tables: tuple[Table, ...], question: Question, known: Kinds, answers: tuple[str, ...], mode: str) -> System:
    columns, width = sums_of(question, answers), len(answers)
    activity = question.code == "activity"
    sizes = known.known if activity else known.responded
    weights = known.weights["known" if activity else "responded"]
    system = System(len(sizes) * width, np.repeat(sizes, width))
    for kind, size in enumerate(sizes):
        row = np.zeros((len(sizes), width))
        row[kind] = 1
        system.add(row.ravel(), size, size)
    values = np.array([float(answer) if question.kind == "scale" and answer != "none" else 0 for answer in answers])
    names = {question.code, f"{question.code}_mean", f"{question.code}_high"} | (
        {"career_outcomes"} if activity else set()
    )
    for table in tables:
        if table.question not in names:
            continue
        for _, cell in table.cells.iterrows():
            inside = known.inside(table.dimension, cell["group"], cell["parent"]).astype(float)
            held = values if table.unit == "mean" else columns["base" if table.unit == "median" else cell["column"]]
            of = columns["sought" if cell["column"] == "career_outcomes" else "base"]
            plain = np.outer(inside, held).ravel(), np.outer(inside, of).ravel()
            heavy = np.outer(inside * weights, held).ravel(), np.outer(inside * weights, of).ravel()
            if table.unit == "median":
                cell = cell.where(~cell.index.isin(["estimate", "weighted"]))  # noqa: PLW2901
            _read(system, cell, table.unit, mode, plain, heavy)
    return system


def _linked(activity: System, asked: System, question: Question, answers: tuple[str, ...], kinds_of: int) -> System:
    """One system of the activities and a question: in each kind, no more answer it than have the activity for it."""
    both = System(activity.size + asked.size, np.concatenate([asked.upper, activity.upper]))
    for part, before, after in ((asked, 0, activity.size), (activity, asked.size, 0)):
        for row, low, high in zip(part.rows, part.low, part.high, strict=True):
            both.add(np.concatenate([np.zeros(before), row, np.zeros(after)]), low, high)
    able = np.array([code in question.asked_of for code in (*ACTIVITIES, "none")], dtype=float)
    answered = sums_of(question, answers)["base"]
    for kind in range(kinds_of):
        one = np.eye(kinds_of)[kind]
        both.add(np.concatenate([np.outer(one, answered).ravel(), -np.outer(one, able).ravel()]), -np.inf, 0)
    return both


def _groups(known: Kinds) -> Iterator[tuple[str, np.ndarray]]:
    """All groups with a row of their own, and those that went into the others."""
    for dimension in ("all", "department", "level", "year", "programme", "cohort"):
        above = ABOVE.get(dimension)
        pairs = known.table.assign(parent=known.table[above] if above else "")[[dimension, "parent"]].drop_duplicates()
        for group, parent in pairs.itertuples(index=False):
            yield f"{dimension} {parent} {group}", known.inside(dimension, group, parent)
    for dimension in ("department", "level", "programme", "cohort"):
        small = known.table[known.table[dimension] != known.table[f"raw {dimension}"]]
        within = ["raw department", "raw programme"] if dimension == "programme" else [f"raw {dimension}"]
        for _, first in small.drop_duplicates(within).iterrows():
            lost = (known.table[dimension] != known.table[f"raw {dimension}"]).to_numpy()
            yield f"small {dimension}", lost & (known.table[within] == first[within]).all(axis=1).to_numpy()


def promised(target: Target, mode: str) -> tuple[int, int]:
    """What the rule promises a number of 1 to 4 of `size` people can be."""
    if mode == "threshold":
        return 0, min(4, target.size)
    return (0, min(2, target.size)) if target.true <= 2 else (3, min(7, target.size))


def _truth(frame: pd.DataFrame, question: Question, known: Kinds) -> tuple[tuple[str, ...], np.ndarray]:
    """The answers, and how many of each kind (in the order of the kinds) truly gave each."""
    answers, given = answers_of(frame, question)
    raw = known.table[[f"raw {name}" for name in KINDS]].itertuples(index=False)
    numbers = {tuple(row): number for number, row in enumerate(raw)}
    asked = (given != "").to_numpy()
    truth = np.zeros((len(known.table), len(answers)))
    who = [numbers[tuple(row)] for row in frame.loc[asked, KINDS].itertuples(index=False)]
    np.add.at(truth, (who, [answers.index(answer) for answer in given[asked]]), 1)
    return answers, truth


def _targets(known: Kinds, question: Question, answers: tuple[str, ...], truth: np.ndarray) -> Iterator[Target]:
    for name, inside in _groups(known):
        for column, held in sums_of(question, answers).items():
            true, size = int(inside @ truth @ held), int((inside @ truth).sum())
            published = not name.startswith("small ") or held.sum() == 1
            if 1 <= true <= 4 and published:
                yield Target(f"{question.code} {column} {name}", true, size, np.outer(inside, held).ravel())


def breaches(
    seed: int,
    frame: pd.DataFrame,
    tables: tuple[Table, ...],
    questions: tuple[Question, ...],
    mode: str,
    most: int | None = None,
) -> tuple[int, list[Breach]]:
    """How many small numbers were attacked (at most `most` of each question, at random), and those that gave way."""
    if not tables:
        return 0, []
    known, attacked, found = kinds(frame, tables), 0, []
    first = Question("activity", "choice", ACTIVITIES)
    activities = _system(tables, first, known, (*ACTIVITIES, "none"), mode)
    for question in (first, *questions):
        answers, truth = _truth(frame, question, known)
        system = activities if question == first else _system(tables, question, known, answers, mode)
        if question.asked_of:
            system = _linked(activities, system, question, answers, len(known.table))
        targets = list(_targets(known, question, answers, truth))
        chosen = random.Random(seed).sample(targets, min(most or len(targets), len(targets)))
        attacked += len(chosen)
        for target in chosen:
            row = np.concatenate([target.row, np.zeros(system.size - target.row.size)])
            least, largest, allowed = system.extreme(row, 1), system.extreme(row, -1), promised(target, mode)
            if least > allowed[0] + 1e-6 or largest < allowed[1] - 1e-6:
                found.append(Breach(seed, mode, target.what, target.true, least, largest, allowed))
    return attacked, found
