"""How much of each class has joined, against KTH's aim: table, picture and words.

The frame of all of these is `queries.figures.share_joined`'s: department_code (str), term (str), graduates (int),
joined (int), share (float), the earliest term first.
"""

import pandas as pd

from outreach import clock
from outreach.departments import departments
from outreach.duties import term_named, term_of
from outreach.figures.markdown import pictured, table
from outreach.figures.plot import Bar, bars
from outreach.figures.words import number, percent
from outreach.settings import settings

TERMS_SHOWN = 4
BARS_SHOWN = 20
SMALL_CLASS = 5  # fewer people than this say nothing as best or last


def recent(frame: pd.DataFrame, current: str, terms: int = TERMS_SHOWN) -> pd.DataFrame:
    """The rows of the last `terms` terms up to and including `current`: later classes have not been asked yet."""
    last = term_named(current).first
    names = [name for name in frame["term"].unique() if term_named(name).first <= last]
    return frame[frame["term"].isin(names[-terms:])]


def share_joined_table(frame: pd.DataFrame, language: str) -> str:
    """A Markdown table: a line a department by name, a column a term, `12 of 40 (30%)` in each cell.

    The first line adds the departments up, so someone in two departments' classes counts in both.
    """
    if frame.empty:
        return _none_yet(language)
    terms = list(frame["term"].unique())
    keys = zip(frame["department_code"], frame["term"], strict=True)
    words = [_cell(*counts, language) for counts in zip(frame["joined"], frame["graduates"], strict=True)]
    cells = dict(zip(keys, words, strict=True))
    totals = frame.groupby("term", sort=False)[["joined", "graduates"]].sum()
    everyone = [_cell(int(line["joined"]), int(line["graduates"]), language) for _, line in totals.iterrows()]
    codes = sorted(frame["department_code"].unique(), key=lambda code: _name(code, language).casefold())
    rows = [[_name(code, language), *(cells.get((code, term), "–") for term in terms)] for code in codes]
    all_words = _said("**Hela universitetet**", "**The whole university**", language)
    header = [_said("Institution", "Department", language), *terms]
    return table(header, [[all_words, *everyone], *rows] if len(codes) > 1 else rows)


def share_joined_plot(frame: pd.DataFrame, goal: float, language: str = "sv") -> bytes:
    """A PNG of the share joined: a bar a department (the 20 largest classes), or a bar a term for one department.

    Raises ValueError for an empty frame: there is nothing to draw.
    """
    if frame.empty:
        raise ValueError("there is no class to draw")
    shown = _summed(frame, _by(frame))
    largest = shown.sort_values("graduates", ascending=False, kind="stable").index[:BARS_SHOWN]
    drawn = shown.loc[shown.index.isin(largest)]
    if _by(frame) == "department_code":
        drawn = drawn.sort_values(["share", "graduates"], ascending=False, kind="stable")
    named = [
        Bar(_name(str(key), language), line["share"], _cell(int(line["joined"]), int(line["graduates"]), language))
        for key, line in drawn.iterrows()
    ]
    return bars(_title(frame, len(shown), language), named, goal, _goal_words(goal, language))


def share_joined_text(frame: pd.DataFrame, goal: float, language: str) -> str:
    """What the picture shows, in a sentence or two for those who cannot see it."""
    if frame.empty:
        return _none_yet(language)
    joined, graduates = int(frame["joined"].sum()), int(frame["graduates"].sum())
    sentence = _said(
        "{terms}: {cell} har gått med i alumnnätverket. {goal}.",
        "{terms}: {cell} have joined the alumni network. {goal}.",
        language,
    ).format(terms=_terms(frame), cell=_cell(joined, graduates, language), goal=_goal_words(goal, language))
    compared = _summed(frame, _by(frame)).query("graduates >= @SMALL_CLASS")
    if compared["share"].nunique() < 2:
        return sentence
    shares = {str(name): float(share) for name, share in compared["share"].items()}
    best, last = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    return sentence + _said(
        " Störst andel: {best} ({most}). Minst: {last} ({least}).",
        " Highest: {best} ({most}). Lowest: {last} ({least}).",
        language,
    ).format(
        best=_name(best, language),
        most=percent(shares[best], language),
        last=_name(last, language),
        least=percent(shares[last], language),
    )


def share_joined_markdown(frame: pd.DataFrame, language: str, current: str | None = None) -> str:
    """The figure as Markdown for an artifact or a page: a sentence, the picture of the newest class, and the table.

    `current` is the newest term shown, the term of today when none is given.
    """
    goal = settings().goal_share_joined
    shown = recent(frame, current or term_of(clock.today()).name)
    title = _said("# Så stor del av examensklassen har gått med", "# How much of the class has joined", language)
    if shown.empty:
        return f"{title}\n\n{_none_yet(language)}\n"
    newest = shown[shown["term"] == shown["term"].iloc[-1]]
    words = share_joined_text(newest, goal, language)
    image = pictured(words, share_joined_plot(newest, goal, language))
    return f"{title}\n\n{words}\n\n{image}\n\n{share_joined_table(shown, language)}"


def _by(frame: pd.DataFrame) -> str:
    return "term" if frame["department_code"].nunique() == 1 and frame["term"].nunique() > 1 else "department_code"


def _summed(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """joined, graduates and share by department or term, in the order they come."""
    sums = frame.groupby(by, sort=False)[["joined", "graduates"]].sum()
    return sums.assign(share=sums["joined"] / sums["graduates"])


def _title(frame: pd.DataFrame, classes: int, language: str) -> str:
    where = f"\n{_name(frame['department_code'].iloc[0], language)}" if frame["department_code"].nunique() == 1 else ""
    few = _said(f", de {BARS_SHOWN} största", f", the {BARS_SHOWN} largest", language) if classes > BARS_SHOWN else ""
    start = _said("Andel av examensklassen som har gått med", "Share of the graduating class that has joined", language)
    return f"{start}\n{_terms(frame)}{where}{few}"


def _terms(frame: pd.DataFrame) -> str:
    names = list(frame["term"].unique())
    return names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"


def _goal_words(goal: float, language: str) -> str:
    """The aim and whose it is. Source: KTH's published aim for its graduating classes, 2009."""
    return _said("KTH:s mål (2009): {}", "KTH's aim (2009): {}", language).format(percent(goal, language))


def _cell(joined: int, graduates: int, language: str) -> str:
    of = _said("av", "of", language)
    share = percent(joined / graduates, language) if graduates else "–"
    return f"{number(joined, language)} {of} {number(graduates, language)} ({share})"


def _name(code: str, language: str) -> str:
    """A department's name; a term's, or a department's that is gone from the file, is its code."""
    row = departments().get(code)
    return row.name(language) if row else code


def _none_yet(language: str) -> str:
    return _said(
        "Det finns ingen examensklass i registret ännu.", "There is no graduating class in the register yet.", language
    )


def _said(swedish: str, english: str, language: str) -> str:
    return swedish if language == "sv" else english
