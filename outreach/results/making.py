"""From a cohort's frame to what is published of it, as JSON: the one place where exact figures become protected ones.

Everything that leaves (pages, workbooks, plots, reports, files, artifacts) is made of this and of nothing else.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from outreach.outcomes import ACTIVITIES, Measured, Mode, Table, measured, protect
from outreach.outcomes.cube import Column
from outreach.outcomes.rates import EMPLOYED, SEEKING
from outreach.outcomes.tables import COLUMNS
from outreach.questionnaires import Questionnaire
from outreach.results.grouping import OTHERS, told_by
from outreach.results.questions import ACTIVITY, Told, prepared, told

Content = dict[str, Any]
WORKING, SEEKS = "working", "seeking"
OF_ACTIVITY = (ACTIVITY, "career_outcomes")
EVERYONE = ""  # the group of written answers that are told of no department


def content(
    frame: pd.DataFrame,
    texts: pd.DataFrame,
    whole: Questionnaire,
    *,
    mode: Mode,
    hide_below: int,
) -> Content | None:
    """What is published of these people, for the same data always the same. None: too few have answered.

    frame, texts: as `queries.survey_frame` gives them. {"title", "mode", "hide_below", "questions", "tables", "texts"}.
    """
    asked = told(whole)
    people = told_by(prepared(frame, whole, asked))
    exact = measured(people, [one.counted for one in asked])
    if exact is None:
        return None
    has_activity = whole.question(ACTIVITY) is not None
    tables = protect(_with_sums(exact), mode)
    kept = [table for table in tables if has_activity or table.question not in OF_ACTIVITY]
    return {
        "title": {"sv": whole.title.sv, "en": whole.title.en},
        "mode": mode,
        "hide_below": hide_below,
        "questions": [_question(one) for one in asked],
        "written": {
            each.code: {"sv": each.text.sv, "en": each.text.en} for each in whole.questions() if each.permission
        },
        "columns": list(COLUMNS),
        "tables": [_table(table, has_activity) for table in kept],
        "texts": _written(texts, people, whole, hide_below),
    }


def _with_sums(exact: Measured) -> Measured:
    """With all who work, and all who seek, as sums of activities: hidden last, and protected with their parts."""
    first = exact.asked[0]
    cube = first.cubes[0]
    width = len(cube.columns[0].holds)

    def together(key: str, activities: tuple[str, ...]) -> Column:
        holds = [activity in activities for activity in ACTIVITIES]
        return Column(key, (*holds, *[False] * (width - len(holds))), dear=True)

    sums = (together(WORKING, EMPLOYED), together(SEEKS, SEEKING))
    wider = replace(first, cubes=(replace(cube, columns=(*sums, *cube.columns)),))
    return replace(exact, asked=(wider, *exact.asked[1:]))


def _question(one: Told) -> dict[str, Any]:
    return {
        "code": one.counted.code,
        "kind": one.counted.kind,
        "text": {"sv": one.text[0], "en": one.text[1]},
        "choices": [{"code": code, "sv": sv, "en": en} for code, (sv, en) in one.choices.items()],
    }


def _table(table: Table, has_activity: bool) -> dict[str, Any]:
    cells = table.cells
    if table.question == "response" and not has_activity:
        cells = cells[cells["column"] != "known"]
    return {
        "key": table.key,
        "question": table.question,
        "dimension": table.dimension,
        "unit": table.unit,
        "notes": list(table.notes),
        "cells": [[_plain(value) for value in row] for row in cells.itertuples(index=False)],
    }


def _plain(value: Any) -> Any:
    """A number, text or None as JSON has them."""
    if pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() and not isinstance(value, float) else float(value)


def _written(texts: pd.DataFrame, people: pd.DataFrame, whole: Questionnaire, least: int) -> list[dict[str, str]]:
    """Written answers told with a permission, of departments and of everyone, each group of at least `least` of them.

    A department's stand under it when it has `least`; the rest stand together when they are `least`.
    """
    shown = set(people["department"]) - {OTHERS}
    own = texts["department"].where(texts["department"].isin(shown), EVERYONE).fillna(EVERYONE)
    few = texts.groupby([texts["code"], own])["text"].transform("size") < least
    own = own.mask(few, EVERYONE)
    rest = texts[own == EVERYONE].groupby("code")["text"].size()
    found = texts.assign(group=own)[(own != EVERYONE) | texts["code"].map(rest).ge(least)]
    asked = [question.code for question in whole.questions()]
    rows = found[["code", "group", "text"]].drop_duplicates().sort_values(["code", "group", "text"])
    named = rows[rows["code"].isin(asked)]
    return [{str(name): str(value) for name, value in row.items()} for row in named.to_dict("records")]
