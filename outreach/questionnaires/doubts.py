"""What is wrong with a questionnaire that reads well: a code used twice, a question nobody can reach."""

from collections import Counter
from collections.abc import Iterator

from outreach.questionnaires.shape import Kind, Question, Questionnaire

# Columns of the frame that figures are counted from (`queries.survey_frame`); `<code>__<choice>` are columns too.
RESERVED = {"survey", "cohort", "months_after", "department", "programme", "level", "reached", "responded", "known",
            "response", "weight"}  # fmt: skip


def doubts(whole: Questionnaire) -> list[str]:
    """A sentence for each thing that is wrong, in the order of the questions; [] when all is well."""
    return [*_used_twice(whole), *_conditions(whole), *_permissions(whole)]


def _used_twice(whole: Questionnaire) -> Iterator[str]:
    questions = Counter(question.code for question in whole.questions())
    sections = Counter(section.code for section in whole.sections)
    for code in [code for counted in (questions, sections) for code, times in counted.items() if times > 1]:
        yield f"the code {code} is used twice."
    for question in whole.questions():
        if question.code in RESERVED or "__" in question.code:
            yield f"{question.code} cannot be a question's code: figures use it for something else."
        choices = Counter(choice.code for choice in question.choices)
        for code in [code for code, times in choices.items() if times > 1]:
            yield f"{question.code}: the choice {code} stands there twice."


def _conditions(whole: Questionnaire) -> Iterator[str]:
    before: dict[str, Question] = {}
    for section in whole.sections:
        for question in section.questions:
            for code, wanted in question.show_if.items():
                yield from _condition(question, code, wanted, before)
            if (why := _unreachable(question, before)) is not None:
                yield f"{question.code} is never asked: {why}."
        before |= {question.code: question for question in section.questions}


def _condition(question: Question, code: str, wanted: tuple[str, ...], before: dict[str, Question]) -> Iterator[str]:
    known = before.get(code)
    if known is None:
        yield f"{question.code}: show_if names {code}, which is no question of an earlier section."
        return
    if known.identity or not known.allowed:
        yield f"{question.code}: show_if names {code}, whose answers cannot be chosen from."
        return
    for answer in wanted:
        if answer not in known.allowed:
            yield f"{question.code}: show_if wants {code} to be {answer}, which is not among its choices."
    if not wanted:
        yield f"{question.code}: show_if names {code} without an answer."


def _unreachable(question: Question, before: dict[str, Question]) -> str | None:
    """Why nobody is asked: what it and those it depends on want of one question at the same time."""
    wanted: dict[str, set[str]] = {}
    left, followed = [question], {question.code}
    while left:
        for code, answers in left.pop().show_if.items():
            wanted[code] = wanted.get(code, set(answers)) & set(answers)
            known = before.get(code)
            if known is None:
                return None  # said already
            if not wanted[code] and known.kind is not Kind.MULTIPLE:
                return f"no answer to {code} is enough for it and for what it depends on"
            if code not in followed:
                followed.add(code)
                left.append(known)
    return None


def _permissions(whole: Questionnaire) -> Iterator[str]:
    codes = {question.code: question for question in whole.questions()}
    for question in whole.questions():
        if question.permission is None:
            continue
        asked = codes.get(question.permission)
        single = asked is not None and asked.kind is Kind.SINGLE and not asked.identity
        if asked is None or not single or set(asked.allowed) != {"yes", "no"}:
            yield f"{question.code}: its permission {question.permission} is no question with the choices yes and no."
