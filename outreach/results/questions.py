"""From a questionnaire to what is counted: which questions have tables, and their columns in the frame.

Left out are questions that hang on anything but the activity (from how many answered such a one, readers infer how many
gave the answer it hangs on), permissions, and written answers. Occupations and industries are told by main group,
countries as Sweden or abroad, and the month of a first job as months from the degree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from outreach import codes
from outreach.codes import CodeKind
from outreach.outcomes import ACTIVITIES, measured, words
from outreach.outcomes import Question as Counted
from outreach.outcomes.measuring import CHOSEN
from outreach.questionnaires import Kind, Question, Questionnaire

ACTIVITY = "activity"
FIRST_JOB, FIRST_MONTH, MONTHS = "first_job", "first_job_month", "months_to_first_job"
HOME = "SE"
ABROAD = "abroad"
PLACES: words.Words = {HOME: ("Sverige", "Sweden"), ABROAD: ("Ett annat land", "Another country")}
Words = tuple[str, str]

__all__ = ["ACTIVITY", "MONTHS", "Told", "measured", "prepared", "told"]


@dataclass(frozen=True)
class Told:
    """A question with tables: how it is counted, and its words (sv, en). `source`: its column in the frame."""

    counted: Counted
    text: Words
    choices: dict[str, Words]
    source: str


def told(whole: Questionnaire) -> list[Told]:
    """Every question of the questionnaire that has tables, but the activity, in the order it was asked."""
    permissions = {question.permission for question in whole.questions()}
    timed = {question.code for question in whole.questions()} >= {FIRST_JOB, FIRST_MONTH}
    found = []
    for question in whole.questions():
        if timed and question.code == FIRST_JOB:
            found.append(Told(Counted(MONTHS, "number"), words.QUESTIONS[MONTHS], {}, FIRST_MONTH))
        elif not (question.identity or question.code in permissions or question.code == ACTIVITY):
            found += _told(question)
    return found


def _told(question: Question) -> Iterator[Told]:
    if set(question.show_if) - {ACTIVITY} or question.code == FIRST_MONTH:
        return
    of = tuple(question.show_if.get(ACTIVITY, ()))
    text = (question.text.sv, question.text.en)
    if question.kind is Kind.SCALE:
        steps = {code: (code, code) for code in question.allowed}
        for code, end in zip((question.allowed[0], question.allowed[-1]), question.choices, strict=True):
            steps[code] = (f"{code} {end.sv}", f"{code} {end.en}")
        yield Told(Counted(question.code, "scale", question.allowed, of), text, steps, question.code)
    elif question.kind is Kind.NUMBER:
        yield Told(Counted(question.code, "number", (), of), text, {}, question.code)
    elif choices := _choices(question):
        kind = "multiple" if question.kind is Kind.MULTIPLE else "choice"
        yield Told(Counted(question.code, kind, tuple(choices), of), text, choices, question.code)  # type: ignore[arg-type]


def _choices(question: Question) -> dict[str, Words]:
    """The answers that are counted; {} for a question that has no table."""
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE):
        return {choice.code: (choice.sv, choice.en) for choice in question.choices}
    if question.kind is Kind.COUNTRY:
        return dict(PLACES)
    if question.kind in (Kind.OCCUPATION, Kind.INDUSTRY):
        kind = _list_of(question)
        every = {row.code: (row.name("sv"), row.name("en")) for row in reversed(codes.codes(kind))}
        return {code: every[code] for code in sorted(every) if code == codes.main_group(kind, code)}
    return {}


def _list_of(question: Question) -> CodeKind:
    return CodeKind.SSYK if question.kind is Kind.OCCUPATION else CodeKind.SNI


def prepared(frame: pd.DataFrame, whole: Questionnaire, asked: list[Told]) -> pd.DataFrame:
    """The frame of `queries.survey_frame` with a column for each of `asked`, and those that say who is who.

    A questionnaire without an activity: whoever answered counts as known.
    """
    kinds = {question.code: question for question in whole.questions()}
    first = [name for name in frame if name in FOLLOWED]
    result = frame[first].copy()
    if ACTIVITY in kinds:
        result[ACTIVITY] = _text(frame, ACTIVITY).where(frame["known"])
        result.loc[~result[ACTIVITY].isin(ACTIVITIES), ACTIVITY] = pd.NA
    else:
        result = result.assign(known=frame["responded"], activity=pd.Series(pd.NA, index=frame.index, dtype="str"))
    for one in asked:
        for name, column in _columns(frame, kinds, one):
            result[name] = column
    return result


FOLLOWED = (
    "survey", "cohort", "months_after", "department", "programme", "level", "reached", "responded", "known",
)  # fmt: skip


def _columns(frame: pd.DataFrame, kinds: dict[str, Question], one: Told) -> Iterator[tuple[str, pd.Series]]:
    code, kind = one.counted.code, one.counted.kind
    if kind == "multiple":
        for choice in one.counted.choices:
            name = f"{code}{CHOSEN}{choice}"
            yield name, frame[name] if name in frame else _empty(frame, "boolean")
    elif code == MONTHS:
        yield code, _months(frame)
    elif kind in ("scale", "number"):
        dtype = pd.Int64Dtype() if kind == "scale" else pd.Float64Dtype()
        said = frame[code].astype(dtype) if code in frame else _empty(frame, str(dtype))
        # A scale may have had more steps in an earlier version of the text.
        yield code, said.where(said.astype("string").isin(one.counted.choices)) if kind == "scale" else said
    else:
        known = _text(frame, code).map(_as_counted(kinds[code]), na_action="ignore")
        yield code, known.where(known.isin(one.counted.choices))


def _as_counted(question: Question) -> Callable[[str], str]:
    if question.kind is Kind.COUNTRY:
        return lambda code: HOME if code == HOME else ABROAD
    if question.kind in (Kind.OCCUPATION, Kind.INDUSTRY):
        kind = _list_of(question)
        return lambda code: codes.main_group(kind, code)
    return str


def _months(frame: pd.DataFrame) -> pd.Series:
    """Whole months from the degree to the first job; 0 for whoever had it before, NA for whoever has none yet."""
    when = pd.to_datetime(_text(frame, FIRST_MONTH), format="%Y-%m", errors="coerce")
    degree = pd.to_datetime(frame["cohort"], format="%Y-%m")
    months = (when.dt.year - degree.dt.year) * 12 + when.dt.month - degree.dt.month
    had = _text(frame, FIRST_JOB)
    return months.clip(lower=0).where(had == "after").mask(had == "before", 0).astype("Float64")


def _text(frame: pd.DataFrame, code: str) -> pd.Series:
    return frame[code].astype("str") if code in frame else _empty(frame, "str")


def _empty(frame: pd.DataFrame, dtype: str) -> pd.Series:
    return pd.Series(pd.NA, index=frame.index, dtype=dtype)
