"""A survey's page as a form: what stands in its fields, what they mean, and what codes somebody's own words suggest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import FormData

from outreach import clock
from outreach.codes import Code, CodeKind, named, suggestions
from outreach.duties import LANGUAGES, Language
from outreach.questionnaires import (
    Kind,
    Question,
    Section,
    Value,
    Words,
    checked,
    questionnaire,
    questionnaires,
    shown,
)
from outreach.questionnaires.answering import CODE_OR_WORDS, Problem
from outreach.web.countries import countries
from outreach.web.forms import value

OWN_WORDS = "?"  # what begins an answer that has no code (yet)
CODED = {Kind.OCCUPATION: CodeKind.SSYK, Kind.INDUSTRY: CodeKind.SNI}
PICK, SUGGESTED_FOR = "_pick", "_for"


@dataclass(frozen=True)
class Filled:
    """`typed`: question -> what stands in its field or fields; `suggested`: question -> the codes its words may mean.

    `values` are those that can be kept.
    """

    typed: Mapping[str, tuple[str, ...]]
    values: dict[str, Value] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    suggested: Mapping[str, list[Code]] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether the page is shown once more before going on."""
        return bool(self.problems or self.suggested)

    def would_lose(self, section: Section) -> bool:
        """Whether something somebody wrote themselves cannot be kept."""
        chosen = {question.code for question in section.questions if question.allowed}
        return any(self.several(code) for code in self.problems if code not in chosen)

    def one(self, code: str) -> str:
        return next(iter(self.typed.get(code, ())), "")

    def several(self, code: str) -> tuple[str, ...]:
        return self.typed.get(code, ())


@dataclass(frozen=True)
class Speaker:
    """Says a questionnaire's words in one language, with what only this survey knows put in."""

    language: Language
    filled: Mapping[str, str]

    def __call__(self, words: Words | None) -> str:
        text = words.told(self.language) if words else ""
        for place, said in self.filled.items():
            text = text.replace(place, said)
        return text

    def problem(self, problem: Problem) -> str:
        return problem[self.language]


def of(section: Section, answers: Mapping[str, Value], language: Language) -> Filled:
    """A section as it was answered."""
    typed = {
        question.code: _as_typed(question, answers[question.code], language)
        for question in section.questions
        if question.code in answers
    }
    return Filled(typed)


def read(section: Section, form: FormData, answers: Mapping[str, Value], language: Language) -> Filled:
    """A section as it was sent."""
    asked = shown(section, answers)
    given = {question.code: _given(form, question.code) for question in asked}
    meant, suggested = dict(given), {}
    for question in asked:
        if question.kind in CODED and (text := next(iter(given[question.code]), "").strip()):
            meant[question.code] = (_meant(question, text, form, answers, language),)
            if found := _suggested(question, text, form, meant[question.code][0], answers.get(question.code), language):
                suggested[question.code] = found
    result = checked(section, meant, answers, today=clock.today(), countries=frozenset(dict(countries("en"))))
    return Filled(given, result.values, result.problems, suggested)


def _meant(question: Question, text: str, form: FormData, answers: Mapping[str, Value], language: Language) -> str:
    """The code somebody picked for their words; the one they had before for the same words; else the words."""
    pick = value(form, question.code + PICK)
    if value(form, question.code + SUGGESTED_FOR) == text:
        known = {code.code for code in suggestions(CODED[question.kind], text, language)}
        return pick if pick in known else OWN_WORDS + text
    before = answers.get(question.code)
    if isinstance(before, str) and any(text in _as_typed(question, before, each) for each in LANGUAGES):
        return before
    return OWN_WORDS + text


def _suggested(
    question: Question, text: str, form: FormData, meant: str, before: Value | None, language: Language
) -> list[Code]:
    """What to suggest for words that have no code yet and have not been asked about, now or before."""
    asked = value(form, question.code + SUGGESTED_FOR) == text or before == meant
    if not meant.startswith(OWN_WORDS) or asked or len(text) > CODE_OR_WORDS:
        return []
    return suggestions(CODED[question.kind], text, language)


def said(form: FormData) -> list[str]:
    """Whatever was written and not chosen, to be shown again where it could not be kept."""
    ours = {"step", "version"} | {name for name in form if name.endswith((PICK, SUGGESTED_FOR))}
    choices = {
        code for each in questionnaires() for question in questionnaire(each).questions() for code in question.allowed
    }
    choices |= set(dict(countries("en")))
    fields = [(name, text.strip()) for name, text in form.multi_items() if isinstance(text, str)]
    return [text for name, text in fields if name not in ours and text and text not in choices]


def _given(form: FormData, code: str) -> tuple[str, ...]:
    return tuple(text for text in form.getlist(code) if isinstance(text, str))


def _as_typed(question: Question, answer: Value, language: Language) -> tuple[str, ...]:
    if not isinstance(answer, str):
        return answer
    if question.kind in CODED:
        if answer.startswith(OWN_WORDS):
            return (answer.removeprefix(OWN_WORDS),)
        return (named(CODED[question.kind], answer, language) or answer,)
    return (answer,)
