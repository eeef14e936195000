"""What may be answered: pure functions from a form's fields to values that can be stored and counted.

A value is text for everything that is one thing (a code, a number, a month) and a tuple of codes for several choices.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from outreach.duties import Language
from outreach.questionnaires.shape import WRITTEN, Kind, Question, Questionnaire, Section

Value = str | tuple[str, ...]
Problem = Mapping[Language, str]

SHORT, LONG = 200, 4000  # characters
CODE_OR_WORDS = 200
NUMBERS = re.compile(r"[0-9]{1,9}([.,][0-9]{1,2})?")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]+")
EARLIEST = 1940
CODES = re.compile(r"[0-9A-Z]{1,6}")


@dataclass(frozen=True)
class Checked:
    """What a page's form holds: `values` by question, and what is wrong, in both languages, for those that are not
    among them. A question left empty is in neither, unless it must be answered."""

    values: dict[str, Value] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)


def shown(section: Section, answers: Mapping[str, Value]) -> list[Question]:
    """The questions of a page for who has answered so far like this."""
    return [question for question in section.questions if _asked(question, answers)]


def kept(whole: Questionnaire, answers: Mapping[str, Value]) -> dict[str, Value]:
    """The answers without those to questions that are not shown any more, because an earlier one was changed."""
    standing: dict[str, Value] = {}
    for section in whole.sections:
        asked = {question.code for question in shown(section, standing)}
        standing |= {code: value for code, value in answers.items() if code in asked}
    return standing


def checked(
    section: Section,
    form: Mapping[str, Sequence[str]],
    answers: Mapping[str, Value],
    *,
    today: date,
    countries: frozenset[str],
) -> Checked:
    """The answers in a page's form. Fields of questions that are not shown are left out.

    `countries`: the codes there are (ISO 3166-1 alpha-2); `today`: no month lies after it.
    """
    found = Checked()
    for question in shown(section, answers):
        given = [text for text in (CONTROL.sub(" ", text).strip() for text in form.get(question.code, ())) if text]
        if not given:
            if question.required:
                found.problems[question.code] = _say("Svara på den här frågan.", "Please answer this question.")
            continue
        try:
            found.values[question.code] = _value(question, given, today, countries)
        except _Wrong as wrong:
            found.problems[question.code] = wrong.problem
    return found


def stored(value: Value) -> str:
    """As it stands in the database: several choices as JSON."""
    return value if isinstance(value, str) else json.dumps(list(value))


def read(question: Question, text: str) -> Value:
    """What `stored` wrote."""
    return tuple(json.loads(text)) if question.kind is Kind.MULTIPLE else text


class _Wrong(Exception):
    def __init__(self, sv: str, en: str) -> None:
        self.problem = _say(sv, en)


def _say(sv: str, en: str) -> Problem:
    return {"sv": sv, "en": en}


def _asked(question: Question, answers: Mapping[str, Value]) -> bool:
    return all(_holds(answers.get(code), wanted) for code, wanted in question.show_if.items())


def _holds(value: Value | None, wanted: Sequence[str]) -> bool:
    given = (value,) if isinstance(value, str) else value or ()
    return any(answer in wanted for answer in given)


def _value(question: Question, given: list[str], today: date, countries: frozenset[str]) -> Value:
    if question.kind is Kind.MULTIPLE:
        return _several(question, given)
    if len(given) > 1:
        raise _Wrong("Välj ett svar.", "Choose one answer.")
    text = given[0]
    if question.allowed:
        if text not in question.allowed:
            raise _Wrong("Välj ett av svaren.", "Choose one of the answers.")
        return text
    if question.kind in WRITTEN:
        return _written(question, text)
    if question.kind is Kind.NUMBER:
        return _number(question, text)
    if question.kind is Kind.MONTH:
        return _month(text, today)
    if question.kind is Kind.COUNTRY:
        if text not in countries:
            raise _Wrong("Välj ett land i listan.", "Choose a country in the list.")
        return text
    return _coded(text)


def _several(question: Question, given: list[str]) -> tuple[str, ...]:
    if set(given) - set(question.allowed):
        raise _Wrong("Välj bland svaren.", "Choose among the answers.")
    ticked = tuple(choice.code for choice in question.choices if choice.code in given)  # in their order, each once
    alone = [choice for choice in question.choices if choice.alone and choice.code in ticked]
    if alone and len(ticked) > 1:
        raise _Wrong(
            f"”{alone[0].sv}” kan inte väljas tillsammans med något annat.",
            f"“{alone[0].en}” cannot be chosen together with anything else.",
        )
    return ticked


def _written(question: Question, text: str) -> str:
    most = question.most or (SHORT if question.kind is Kind.SHORT_TEXT else LONG)
    if len(text) > most:
        raise _Wrong(
            f"Texten är {len(text)} tecken lång. Högst {most} får plats.",
            f"The text is {len(text)} characters long. At most {most} fit.",
        )
    return " ".join(text.split()) if question.kind is Kind.SHORT_TEXT else text


def _number(question: Question, text: str) -> str:
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    try:
        number = Decimal(plain.replace(",", ".")) if NUMBERS.fullmatch(plain) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise _Wrong("Skriv ett tal, till exempel 12.", "Write a number, such as 12.")
    if (question.least is not None and number < question.least) or (
        question.most is not None and number > question.most
    ):
        least, most = question.least or 0, question.most
        if most is None:
            raise _Wrong(f"Skriv ett tal som är minst {least}.", f"Write a number that is at least {least}.")
        raise _Wrong(f"Skriv ett tal mellan {least} och {most}.", f"Write a number between {least} and {most}.")
    return format(number.normalize(), "f")


def _month(text: str, today: date) -> str:
    match = re.fullmatch(r"([12][0-9]{3})-(0?[1-9]|1[0-2])", text)
    if match is None or int(match[1]) < EARLIEST:
        raise _Wrong("Skriv år och månad, till exempel 2025-09.", "Write year and month, such as 2025-09.")
    if (int(match[1]), int(match[2])) > (today.year, today.month):
        raise _Wrong("Den månaden har inte varit än.", "That month has not been yet.")
    return f"{match[1]}-{int(match[2]):02}"


def _coded(text: str) -> str:
    """A code that was chosen from the suggestions, or own words to be coded later (after a `?`)."""
    if CODES.fullmatch(text):
        return text
    if len(text) > CODE_OR_WORDS:
        raise _Wrong(f"Skriv högst {CODE_OR_WORDS} tecken.", f"Write at most {CODE_OR_WORDS} characters.")
    return text if text.startswith("?") else f"?{' '.join(text.split())}"
