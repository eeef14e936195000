"""Small cells are hidden, so that no table tells what a few people did.

The rule. A cell of 1 to 4 is hidden. Of each column of a table at least two cells are then hidden, together at least
five, for the total less what is shown would tell them: the smallest go until it is so, if need be the whole column. And
a table that sums others (a visit its events, a city its visits, a year its cities) tells as little: a sum is hidden
where of its parts just one is hidden or fewer than five people are, and one part of a hidden sum is hidden with it.
Each sum by itself is looked at, as is the practice; what all of them together leave no freedom to is not solved for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

LEAST = 5

Cell = tuple[str, object, object]  # level, node, group


@dataclass(frozen=True)
class Sum:
    """`total` is what `parts` make. None: it stands in the table's own last line, which is always shown."""

    total: Cell | None
    parts: tuple[Cell, ...]


def hidden_cells(column: "pd.Series[int]") -> "pd.Series[bool]":
    """Which cells of one column of a single table are hidden, by the column's own index."""
    counts: dict[Cell, int] = {("", "", key): int(count) for key, count in column.items()}
    hidden = _hidden(counts, [Sum(None, tuple(counts))])
    return pd.Series([cell in hidden for cell in counts], index=column.index, dtype=bool)


def shown_by_level(
    counts: pd.DataFrame, levels: Sequence[str], group: str, measures: Sequence[str]
) -> Mapping[str, pd.DataFrame]:
    """The tables of every level, with NA for what is hidden.

    `counts`: one row a leaf and group, with a column for each of `levels` (the finest first, each node of one within
    exactly one of the next), `group`, and `measures` (int). Gives level -> frame indexed by (node, group) with the
    measures as Int64.
    """
    tables = {level: counts.groupby([level, group], sort=True)[list(measures)].sum() for level in levels}
    sums = _sums(counts, levels, group)
    hidden = {measure: _hidden(_cells(tables, measure), sums) for measure in measures}
    return {
        level: table.astype("Int64").mask(
            pd.DataFrame({measure: [(level, *key) in hidden[measure] for key in table.index] for measure in measures},
                         index=table.index)
        )
        for level, table in tables.items()
    }  # fmt: skip


def _cells(tables: Mapping[str, pd.DataFrame], measure: str) -> dict[Cell, int]:
    return {
        (level, node, key): int(count)
        for level, table in tables.items()
        for (node, key), count in zip(table.index, table[measure].tolist(), strict=True)
    }


def _sums(counts: pd.DataFrame, levels: Sequence[str], group: str) -> list[Sum]:
    """How the cells of all tables hang together."""
    found = []
    for level in levels:
        cells = counts[[level, group]].drop_duplicates()
        for node, table in cells.groupby(level):
            found.append(Sum(None, tuple((level, node, key) for key in table[group])))
    for level, above in pairwise(levels):
        cells = counts[[level, above, group]].drop_duplicates()
        for (whole, key), table in cells.groupby([above, group]):
            found.append(Sum((above, whole, key), tuple((level, part, key) for part in table[level])))
    return found


def _hidden(counts: Mapping[Cell, int], sums: Sequence[Sum]) -> set[Cell]:
    """Every cell of one measure that must be hidden: hiding one may give another away, so until nothing changes."""
    hidden = {cell for cell, count in counts.items() if 0 < count < LEAST}
    before = -1
    while len(hidden) != before:
        before = len(hidden)
        for one in sums:
            hidden |= _more_to_hide(one, counts, hidden)
    return hidden


def _more_to_hide(one: Sum, counts: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell]:
    """What must be hidden too, so that this sum tells no hidden part of it."""
    parts = hidden.intersection(one.parts)
    left = sorted((cell for cell in one.parts if cell not in hidden and counts[cell]), key=counts.__getitem__)
    if one.total is None:
        while parts and left and not _is_many(parts, counts):
            parts.add(left.pop(0))
        return parts if not parts or _is_many(parts, counts) else set(one.parts)
    if one.total in hidden and not parts:
        return {left[0]} if left else set()
    return {one.total} if parts and not _is_many(parts, counts) else set()


def _is_many(cells: set[Cell], counts: Mapping[Cell, int]) -> bool:
    return len(cells) >= 2 and sum(counts[cell] for cell in cells) >= LEAST
