"""What has been published, as everything that shows it reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from babel.dates import format_date

from outreach.duties import Language
from outreach.outcomes import HIDDEN, NO_SHARE, words
from outreach.results import wording


@dataclass(frozen=True)
class Cell:
    """One figure as `outreach.outcomes.Table` has it; None is not shown."""

    group: str
    parent: str
    column: str
    count: int | None
    base: int | None
    estimate: float | None
    low: float | None
    high: float | None
    weighted: float | None
    weighted_low: float | None
    weighted_high: float | None
    effective_base: float | None
    mark: str

    @property
    def shown(self) -> bool:
        """Whether there is an estimate to show."""
        return self.mark not in (HIDDEN, NO_SHARE) and self.estimate is not None


@dataclass(frozen=True)
class Sheet:
    """One table. unit: share (0 to 1), mean or median."""

    key: str
    question: str
    dimension: str
    unit: str
    notes: tuple[str, ...]
    cells: tuple[Cell, ...]

    def groups(self) -> list[str]:
        return list(dict.fromkeys(cell.group for cell in self.cells))

    def columns(self) -> list[str]:
        return list(dict.fromkeys(cell.column for cell in self.cells))

    def of(self, groups: Iterable[str]) -> "Sheet":
        """The same table with these groups alone."""
        kept = set(groups)
        cells = tuple(cell for cell in self.cells if cell.group in kept)
        return Sheet(self.key, self.question, self.dimension, self.unit, self.notes, cells)


@dataclass(frozen=True)
class Results:
    """A round's publication. `content` as `making.content` and `publishing.content` made it."""

    content: dict[str, Any]

    @property
    def slug(self) -> str:
        return str(self.content["slug"])

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """Every table by its key, in the order of the questionnaire."""
        found = {}
        for table in self.content["tables"]:
            cells = tuple(Cell(*row) for row in table["cells"])
            found[table["key"]] = Sheet(
                key=table["key"],
                question=table["question"],
                dimension=table["dimension"],
                unit=table["unit"],
                notes=tuple(table["notes"]),
                cells=cells,
            )
        return found

    @cached_property
    def _asked(self) -> dict[str, dict[str, Any]]:
        return {question["code"]: question for question in self.content["questions"]}

    def questions(self, kind: str) -> list[str]:
        return [code for code, question in self._asked.items() if question["kind"] == kind]

    def departments(self) -> list[str]:
        """The departments that are told of by themselves."""
        sheet = self.sheets.get("response.department")
        known = self.content["names"]["department"]
        return [code for code in sheet.groups() if code in known] if sheet else []

    def cell(self, question: str, column: str, department: str = "") -> Cell | None:
        """A figure of a department, or of everyone."""
        dimension, group = ("department", department) if department else ("all", "all")
        sheet = self.sheets.get(f"{question}.{dimension}")
        found = (cell for cell in sheet.cells if (cell.group, cell.column) == (group, column)) if sheet else iter(())
        return next(found, None)

    def texts(self, department: str = "") -> dict[str, list[str]]:
        """Written answers by question; of a department, or all of them."""
        found: dict[str, list[str]] = {}
        for row in self.content["texts"]:
            if not department or row["group"] == department:
                found.setdefault(row["code"], []).append(row["text"])
        return found

    def title(self, language: Language) -> str:
        """What was asked, of whom and when: "Hur gick det efter examen? Examen juni 2024, 15 månader efter"."""
        say = wording.speaker(language)
        whom = say("cohort", months=self.months(language), after=self.content["months_after"])
        return f"{self.content['title'][language]} {whom}"

    def months(self, language: Language) -> str:
        """The months of the degrees in words."""
        first, last = (_month(self.content[name], language) for name in ("first_month", "last_month"))
        return first if first == last else f"{first}–{last}"

    def question_words(self, code: str, language: Language) -> str:
        """What a table is of."""
        for suffix in ("", "_high", "_mean"):
            asked = self._asked.get(code.removesuffix(suffix) if suffix else code)
            if asked and (not suffix or code.endswith(suffix)):
                text = str(asked["text"][language])
                return f"{text} {wording.speaker(language)(f'kind{suffix}')}".strip() if suffix else text
        written = self.content.get("written", {}).get(code)
        return str(written[language]) if written else words.words_of(words.QUESTIONS, code, language)

    def column_words(self, question: str, column: str, language: Language) -> str:
        """What an answer is called."""
        asked = self._asked.get(question)
        for choice in asked["choices"] if asked else ():
            if choice["code"] == column:
                return str(choice[language])
        if column in wording.SUMS:
            return words.words_of(wording.SUMS, column, language)
        return words.words_of(words.ACTIVITIES | words.COLUMNS, column, language)  # type: ignore[operator]

    def group_words(self, dimension: str, code: str, language: Language) -> str:
        """What a group is called."""
        names = self.content["names"].get(dimension, {})
        if code in names:
            return str(names[code][language])
        if dimension == "cohort" and code[:4].isdigit() and len(code) == len("2024-06"):
            return _month(code, language)
        parent, _, _rest = code.rpartition(":")
        named = self.content["names"]["department"].get(parent)
        plain = words.group_words(code, language)
        return plain.replace(parent, str(named[language]), 1) if named else plain

    def notes(self, sheet: Sheet, language: Language) -> list[str]:
        return [words.words_of(words.NOTES, note, language) for note in sheet.notes if note in words.NOTES]


def _month(text: str, language: Language) -> str:
    year, month = text.split("-")
    return format_date(date(int(year), int(month), 1), "MMMM y", "sv" if language == "sv" else "en_GB")


def earlier(results: Results, every: Sequence[Results]) -> list[Results]:
    """The publications of the same kind whose cohorts came before, for the trend."""

    def kind(one: Results) -> tuple[object, ...]:
        return tuple(one.content[name] for name in ("questionnaire", "months_after", "department", "programme"))

    first = results.content["first_month"]
    return [one for one in every if kind(one) == kind(results) and one.content["last_month"] < first]


def newest_first(every: Sequence[Results]) -> list[Results]:
    """By the months of the degrees, the newest cohorts first."""
    return sorted(every, key=lambda one: (one.content["last_month"], one.slug), reverse=True)
