"""The cut: afterwards nothing in the database leads from an answer to a person.

What could lead there, and what becomes of it:
- `survey_members.response_id` and `person_id`: gone. What was begun and never sent in: deleted.
- What was studied, with the register beside it, and the ledger, which tells who was thanked: so at least `k` people who
  answered share each combination that stays; where fewer do it is made coarser, for answers and members alike.
- Which text of the questionnaire was answered, since the ledger tells roughly when: fewer than `k` alike in their
  combination keep only what every text asked.
- What the register knows too, or nearly: a country that fewer than `k` of their combination named is deleted, and an
  occupation or industry is told by its main group.
- The order rows were written in, and their ids: all are written anew in random order, answers under new random ids.
- When something was saved, and in which language: gone. In SQLite's file it is overwritten too.
- What somebody wrote: without their permission it is deleted; with it, it stands in a response of its own, apart from
  what they chose. Short answers such as an employer's name, and own words for an occupation, are deleted.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import SystemRandom
from typing import Any, cast

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from outreach import database
from outreach.codes import CodeKind, main_group
from outreach.models import Survey, SurveyAnswer, SurveyMember, SurveyResponse, SurveyVersion
from outreach.questionnaires import Kind, Question, Questionnaire

Studied = tuple[str | None, str | None, str | None]  # department, programme, level
Group = tuple[Any, ...]
WRITTEN = (Kind.SHORT_TEXT, Kind.LONG_TEXT)
CODED = {Kind.OCCUPATION: CodeKind.SSYK, Kind.INDUSTRY: CodeKind.SNI}
IDS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Cut:
    """`too_few`: so few answered that their answers are deleted, since the ledger tells who they are."""

    answers: int
    coarser: int
    too_few: bool


def cut(session: Session, survey_id: int, k: int, now: datetime) -> Cut | None:
    """Cut the link of one survey for good. None when it is cut already."""
    database.lock(session, f"survey-cut/{survey_id}")
    survey = session.get(Survey, survey_id)
    if survey is None or survey.cut_at is not None:
        return None
    members, responses = _members(session, survey_id), _responses(session, survey_id)
    answers = _answers(session, [row["id"] for row in responses if row["complete"]])
    whole = [row for row in responses if row["complete"] and row["id"] in answers]
    too_few = len(whole) < k
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete=ON"))
    session.execute(delete(SurveyAnswer).where(SurveyAnswer.response_id.in_(_all_ids(survey_id))))
    session.execute(delete(SurveyResponse).where(SurveyResponse.survey_id == survey_id))
    session.execute(delete(SurveyMember).where(SurveyMember.survey_id == survey_id))
    coarse = coarser([_studied(row) for row in whole], k)
    if not too_few:
        _write_answers(session, whole, answers, Texts.of(session, survey_id), coarse, k)
    _write_members(session, members, coarse)
    session.execute(update(Survey).where(Survey.id == survey_id).values(cut_at=now))
    changed = sum(coarse[_studied(row)] != _studied(row) for row in whole)
    return Cut(0 if too_few else len(whole), changed, too_few)


def coarser(studied: Sequence[Studied], k: int) -> Mapping[Studied, Studied]:
    """What each combination becomes, so that at least `k` of those given share every one that is left.

    First the level is taken away, then the programme, then the department. Where those who lose it are fewer than `k`
    together, the smallest other group beside them loses it too.
    """
    becomes = {each: each for each in studied}
    for place in (2, 1, 0):
        fewer = _without(Counter(becomes[each] for each in studied), place, k)
        becomes = {old: cast(Studied, fewer[new]) for old, new in becomes.items()}
    return becomes


def _without(sizes: Mapping[Group, int], place: int, k: int) -> dict[Group, Group]:
    """Group -> what it becomes: groups smaller than `k`, and who goes along, lose what stands from `place` on."""
    wider = {group: group[:place] + (None,) * (len(group) - place) for group in sizes}
    beside: dict[Group, list[Group]] = {}
    for group in sorted(sizes, key=lambda each: (sizes[each], str(each))):
        beside.setdefault(wider[group], []).append(group)
    becomes = {group: group for group in sizes}
    for parent, groups in beside.items():
        pooled = sizes.get(parent, 0) if sizes.get(parent, 0) >= k else 0
        for group in groups:
            if sizes[group] < k or 0 < pooled < k:
                becomes[group] = parent
                pooled += sizes[group]
    return becomes


def _studied(row: Mapping[str, Any]) -> Studied:
    return (row["department_code"], row["programme_code"], row["level"])


def _responses(session: Session, survey_id: int) -> list[dict[str, Any]]:
    table = SurveyResponse.__table__
    return [dict(row) for row in session.execute(select(table).where(table.c.survey_id == survey_id)).mappings()]


def _members(session: Session, survey_id: int) -> list[dict[str, Any]]:
    table = SurveyMember.__table__
    held = select(table).where(table.c.survey_id == survey_id).with_for_update()  # nobody saves an answer meanwhile
    return [dict(row) for row in session.execute(held).mappings()]


def _answers(session: Session, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Response -> question -> answer."""
    found: dict[str, dict[str, str]] = {id_: {} for id_ in ids}
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = SurveyAnswer.response_id.in_(ids[start : start + IDS_AT_ONCE])
        for answer in session.execute(
            select(SurveyAnswer.response_id, SurveyAnswer.code, SurveyAnswer.value).where(some)
        ):
            found[answer.response_id][answer.code] = answer.value
    return found


def _all_ids(survey_id: int) -> Any:
    return select(SurveyResponse.id).where(SurveyResponse.survey_id == survey_id)


@dataclass(frozen=True)
class Texts:
    """The questions of each version of a survey's text, and those that all of them ask alike."""

    questions: Mapping[int | None, Mapping[str, Question]]
    newest: int

    @classmethod
    def of(cls, session: Session, survey_id: int) -> "Texts":
        found = session.execute(
            select(SurveyVersion.id, SurveyVersion.content).where(SurveyVersion.survey_id == survey_id)
        )
        texts: dict[int | None, dict[str, Question]] = {
            id_: {question.code: question for question in Questionnaire.from_content(content).questions()}
            for id_, content in found
        }
        newest = max(id_ for id_ in texts if id_ is not None)
        texts[None] = {
            code: question
            for code, question in texts[newest].items()
            if all(code in each and _alike(question, each[code]) for each in texts.values())
        }
        return cls(texts, newest)


def _alike(one: Question, other: Question) -> bool:
    """Whether nothing in an answer tells which of two texts it answers."""
    worded: dict[str, Any] = {"text": one.text, "help": one.help, "choices": one.choices}
    return one == other.model_copy(update=worded) and one.allowed == other.allowed


def _write_answers(
    session: Session,
    responses: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Mapping[str, str]],
    texts: Texts,
    coarse: Mapping[Studied, Studied],
    k: int,
) -> None:
    """Everything anew, each response's written answers apart from what was chosen."""
    groups = [(coarse[_studied(row)], row["version_id"]) for row in responses]
    versions = _without(Counter(groups), 1, k)
    chosen, new = [], []
    for row, group in zip(responses, groups, strict=True):
        version, said = versions[group][1], answers[row["id"]]
        asked = texts.questions[version]
        anew = partial(_anew, row["survey_id"], version or texts.newest, group[0])
        chosen.append((anew(apart=False), group[0], _chosen(asked, said)))
        for code, question in asked.items():
            if code in said and question.permission and said.get(question.permission) == "yes":
                new.append((anew(apart=True), {code: said[code], question.permission: "yes"}))
    new += _not_rare(chosen, texts, k)
    SystemRandom().shuffle(new)
    session.execute(insert(SurveyResponse), [row for row, _ in new])
    rows = [
        {"response_id": row["id"], "code": code, "value": value} for row, said in new for code, value in said.items()
    ]
    SystemRandom().shuffle(rows)
    if rows:
        session.execute(insert(SurveyAnswer), rows)


def _chosen(asked: Mapping[str, Question], said: Mapping[str, str]) -> dict[str, str]:
    """What was chosen among answers; a code as its main group."""
    kinds = {code: asked[code].kind for code in said if code in asked and asked[code].kind not in WRITTEN}
    told = {code: main_group(CODED[kind], said[code]) if kind in CODED else said[code] for code, kind in kinds.items()}
    return {code: value for code, value in told.items() if value}


def _not_rare(
    rows: Sequence[tuple[dict[str, Any], Studied, dict[str, str]]], texts: Texts, k: int
) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """The answers without the countries that fewer than `k` of a combination named."""
    countries = {code for each in texts.questions.values() for code, one in each.items() if one.kind is Kind.COUNTRY}
    named = Counter((group, code, said.get(code)) for _, group, said in rows for code in countries)
    return [
        (row, {code: value for code, value in said.items() if code not in countries or named[group, code, value] >= k})
        for row, group, said in rows
    ]


def _anew(survey_id: int, version: int, studied: Studied, *, apart: bool) -> dict[str, Any]:
    department, programme, level = studied
    return {
        "id": secrets.token_hex(16),
        "survey_id": survey_id,
        "version_id": version,
        "language": "",
        "complete": True,
        "revision": 0,
        "saved_at": None,
        "department_code": department,
        "programme_code": programme,
        "level": level,
        "apart": apart,
    }


def _write_members(session: Session, members: Sequence[Mapping[str, Any]], coarse: Mapping[Studied, Studied]) -> None:
    new = []
    for row in members:
        own = _studied(row)  # from which nobody answered, it leads to no answer
        department, programme, level = coarse.get(own, own)
        kept = {name: row[name] for name in ("survey_id", "reached", "answered", "excluded")}
        new.append(kept | {"department_code": department, "programme_code": programme, "level": level})
    SystemRandom().shuffle(new)
    if new:
        session.execute(insert(SurveyMember), new)
