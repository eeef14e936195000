"""Which plots a publication has, what stands in them, and the same in words for those who do not see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.duties import Language
from outreach.results.published import Cell, Results
from outreach.results.wording import percent, speaker

ACTIVITIES = ("working", "continuing_education", "seeking", "not_seeking")
MOST_DEPARTMENTS = 40


@dataclass(frozen=True)
class Mark:
    """One bar: its share (0 to 1; None: not shown), its interval, and its words."""

    share: float | None
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True)
class Chart:
    """Horizontal bars in lines, each line with one bar a series. `name` is the file's."""

    name: str
    title: str
    series: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Mark, ...]], ...]
    language: Language

    @property
    def alternative(self) -> str:
        """The chart in words."""
        told = []
        for label, marks in self.lines:
            said = [mark.words if len(self.series) == 1 else f"{name} {mark.words}"
                    for name, mark in zip(self.series, marks, strict=True)]  # fmt: skip
            told.append(f"{label}: {', '.join(said)}")
        return f"{self.title}. {'; '.join(told)}."


def charts(results: Results, language: Language, department: str = "", others: Sequence[Results] = ()) -> list[Chart]:
    """The plots of a department or of everyone. others: earlier publications of the same kind, for the trend."""
    found = [_activity(results, language, department), _reflections(results, language, department)]
    found += [_choice(results, code, language, department) for code in ("sector", "again")]
    if not department:
        found.append(_departments(results, language))
    found.append(_trend([*others, results], language, department))
    return [chart for chart in found if chart is not None]


def _activity(results: Results, language: Language, department: str) -> Chart | None:
    labels = [(column, results.column_words("activity", column, language)) for column in ACTIVITIES]
    return _chart(results, "activity", [("activity", *each) for each in labels], language, department,
                  results.question_words("activity", language))  # fmt: skip


def _reflections(results: Results, language: Language, department: str) -> Chart | None:
    lines = [(f"{code}_high", "high", results.question_words(code, language)) for code in results.questions("scale")]
    title = {"sv": "Andel som svarade 4 eller 5 av 5", "en": "Share who answered 4 or 5 of 5"}[language]
    return _chart(results, "reflections", lines, language, department, title)


def _choice(results: Results, code: str, language: Language, department: str) -> Chart | None:
    sheet = results.sheets.get(f"{code}.all")
    if sheet is None:
        return None
    lines = [(code, column, results.column_words(code, column, language)) for column in sheet.columns()]
    return _chart(results, code, lines, language, department, results.question_words(code, language))


def _chart(
    results: Results,
    name: str,
    lines: Sequence[tuple[str, str, str]],
    language: Language,
    department: str,
    title: str,
) -> Chart | None:
    """A bar for the department and one for everyone, or for everyone alone; None where nothing at all is shown."""
    say = speaker(language)
    series: tuple[str, ...] = (say("everyone"),)
    whose: tuple[str, ...] = ("",)
    if department:
        series, whose = (results.group_words("department", department, language), *series), (department, *whose)
    marked = [
        (label, tuple(_mark(results.cell(question, column, who), language) for who in whose))
        for question, column, label in lines
    ]
    if not any(mark.share is not None for _, marks in marked for mark in marks):
        return None
    return Chart(f"{department}-{name}" if department else name, title, series, tuple(marked), language)


def _departments(results: Results, language: Language) -> Chart | None:
    cells = [(code, results.cell("activity", "working", code)) for code in results.departments()]
    shown = [(code, cell) for code, cell in cells if cell is not None and cell.shown][:MOST_DEPARTMENTS]
    if not shown:
        return None
    named = [(results.group_words("department", code, language), (_mark(cell, language),)) for code, cell in shown]
    title = {"sv": "Andel som arbetade, per institution", "en": "Share working, by department"}[language]
    series = (results.column_words("activity", "working", language),)
    return Chart("departments", title, series, tuple(sorted(named)), language)


def _trend(every: Sequence[Results], language: Language, department: str) -> Chart | None:
    """The share working in each cohort, the newest first; from two cohorts on."""
    ordered = sorted(every, key=lambda one: str(one.content["last_month"]), reverse=True)
    cells = [(one, one.cell("activity", "working", department)) for one in ordered]
    lines = [(one.months(language), (_mark(cell, language),)) for one, cell in cells if cell is not None]
    if sum(marks[0].share is not None for _, marks in lines) < 2:
        return None
    title = {"sv": "Andel som arbetade, kull för kull", "en": "Share working, cohort by cohort"}[language]
    who = every[-1].group_words("department", department, language) if department else speaker(language)("everyone")
    return Chart(f"{department}-trend" if department else "trend", title, (who,), tuple(lines), language)


def _mark(cell: Cell | None, language: Language) -> Mark:
    if cell is None or not cell.shown:
        return Mark(None, None, None, speaker(language)("hidden"))
    return Mark(cell.estimate, cell.low, cell.high, percent(cell.estimate, language))
