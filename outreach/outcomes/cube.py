"""One question counted as finely as anyone could, fine cells by answers: what is published of it are sums of this."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from outreach.outcomes.grouping import Groups, Ints
from outreach.outcomes.rates import ACTIVITIES, NOT_SEEKING, POSITIVE

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
BASE = "base"
HIGH = "high"


@dataclass(frozen=True)
class Column:
    """A sum of answers: its key, the answers in it, and the column it is a share of.

    Not shown with the answers: a sum with a table of its own, or what is left of the base, which anyone can compute. It
    is protected like what is shown.
    """

    key: str
    holds: tuple[bool, ...]
    of: str = BASE
    shown: bool = True
    dear: bool = False  # hidden last, where there is a choice


@dataclass(frozen=True)
class Cube:
    """counts: fine cell x answer (int), the last answer being none. columns: what is published of it, the base last.

    weights: a weight for each fine cell. question: its code; one of several choices has a cube of its own with the
    same question. borders: sets of answers that decide who was asked another question, or whether this one was: whoever
    changes sides answers those otherwise too. taking: the answers that other things go with (a number, other ticks).
    """

    question: str
    counts: Ints
    columns: tuple[Column, ...]
    weights: Floats
    borders: tuple[tuple[bool, ...], ...] = ()
    taking: tuple[int, ...] = ()

    @property
    def holds(self) -> Bools:
        """column x answer: whether the answer is in the column."""
        return np.array([column.holds for column in self.columns])

    def number(self, key: str) -> int:
        return [column.key for column in self.columns].index(key)


def counted(question: str, columns: tuple[Column, ...], answers: Ints, groups: Groups, weights: Floats) -> Cube:
    """The cube of answers (an int a person, -1 for whoever was not asked)."""
    width = len(columns[0].holds)
    asked = answers >= 0
    flat = np.bincount(groups.stratum[asked] * width + answers[asked], minlength=groups.strata * width)
    return Cube(question, flat.reshape(groups.strata, width), columns, weights)


def conditional(cube: Cube, asked: Bools, groups: Groups) -> Cube:
    """The cube of a question that only some were asked (bool a person of the cube): a last answer for the others."""
    out = np.bincount(groups.stratum[~asked], minlength=groups.strata)
    counts = np.column_stack([cube.counts, out])
    counts[:, -2] -= out  # they had given no answer
    columns = tuple(replace(column, holds=(*column.holds, False)) for column in cube.columns)
    border = tuple(number == counts.shape[1] - 1 for number in range(counts.shape[1]))
    return replace(cube, counts=counts, columns=columns, borders=(border,))


def choice_columns(choices: tuple[str, ...]) -> tuple[Column, ...]:
    """A column a choice, and the base: everyone who chose one."""
    width = len(choices) + 1
    single = [Column(choice, _holding({number}, width)) for number, choice in enumerate(choices)]
    return (*single, Column(BASE, _holding(set(range(width - 1)), width)))


def scale_columns(steps: tuple[str, ...]) -> tuple[Column, ...]:
    """A column a step, and the two highest together: that stands more often where single steps may not be shown."""
    width = len(steps) + 1
    high = {len(steps) - 2, len(steps) - 1}
    summed = (
        Column(HIGH, _holding(high, width), shown=False, dear=True),
        Column(f"not {HIGH}", _holding(set(range(len(steps))) - high, width), shown=False),
    )
    single = choice_columns(steps)
    return (*single[:-1], *summed, single[-1]) if len(steps) > 3 else single


def activity_columns() -> tuple[Column, ...]:
    """The activities, and the sums of the career outcomes rate (see rates.career_outcomes_rate)."""
    width = len(ACTIVITIES) + 1
    positive = {ACTIVITIES.index(code) for code in POSITIVE}
    sought = set(range(width)) - {ACTIVITIES.index(NOT_SEEKING)}
    return (
        *choice_columns(ACTIVITIES)[:-1],
        Column("career_outcomes", _holding(positive, width), of="sought", shown=False, dear=True),
        Column("still_seeking", _holding(sought - positive, width), of="sought", shown=False, dear=True),
        Column("sought", _holding(sought, width), shown=False, dear=True),
        Column(BASE, _holding(set(range(width - 1)), width)),
    )


def yes_columns(choice: str) -> tuple[Column, ...]:
    """One of several choices: ticked, left out, and the base of both."""
    yes, no, base = (True, False, False), (False, True, False), (True, True, False)
    return Column(choice, yes), Column(f"not {choice}", no, shown=False), Column(BASE, base)


def number_columns() -> tuple[Column, ...]:
    """A number is given or not; its size is only published as an average."""
    return (Column(BASE, (True, False)),)


def codes_of(answers: pd.Series, choices: tuple[str, ...], asked: pd.Series) -> Ints:
    """An int a person: the number of the choice, the number of choices for no answer, -1 for not asked.

    Raises ValueError for an answer that is none of the choices.
    """
    codes = pd.Index(choices, dtype="string").get_indexer(pd.Index(answers.astype("string"))).astype(np.int64)
    strange = answers[(codes < 0) & answers.notna().to_numpy()]
    if len(strange):
        raise ValueError(f"{answers.name}: {strange.iloc[0]!r} is none of its choices")
    return np.where(asked.to_numpy(dtype=bool), np.where(codes < 0, len(choices), codes), -1)


def _holding(numbers: set[int], width: int) -> tuple[bool, ...]:
    return tuple(number in numbers for number in range(width))
