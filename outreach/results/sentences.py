"""What the figures say, as sentences: with interval and base, and nothing where too few have answered."""

from dataclasses import dataclass

from outreach.duties import Language
from outreach.results.published import Cell, Results
from outreach.results.wording import decimal, percent, speaker

WIDE = 0.30  # an interval wider than this says little
# What is told of first: its sentence, the table, the column.
FINDINGS = (
    ("working", "activity", "working"),
    ("studying", "activity", "continuing_education"),
    ("seeking", "activity", "seeking"),
    ("outcomes", "career_outcomes", "career_outcomes"),
    ("months", "months_to_first_job", "median"),
    ("again", "again", "yes"),
)


@dataclass(frozen=True)
class Finding:
    """One sentence. `told` False: it says that nothing can be said."""

    key: str
    text: str
    told: bool


def answered(results: Results, language: Language, department: str = "") -> str:
    """How many were in the cohort and how many answered."""
    say, cell = speaker(language), results.cell("response", "responded", department)
    if cell is None or cell.count is None or cell.base is None:
        return say("answered_hidden")
    share = percent(cell.count / cell.base if cell.base else None, language)
    return say("answered", base=cell.base, months=results.months(language), count=cell.count, share=share)


def findings(results: Results, language: Language, department: str = "") -> list[Finding]:
    """The main findings, of a department beside everyone's, or of everyone; last, what cannot be shown."""
    say, found, untold = speaker(language), [], []
    for key, question, column in _looked_for(results):
        cell = results.cell(question, column, department)
        if cell is not None and cell.shown:
            whole = results.cell(question, column) if department else None
            found.append(Finding(key, _sentence(results, key, cell, whole, language), told=True))
        elif cell is not None:
            untold.append(_what(results, key, language))
    if untold:
        found.append(Finding("too_few", say("too_few", what="; ".join(untold)), told=False))
    return found


def _looked_for(results: Results) -> list[tuple[str, str, str]]:
    """(what, table, column): FINDINGS, then each question answered on a scale."""
    return [*FINDINGS, *((code, f"{code}_high", "high") for code in results.questions("scale"))]


def _what(results: Results, key: str, language: Language) -> str:
    known = {name for name, _, _ in FINDINGS}
    return speaker(language)(f"what_{key}") if key in known else quoted(results.question_words(key, language), language)


def _sentence(results: Results, key: str, cell: Cell, whole: Cell | None, language: Language) -> str:
    say = speaker(language)
    if key == "months":
        number = decimal(cell.estimate, language)
        median = say("month" if number == "1" else "months", number=number)
        return say("months_is" if cell.estimate else "months_at_once", median=median, base=cell.base)
    if key in {name for name, _, _ in FINDINGS}:
        told = _with_interval(f"{key}_is", cell, language)
    else:
        told = _with_interval("high_is", cell, language, question=results.question_words(key, language))
    if whole is None or not whole.shown:
        return told
    return f"{told} {say('compared', share=percent(whole.estimate, language))}"


def quoted(text: str, language: Language) -> str:
    return f"”{text}”" if language == "sv" else f"“{text}”"


def _with_interval(sentence: str, cell: Cell, language: Language, **values: str) -> str:
    say = speaker(language)
    low, high = (percent(value, language).strip("\u00a0 %") for value in (cell.low, cell.high))
    interval = say("interval_is", low=low, high=percent(1, language).replace("100", high))
    text = say(sentence, share=percent(cell.estimate, language), interval=interval, base=_people(cell), **values)
    wide = (cell.high or 0) - (cell.low or 0) > WIDE
    return f"{text} {say('wide')}" if wide else text


def _people(cell: Cell) -> str:
    return "" if cell.base is None else str(cell.base)
