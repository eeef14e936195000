"""Chains of changed answers: a way from one group to another along which everything between stays as it is.

Everyone is in a line (what they studied) and a column (when they completed it). Where one person of line A and column 1
is said to have answered `new` instead of `old`, somebody else in column 1, of line B, is said to have answered the
other way round; then someone of line B in column 2 again as the first, and so on until the line where it may end. All
columns and all lines between keep their sums: only the first and the last line change. It is a path in a graph whose
nodes are the lines and columns, with an edge where somebody can be changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from outreach.outcomes.cube import Bools
from outreach.outcomes.grouping import Groups, Ints

ALONG_COLUMNS = ("cohort", "year")
NOWHERE = -1


@dataclass(frozen=True)
class Plane:
    """Lines by columns. cell: the fine cell of each (line x column), NOWHERE where there is nobody.

    groups: line x dimension -> the group of each line; of: the line of each fine cell.
    """

    cell: Ints
    groups: Ints
    of: Ints


def planes(groups: Groups, weights: Ints) -> tuple[Plane, Plane]:
    """What was studied as lines and when as columns, and the other way round. weights: the weighting cell of each."""
    dimensions = groups.rows["dimension"].to_numpy()[groups.member[0]]
    when = np.isin(dimensions, ALONG_COLUMNS)
    studied, time = groups.member[:, ~when], groups.member[:, when]
    lines, line_of = np.unique(np.column_stack([studied, weights]), axis=0, return_inverse=True)
    columns, column_of = np.unique(time, axis=0, return_inverse=True)
    cell = np.full((len(lines), len(columns)), NOWHERE, dtype=np.int64)
    cell[line_of, column_of] = np.arange(groups.strata)
    return Plane(cell, lines[:, :-1], line_of), Plane(cell.T, columns, column_of)


def reached(plane: Plane, start: int, can_turn: Bools, can_return: Bools) -> tuple[Ints, Ints]:
    """From which column each line, and from which line each column, is reached first; NOWHERE if it is not.

    can_turn and can_return (fine cell, and one more that is False): whether somebody there answers old, or new.
    """
    turn, back = can_turn[plane.cell], can_return[plane.cell]
    line_from, column_from = (np.full(size, NOWHERE, dtype=np.int64) for size in plane.cell.shape)
    edge = np.zeros(len(line_from), dtype=bool)
    edge[start] = True
    seen = edge.copy()
    while edge.any():
        lines = np.flatnonzero(edge)
        columns = np.flatnonzero(turn[lines].any(axis=0) & (column_from == NOWHERE))
        column_from[columns] = lines[turn[np.ix_(lines, columns)].argmax(axis=0)]
        found = np.flatnonzero(back[:, columns].any(axis=1) & ~seen) if columns.size else columns
        line_from[found] = columns[back[np.ix_(found, columns)].argmax(axis=1)] if found.size else found
        edge = np.zeros_like(edge)
        edge[found] = seen[found] = True
    return line_from, column_from


def flips(plane: Plane, start: int, end: int, ways: tuple[Ints, Ints]) -> Iterator[tuple[int, int]]:
    """The fine cells changed on the way from `end` back to `start`: 1 for old to new, -1 for new to old."""
    line_from, column_from = ways
    line = end
    while line != start:
        column = int(line_from[line])
        yield int(plane.cell[line, column]), -1
        line = int(column_from[column])
        yield int(plane.cell[line, column]), 1
