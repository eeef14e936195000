"""Small cells are hidden, so that no table tells what a few people did.

The rule, for each column of a table by department or by cohort: a cell under LEAST is hidden; then the smallest that is
left is hidden too, until at least two are hidden and together they count at least LEAST. So the total less what is
shown tells of nobody. A table that sums others (a visit its events, a city its visits, a year its cities) also hides a
cell where what is hidden below is a single cell, or fewer than LEAST. A column that is nothing but zeros is shown.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

LEAST = 5


def hidden_cells(column: "pd.Series[int]", betrayed: "pd.Series[bool] | None" = None) -> "pd.Series[bool]":
    """Which cells of one column of a table are hidden, by the column's own index. `betrayed`: must be in any case."""
    hidden = column < LEAST
    if betrayed is not None:
        hidden |= betrayed
    if not column.any():
        return hidden & False
    for cell in column[~hidden].sort_values(kind="stable").index:
        if _is_safe(column, hidden):
            break
        hidden[cell] = True
    return hidden


def _is_safe(column: "pd.Series[int]", hidden: "pd.Series[bool]") -> bool:
    return not hidden.any() or (int(hidden.sum()) >= 2 and int(column[hidden].sum()) >= LEAST)


def shown_by_level(
    counts: pd.DataFrame, levels: Sequence[str], group: str, measures: Sequence[str]
) -> Mapping[str, pd.DataFrame]:
    """The tables of every level, with NA for what is hidden.

    `counts`: one row a leaf and group, with a column for each of `levels` (the finest first, each node of one within
    exactly one of the next), `group`, and `measures` (int). Gives level -> frame indexed by (node, group) with the
    measures as Int64.
    """
    shown: dict[str, pd.DataFrame] = {}
    betrayed: pd.DataFrame | None = None
    for level, above in zip(levels, [*levels[1:], None], strict=True):
        cells = counts.groupby([level, group], sort=True)[list(measures)].sum()
        hidden = _hidden(cells, betrayed)
        shown[level] = cells.astype("Int64").mask(hidden)
        if above is not None:
            parent = counts.drop_duplicates(level).set_index(level)[above]
            betrayed = _betrayed(cells, hidden, parent, (above, group))
    return shown


def _hidden(cells: pd.DataFrame, betrayed: pd.DataFrame | None) -> pd.DataFrame:
    """Whether each cell is hidden, by the rule within every node's own table."""
    hidden = pd.DataFrame(False, index=cells.index, columns=cells.columns)
    for _, table in cells.groupby(level=0):
        for measure in cells.columns:
            forced = None if betrayed is None else betrayed.loc[table.index, measure]
            hidden.loc[table.index, measure] = hidden_cells(table[measure], forced)
    return hidden


def _betrayed(cells: pd.DataFrame, hidden: pd.DataFrame, parent: pd.Series, names: tuple[str, str]) -> pd.DataFrame:
    """Which cells of the level above would tell a hidden one: one alone is hidden below them, or too few people."""
    node, group = (cells.index.get_level_values(place) for place in (0, 1))
    keys = [pd.Index(parent.loc[node], name=names[0]), pd.Index(group, name=names[1])]
    cells_below = hidden.astype("int64").groupby(keys).sum()
    people_below = cells.where(hidden, 0).groupby(keys).sum()
    return (cells_below == 1) | ((cells_below > 1) & (people_below < LEAST))
