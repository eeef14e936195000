"""Whom a visit would reach, before anything is planned: how many live there, of which departments and years, and how
many would be written to. Small cells are hidden by the rule of `figures.hiding`.

The frame is that of `queries.event_figures.reached`: department_code (str), cohort (int), language (str), member
(bool), reason (str, "" for would be written to), people (int).
"""

import pandas as pd

from outreach.figures.groups import GROUPS, HIDDEN, group_name, group_order, group_title
from outreach.figures.hiding import LEAST, hidden_cells
from outreach.figures.markdown import escaped, table
from outreach.figures.words import number, reason_words

LANGUAGES = {"sv": ("Svenska", "Swedish"), "en": ("Engelska", "English")}


def reach_markdown(frame: pd.DataFrame, where: str, radius_km: float | None, language: str) -> str:
    """The answer as Markdown: a sentence, then tables by department, cohort and language, and why the others would not
    be written to. `where`: the city in words. `radius_km` None: its whole country.
    """
    title = _said(f"# Vilka når vi i {where}?", f"# Whom would we reach in {where}?", language)
    found = frame.assign(
        members=frame["people"].where(frame["member"], 0), written=frame["people"].where(frame["reason"] == "", 0)
    )
    everyone = int(found["people"].sum())
    if everyone < LEAST:
        return f"{escaped(title)}\n\n{_too_few(radius_km, language)}\n"
    parts = [escaped(title), _sentence(found, radius_km, language)]
    parts += [_table(found, group, language) for group in (*GROUPS, "language")]
    return "\n\n".join([*parts, _reasons(found, language), _rule(language)]) + "\n"


def _sentence(found: pd.DataFrame, radius_km: float | None, language: str) -> str:
    counts = {name: _total(int(found[name].sum()), language) for name in ("people", "members", "written")}
    return _said(
        "{area} känner vi till {people} personer. Av dem är {members} medlemmar i alumnnätverket, och {written} skulle "
        "få en inbjudan i dag. Ingenting har skickats.",
        "{area} we know of {people} people. Of them {members} are members of the alumni network, and {written} would "
        "get an invitation today. Nothing has been sent.",
        language,
    ).format(area=_area(radius_km, language), **counts)


def _total(count: int, language: str) -> str:
    few = 0 < count < LEAST
    return _said(f"färre än {LEAST}", f"fewer than {LEAST}", language) if few else number(count, language)


def _too_few(radius_km: float | None, language: str) -> str:
    return _said(
        "{area} känner vi till färre än {least} personer. Ingenting har skickats.",
        "{area} we know of fewer than {least} people. Nothing has been sent.",
        language,
    ).format(area=_area(radius_km, language), least=LEAST)


def _area(radius_km: float | None, language: str) -> str:
    if radius_km is None:
        return _said("I hela landet", "In the whole country", language)
    return _said(f"Inom {radius_km:g} km", f"Within {radius_km:g} km", language)


def _table(found: pd.DataFrame, group: str, language: str) -> str:
    """People, members and those who would be written to by one group. One line alone would tell what it hides."""
    counts = found.groupby(group)[["people", "members", "written"]].sum()
    hidden = counts.apply(hidden_cells)
    title = _said("Språk", "Language", language) if group == "language" else group_title(group, language)
    if len(counts) == 1 and bool(hidden.to_numpy().any()):
        return _said(f"{title}: för få för att visas.", f"{title}: too few to be shown.", language)
    lines = zip(counts.index, counts.to_numpy().tolist(), hidden.to_numpy().tolist(), strict=True)
    rows = [
        [_name(group, key, language), *(_cell(*cell, language) for cell in zip(values, marks, strict=True))]
        for key, values, marks in lines
    ]
    header = _said("Personer|Medlemmar|Skulle få inbjudan", "People|Members|Would be invited", language).split("|")
    return table([title, *header], sorted(rows, key=group_order(group)))


def _name(group: str, key: object, language: str) -> str:
    if group != "language":
        return group_name(group, key, language)
    return LANGUAGES[str(key)][0 if language == "sv" else 1] if key in LANGUAGES else str(key)


def _reasons(found: pd.DataFrame, language: str) -> str:
    """Why the others would not be written to, the most common reason first."""
    others = found[found["reason"] != ""].groupby("reason")["people"].sum().sort_values(ascending=False, kind="stable")
    title = _said("Varför de andra inte skulle få inbjudan", "Why the others would not be invited", language)
    hidden = hidden_cells(others)
    if others.empty or bool(hidden.all()):
        return _said(f"{title}: för få för att visas.", f"{title}: too few to be shown.", language)
    rows = [
        [reason_words(str(reason), language), _cell(count, mark, language)]
        for reason, count, mark in zip(others.index, others.tolist(), hidden.tolist(), strict=True)
    ]
    return table([title, _said("Personer", "People", language)], rows)


def _cell(count: int, hidden: bool, language: str) -> str:
    return HIDDEN if hidden else number(count, language)


def _rule(language: str) -> str:
    return _said(
        f"Var och en räknas vid institutionen och året för sin senaste examen. {HIDDEN} betyder dolt: färre än "
        f"{LEAST}, eller det minsta som är kvar om det dolda annars gick att räkna ut.",
        f"Everyone is counted at the department and year of their newest degree. {HIDDEN} means hidden: fewer than "
        f"{LEAST}, or the smallest that is left where what is hidden could otherwise be worked out.",
        language,
    )


def _said(swedish: str, english: str, language: str) -> str:
    return swedish if language == "sv" else english
