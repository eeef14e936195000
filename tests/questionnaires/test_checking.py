"""`outreach check` says what is wrong with a questionnaire before anybody is asked."""

import pytest

from outreach import questionnaires
from tests.questionnaires.conftest import Write

HEAD = """
title: {sv: T, en: T}
intro: {sv: I, en: I}
thanks: {sv: T, en: T}
sections:
"""
FIRST = """
  - code: one
    title: {sv: Ett, en: One}
    questions:
      - {code: works, kind: single, text: {sv: "Arbetar du?", en: "Do you work?"},
         choices: [{code: "yes", sv: Ja, en: "Yes"}, {code: "no", sv: Nej, en: "No"}]}
"""


def sentence(written: Write, second: str, first: str = FIRST) -> str:
    written("own.yaml", HEAD + first + second)
    found = [said for said in questionnaires.check({"career"}) if "own.yaml" in said]
    assert len(found) <= 1
    return found[0] if found else ""


def a_question(fields: str) -> str:
    return f"  - code: two\n    title: {{sv: Två, en: Two}}\n    questions:\n      - {fields}\n"


SHORT = "code: why, kind: short_text, text: {sv: Varför, en: Why}"


@pytest.mark.usefixtures("home")
def test_the_shipped_ones_are_in_order() -> None:
    assert questionnaires.questionnaires() == ("career", "study_experience")
    assert questionnaires.check({"career"}) == []


def test_a_sound_one_is_not_complained_of(written: Write) -> None:
    assert sentence(written, a_question("{" + SHORT + ", show_if: {works: [yes]}}")) == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("{code: why, kind: short_text, text: {sv: Varför}}", "text.en: the text is missing in English"),
        ("{code: why, kind: short_text, text: {en: Why}}", "text.sv: the text is missing in Swedish"),
        ("{code: why, kind: essay, text: {sv: V, en: W}}", "sections.two.questions.why.kind"),
        ("{code: works, kind: short_text, text: {sv: V, en: W}}", "the code works is used twice"),
        ("{" + SHORT + ", show_if: {lives: [yes]}}", "show_if names lives, which is no question of an earlier section"),
        ("{" + SHORT + ", show_if: {why: [yes]}}", "show_if names why, which is no question of an earlier section"),
        ("{" + SHORT + ", show_if: {works: [maybe]}}", "wants works to be maybe, which is not among its choices"),
        ("{" + SHORT + ", show_if: {works: []}}", "names works without an answer"),
        ("{" + SHORT + ", permission: works, least: 9, most: 3}", "least is 9, which is not less than most, 3"),
        ("{" + SHORT + ", permission: lives}", "its permission lives is no question with the choices yes and no"),
        ("{code: one_choice, kind: single, text: {sv: V, en: W}, choices: [{code: a, sv: A, en: A}]}", "two choices"),
        ("{" + SHORT + ", choices: [{code: a, sv: A, en: A}, {code: b, sv: B, en: B}]}", "has no choices"),
        ("{code: why, code: how, kind: short_text, text: {sv: V, en: W}}", "'code' stands twice"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(written: Write, fields: str, said: str) -> None:
    assert said in sentence(written, a_question(fields))


def test_questions_that_wait_for_each_other_are_named(written: Write) -> None:
    one = (
        "{code: a, kind: single, text: {sv: V, en: W}, show_if: {b: [x]}, choices: [{code: x, sv: X, en: X},"
        " {code: y, sv: Y, en: Y}]}"
    )
    circle = a_question(one) + "      - " + one.replace("code: a,", "code: b,").replace("{b: [x]}", "{a: [x]}") + "\n"
    last = a_question("{" + SHORT + ", show_if: {a: [x]}}").replace("code: two", "code: three")
    assert "a: show_if names b, which is no question of an earlier section" in sentence(written, circle + last)


def test_a_choice_of_several_lets_two_conditions_hold_at_once(written: Write) -> None:
    several = (
        "{code: lives, kind: multiple, text: {sv: V, en: W},"
        " choices: [{code: x, sv: X, en: X}, {code: y, sv: Y, en: Y}]}"
    )
    more = several.replace("code: lives", "code: more").replace("multiple", "single, show_if: {lives: [x]}")
    last = "{" + SHORT + ", show_if: {more: [x], lives: [y]}}"
    pages = (a_question(one).replace("code: two", f"code: p{n}") for n, one in enumerate((several, more, last)))
    assert sentence(written, "".join(pages)) == ""


@pytest.mark.parametrize("code", ["survey", "responded", "level", "a__b"])
def test_a_code_that_figures_use_themselves_is_refused(written: Write, code: str) -> None:
    fields = "{" + SHORT.replace("code: why", f"code: {code}") + "}"
    assert f"{code} cannot be a question's code" in sentence(written, a_question(fields))


def test_several_choices_are_no_permission(written: Write) -> None:
    several = (
        "{code: may, kind: multiple, text: {sv: V, en: W},"
        " choices: [{code: yes, sv: J, en: Y}, {code: no, sv: N, en: N}]}"
    )
    text = a_question(several) + "      - {" + SHORT + ", permission: may}\n"
    assert "its permission may is no question with the choices yes and no" in sentence(written, text)


def test_a_question_nobody_can_reach_is_named(written: Write) -> None:
    between = a_question(
        "{code: more, kind: single, text: {sv: V, en: W}, show_if: {works: [yes]},"
        " choices: [{code: a, sv: A, en: A}, {code: b, sv: B, en: B}]}"
    )
    last = a_question("{" + SHORT + ", show_if: {more: [a], works: [no]}}").replace("code: two", "code: three")
    assert "why is never asked: no answer to works is enough" in sentence(written, between + last)


def test_a_choice_twice_is_named(written: Write) -> None:
    twice = FIRST.replace('{code: "no", sv: Nej, en: "No"}', '{code: "yes", sv: Nej, en: "No"}')
    assert "works: the choice yes stands there twice" in sentence(written, "", twice)


def test_a_file_that_is_no_yaml_is_a_sentence(written: Write) -> None:
    written("own.yaml", "title: [")
    assert any("own.yaml cannot be read" in said for said in questionnaires.check({"career"}))


@pytest.mark.usefixtures("home")
def test_a_duty_that_asks_for_what_is_not_there_is_named() -> None:
    assert questionnaires.check({"lunch"}) == [
        "config/duties.toml names the questionnaire 'lunch', which is not in config/surveys."
    ]


def test_a_department_appends_its_own_questions(written: Write) -> None:
    written("extra/fysikum.yaml", "sections:\n" + a_question("{" + SHORT + ", show_if: {activity: [full_time]}}"))
    whole = questionnaires.questionnaire("career")
    assert questionnaires.check({"career"}) in (
        [],
        ["config/surveys/extra/fysikum.yaml: there is no department 'fysikum'."],
    )
    longer = whole.appended(questionnaires.extra_sections("fysikum", "career"))
    assert [section.code for section in longer.sections][-1] == "two"
    assert longer.digest != whole.digest


def test_a_departments_question_may_not_take_a_code_that_is_used(written: Write) -> None:
    written("extra/dsv.yaml", "sections:\n" + a_question("{code: relevance, kind: short_text, text: {sv: V, en: W}}"))
    assert questionnaires.check({"career"}) == ["config/surveys/extra/dsv.yaml: the code relevance is used twice."]


def test_what_was_asked_reads_back_from_what_is_kept() -> None:
    for name in questionnaires.questionnaires():
        whole = questionnaires.questionnaire(name)
        again = questionnaires.Questionnaire.from_content(whole.content())
        assert again == whole
        assert again.digest == whole.digest
