"""How finely a publication tells of groups: the finer, the more of it has to be hidden.

Small programmes in the same tables as their department make it necessary to hide most of both, so a department is told
by programme only where all of its programmes have many answers. Decided by the number of answers alone, never by what
they say.
"""

import pandas as pd

DEPARTMENT_ANSWERS, PROGRAMME_ANSWERS, LEVEL_ANSWERS = 25, 60, 200
OTHERS = "others"  # the word `outreach.outcomes` has for groups put together


def told_by(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with small departments put together, programmes where they are large, and levels where all are."""
    department = _large(frame, "department", DEPARTMENT_ANSWERS)
    level = frame["level"].astype("str")
    counted = frame["responded"].groupby(level, dropna=True).sum()
    if level[frame["responded"]].isna().any() or (counted < LEVEL_ANSWERS).any():
        level = level.mask(level.notna(), None)
    programme = frame["programme"].astype("str")
    answers = frame["responded"].groupby([department, programme], dropna=False).sum()
    smallest, several = answers.groupby(level=0).min(), answers.groupby(level=0).size()
    split = department.isin(smallest.index[(smallest >= PROGRAMME_ANSWERS) & (several > 1)])
    alone = department.nunique() == 1 and programme.nunique() == 1
    joined = programme if alone else programme.where(split, department + ":" + OTHERS)
    return frame.assign(department=department, programme=joined, level=level)


def _large(frame: pd.DataFrame, name: str, least: int) -> pd.Series:
    """The codes, those with fewer than `least` answers as OTHERS; all of them when the others would be too few."""
    codes = frame[name].astype("str").fillna(OTHERS)
    answers = frame["responded"].groupby(codes).sum().sort_values(kind="stable")
    count = int((answers < least).sum())
    while 0 < count < len(answers) and answers.iloc[:count].sum() < least:
        count += 1
    return codes.where(~codes.isin(answers.index[:count]), OTHERS)
