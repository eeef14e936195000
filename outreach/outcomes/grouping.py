"""Whom figures are published for: departments, programmes, levels and cohorts, the smallest of them put together.

A group with fewer than FEWEST answers is not published as a group of its own. It is part of "others": the other
programmes of its department, the other months of its year, and so on. Who graduated from what is no secret (it
stands in the register of degrees); what they answered is.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
FEWEST = 10
OTHERS = "others"
NOT_KNOWN = "not_known"
DIMENSIONS = ("all", "department", "programme", "level", "cohort", "year")
PARENTS = {"programme": "department", "cohort": "year"}


@dataclass(frozen=True)
class Groups:
    """Everyone sorted into the finest cells there are, and the cells into groups.

    stratum: the fine cell of each person (person -> int). member: the group of each fine cell in each dimension (fine
    cell x dimension -> row of `rows`). rows: dimension, group (its code), parent (code or ""), shown (bool) a row a
    group. A group that is not shown is one that went into "others": nothing is said of it, and it is protected too.
    """

    stratum: Ints
    member: Ints
    rows: pd.DataFrame

    @property
    def strata(self) -> int:
        return len(self.member)


def pooled(frame: pd.DataFrame, fewest: int = FEWEST) -> pd.DataFrame:
    """all, department, programme, level, cohort and year (str) of each person, small groups put together."""
    known = {
        name: frame[name].astype("string").fillna(NOT_KNOWN) for name in ("department", "programme", "level", "cohort")
    }
    raw = pd.DataFrame({"all": "all", **known, "year": _year(known["cohort"])}, index=frame.index)
    answered = pd.DataFrame({name: frame[name].astype(bool) for name in ("reached", "responded", "known")})
    result = raw[["all"]].copy()
    for name in ("department", "level", "year", "programme", "cohort"):
        parent = result[PARENTS[name]] if name in PARENTS else None
        result[name] = _pooled_dimension(raw[name], parent, answered, fewest)
    return result[list(DIMENSIONS)]


def _year(cohort: pd.Series) -> pd.Series:
    return cohort.str[:4].where(cohort != NOT_KNOWN, NOT_KNOWN)


def _pooled_dimension(codes: pd.Series, parent: pd.Series | None, answered: pd.DataFrame, fewest: int) -> pd.Series:
    """The codes, those with too few in any of the three counts replaced by others, within the parent."""
    within = parent if parent is not None else pd.Series("", index=codes.index)
    sizes = answered.groupby([within, codes], sort=True).sum().min(axis=1)
    joined: dict[tuple[str, str], str] = {}
    for above, group in sizes.groupby(level=0, sort=True):
        others = _others(str(above))
        joined |= {(str(above), code): others for code in _too_small(group.droplevel(0), fewest)}
    if not joined:
        return codes
    keys = pd.MultiIndex.from_arrays([within, codes])
    replaced = pd.Series(keys.map(joined), index=codes.index, dtype="string")
    return replaced.fillna(codes)


def _others(parent: str) -> str:
    return f"{parent}:{OTHERS}" if parent and parent != OTHERS else OTHERS


def _too_small(sizes: pd.Series, fewest: int) -> list[str]:
    """The codes that go together: the small ones, and the next smallest until they are enough."""
    ordered = sizes.sort_values(kind="stable")
    count = int((ordered < fewest).sum())
    while 0 < count < len(ordered) and ordered.iloc[:count].sum() < fewest:
        count += 1
    return [str(code) for code in ordered.index[:count]]


def grouped(frame: pd.DataFrame, shown: pd.DataFrame, extra: pd.Series) -> Groups:
    """The groups of `shown` (as pooled() gives them) and, not shown, those that were put together.

    `extra` (int a person) splits the fine cells further: the weighting cells.
    """
    raw = {
        name: frame[name].astype("string").fillna(NOT_KNOWN) for name in ("department", "programme", "level", "cohort")
    }
    joined = {name: raw[name].where(shown[name] != raw[name], "") for name in raw}
    hidden = {f"hidden {name}": codes for name, codes in joined.items() if (codes != "").any()}
    sorted_into = pd.DataFrame({**{name: shown[name] for name in DIMENSIONS}, **hidden}, index=frame.index)
    parents = {"programme": shown["department"], "cohort": shown["year"], "hidden programme": raw["department"]}
    coded, tables, start = [], [], 0
    for name in sorted_into:
        parent = parents.get(str(name), pd.Series("", index=frame.index))
        codes, keys = pd.factorize(pd.MultiIndex.from_arrays([parent, sorted_into[name]]), sort=True)
        coded.append(codes + start)
        visible = str(name) in DIMENSIONS
        tables += [(str(name).removeprefix("hidden "), group, above, visible) for above, group in keys]
        start += len(keys)
    everything = pd.DataFrame(dict(enumerate([*coded, extra.to_numpy()])))
    cells = everything.groupby(list(everything), sort=True)
    stratum = cells.ngroup().to_numpy(dtype=np.int64)
    first = np.unique(stratum, return_index=True)[1]
    rows = pd.DataFrame(tables, columns=["dimension", "group", "parent", "shown"])
    return Groups(np.asarray(stratum), np.column_stack(coded)[first].astype(np.int64), rows)
